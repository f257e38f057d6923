from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.schedule.errors import InvalidWindow, OutOfBounds, ScheduleError, UnknownTimeZone
from crawlers.schedule.outlook import Outlook, Standing, outlook
from crawlers.schedule.past import Past
from crawlers.schedule.rules import check, rules_of
from index.documents import Channel, Crawl, CrawlState, Revisit, Target

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHTLY = "0 3 * * *"
HOUR = timedelta(hours=1)


def june(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a moment of June 2026, whose first day is a Monday, by the clocks of Shanghai."""
    return datetime(2026, 6, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def target(**facts: Any) -> Target:  # noqa: ANN401 - Target's fields
    usual = {"id": "t", "urls": ("https://a.example/",), "name": "n", "created_at": june(1)}
    return Target(**{**usual, "scheduled_at": june(1), **facts})


def crawl(began: datetime, *, due: datetime | None = None, ended: datetime | None = None) -> Crawl:
    return Crawl(
        id="c",
        urls=("https://a.example/",),
        channel=Channel.WEB,
        target_id="t",
        plan="p",
        due_at=due,
        started_at=began,
        finished_at=ended,
        state=CrawlState.FINISHED if ended else CrawlState.RUNNING,
    )


def after(last: Crawl, interval_s: float | None = None) -> Past:
    running = last if last.state is CrawlState.RUNNING else None
    return Past(1, running, last, last.due_at, interval_s)


def nightly(day: int, *, took: timedelta = HOUR) -> Past:
    due = june(day, 3)
    return after(crawl(due, due=due, ended=due + took))


def test_a_new_target_waits_for_its_first_time() -> None:
    seen = outlook(target(cron=NIGHTLY), Past(), june(1, 2, 59))
    assert seen == Outlook(Standing.WAITING, june(1, 3), june(1, 3))
    assert outlook(target(cron=NIGHTLY), Past(), june(1, 3)).standing is Standing.DUE


def test_what_was_done_is_not_due_again() -> None:
    seen = outlook(target(cron=NIGHTLY), nightly(1), june(1, 12))
    assert seen == Outlook(Standing.WAITING, june(2, 3), june(2, 3))


def test_missed_crawls_are_made_up_for_once() -> None:
    back = june(9, 12)
    seen = outlook(target(cron=NIGHTLY), nightly(1), back)
    assert seen == Outlook(Standing.DUE, june(9, 3), back)
    done = after(crawl(back, due=june(9, 3), ended=back + HOUR))
    assert outlook(target(cron=NIGHTLY), done, back + HOUR).due_at == june(10, 3)


def test_moments_before_the_schedule_was_set_do_not_count() -> None:
    changed = target(cron="0 9 * * *", scheduled_at=june(2, 12))
    assert outlook(changed, nightly(2), june(2, 13)).due_at == june(3, 9)


def test_a_time_that_falls_into_a_running_crawl_is_skipped() -> None:
    running = after(crawl(june(1, 3), due=june(1, 3)))
    seen = outlook(target(cron=NIGHTLY), running, june(1, 12))
    assert seen == Outlook(Standing.RUNNING, june(2, 3))
    seen = outlook(target(cron=NIGHTLY), running, june(2, 12))
    assert seen == Outlook(Standing.RUNNING, june(3, 3), skipped=june(2, 3))
    over = nightly(1, took=timedelta(hours=30))
    assert outlook(target(cron=NIGHTLY), over, june(2, 12)).due_at == june(3, 3)


def test_a_crawl_by_hand_takes_the_place_of_those_it_covers_only() -> None:
    by_hand = after(crawl(june(2, 2), ended=june(2, 4)))
    assert outlook(target(cron=NIGHTLY), by_hand, june(2, 5)).due_at == june(3, 3)
    earlier = after(crawl(june(2, 1), ended=june(2, 2)))
    assert outlook(target(cron=NIGHTLY), earlier, june(2, 5)).standing is Standing.DUE


def test_a_due_crawl_waits_for_the_end_of_a_blackout() -> None:
    quiet = target(cron=NIGHTLY, blackout=("22:00-06:00",))
    waiting = outlook(quiet, nightly(1), june(2, 2))
    assert waiting == Outlook(Standing.WAITING, june(2, 3), june(2, 6))
    held = outlook(quiet, nightly(1), june(2, 4))
    assert held == Outlook(Standing.BLACKOUT, june(2, 3), june(2, 6))
    assert outlook(quiet, nightly(1), june(2, 6)).standing is Standing.DUE


def test_a_single_crawl_is_due_once() -> None:
    single = target(starts_at=june(5, 8))
    assert outlook(single, Past(), june(4)).begins_at == june(5, 8)
    assert outlook(single, Past(), june(7)) == Outlook(Standing.DUE, june(5, 8), june(7))
    done = after(crawl(june(7), due=june(5, 8), ended=june(7, 1)))
    assert outlook(single, done, june(8)).standing is Standing.OVER
    later_by_hand = Past(2, None, crawl(june(8), ended=june(8, 1)), june(5, 8))
    assert outlook(single, later_by_hand, june(9)).standing is Standing.OVER


def test_a_single_crawl_waits_for_one_that_runs() -> None:
    single = target(starts_at=june(5, 8))
    seen = outlook(single, after(crawl(june(5, 7))), june(5, 9))
    assert (seen.standing, seen.skipped) == (Standing.RUNNING, None)
    ended = after(crawl(june(5, 7), ended=june(5, 10)))
    assert outlook(single, ended, june(5, 10)).standing is Standing.DUE


@pytest.mark.parametrize(
    ("at", "standing", "begins"),
    [
        (june(5), Standing.WAITING, june(10, 3)),
        (june(10, 3), Standing.DUE, june(10, 3)),
        (june(12, 12), Standing.DUE, june(12, 12)),
        (june(13, 1), Standing.OVER, None),
        (june(20), Standing.OVER, None),
    ],
)
def test_a_campaign_has_its_window(
    at: datetime, standing: Standing, begins: datetime | None
) -> None:
    campaign = target(cron=NIGHTLY, starts_at=june(10), ends_at=june(13), campaign="剑网")
    seen = outlook(campaign, Past(), at)
    assert (seen.standing, seen.begins_at) == (standing, begins)


def test_what_a_blackout_keeps_past_the_window_does_not_begin() -> None:
    campaign = target(cron=NIGHTLY, ends_at=june(2, 5), blackout=("22:00-06:00",))
    assert outlook(campaign, nightly(1), june(2, 4)).standing is Standing.OVER


def test_paused_and_unplanned_targets_are_never_due() -> None:
    assert outlook(target(cron=NIGHTLY, paused=True), Past(), june(9)) == Outlook(Standing.PAUSED)
    assert outlook(target(), Past(), june(9)) == Outlook(Standing.BY_HAND)


def test_key_works_are_watched_for_more_often() -> None:
    often = target(cron=NIGHTLY, key_works=("w",), cadence=4)
    assert outlook(often, nightly(1), june(1, 5)).due_at == june(1, 9)


def test_an_adaptive_target_is_due_at_once_and_then_after_its_interval() -> None:
    adaptive = target(revisit=Revisit.ADAPTIVE)
    assert outlook(adaptive, Past(interval_s=7200.0), june(1, 1)).standing is Standing.DUE
    past = after(crawl(june(1, 1), due=june(1), ended=june(1, 2)), 7200.0)
    assert outlook(adaptive, past, june(1, 1, 30)).due_at == june(1, 2)


@pytest.mark.parametrize(("hours", "due"), [(20, june(2, 3)), (26, june(2, 3)), (30, june(3, 3))])
def test_an_adaptive_target_with_set_times_takes_the_first_about_its_interval(
    hours: float, due: datetime
) -> None:
    adaptive = target(cron=NIGHTLY, revisit=Revisit.ADAPTIVE)
    began = june(1, 3) + timedelta(seconds=5)
    past = after(crawl(began, due=june(1, 3), ended=june(1, 4)), hours * 3600.0)
    assert outlook(adaptive, past, june(1, 12)).due_at == due


@settings(deadline=None)
@given(
    st.sampled_from([NIGHTLY, "*/30 * * * *", "0 */4 * * *", "15 9 * * 1-5"]),
    st.sampled_from([(), ("22:00-06:00",), ("Mon-Fri 08:00-18:00", "02:00-04:00")]),
    st.lists(st.integers(1, 2000), min_size=5, max_size=60),
    st.integers(1, 600),
)
def test_whenever_anybody_looks_no_crawl_begins_twice_early_or_beside_another(
    cron: str, blackout: tuple[str, ...], pauses_min: list[int], lasts_min: int
) -> None:
    watched = target(cron=cron, blackout=blackout)
    rules = rules_of(watched)
    assert rules.cron is not None
    at, past = june(1), Past()
    for pause_min in pauses_min:
        at += timedelta(minutes=pause_min)
        if past.running and at >= past.running.started_at + timedelta(minutes=lasts_min):
            began = past.running.started_at
            ended = began + timedelta(minutes=lasts_min)
            past = after(crawl(began, due=past.last_due_at, ended=ended))
        seen = outlook(watched, past, at)
        if seen.begins_at is not None and seen.standing is not Standing.DUE:
            assert seen.begins_at > at
        if seen.standing is not Standing.DUE:
            continue
        assert past.running is None
        assert seen.due_at is not None
        assert seen.due_at <= at
        assert rules.cron.latest(seen.due_at) == seen.due_at
        assert rules.cron.latest(at) == seen.due_at
        assert rules.blackout.opens_at(at) == at
        assert past.last_due_at is None or past.last_due_at < seen.due_at
        past = after(crawl(at, due=seen.due_at))


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"time_zone": "Asia/Peking"}, UnknownTimeZone),
        ({"time_zone": "../../etc/passwd"}, UnknownTimeZone),
        ({"starts_at": june(5), "ends_at": june(5)}, InvalidWindow),
        ({"starts_at": june(1)}, InvalidWindow),
        ({"cadence": 2}, OutOfBounds),
        ({"cadence": 49, "cron": NIGHTLY}, OutOfBounds),
        ({"priority": 10}, OutOfBounds),
        ({"min_interval_s": 7200.0, "max_interval_s": 3600.0}, OutOfBounds),
        ({"min_interval_s": float("nan")}, OutOfBounds),
        ({"max_interval_s": float("inf")}, OutOfBounds),
        ({"cron": "never"}, ScheduleError),
        ({"blackout": ("always",)}, ScheduleError),
    ],
)
def test_a_schedule_without_sense_is_refused(facts: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        check(target(**facts))


def test_a_schedule_with_sense_passes() -> None:
    check(target())
    check(target(starts_at=june(2)))
    check(target(cron=NIGHTLY, starts_at=june(1), ends_at=june(9), blackout=("Mon 8:00-9:00",)))
