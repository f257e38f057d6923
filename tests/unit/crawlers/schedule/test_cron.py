from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.schedule.cron import Cron
from crawlers.schedule.errors import InvalidCron

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")
PUT_FORWARD = datetime(2026, 3, 29, tzinfo=BERLIN)  # 02:00 CET is 03:00 CEST
PUT_BACK = datetime(2026, 10, 25, tzinfo=BERLIN)  # 03:00 CEST is 02:00 CET

EXPRESSIONS = (
    "* * * * *",
    "*/30 2 * * *",
    "30 2 * * *",
    "0 3 * * *",
    "15,45 1-3 * * 0",
    "0 0 1 * *",
)
changes = st.builds(
    lambda day, later_s: day.astimezone(UTC) + timedelta(seconds=later_s),
    st.sampled_from([PUT_FORWARD, PUT_BACK]),
    st.integers(0, 48 * 3600),
)
any_time = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - the strategy adds the time zone
    datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def in_a_day(cron: Cron, start: datetime) -> list[str]:
    """Return the times of a day as clocks show them, with their distance to UTC."""
    day = start.astimezone(UTC)
    at, found = day, []
    while (moment := cron.next(at)) is not None and moment < day + timedelta(days=1):
        found.append(moment.astimezone(start.tzinfo).strftime("%H:%M%z"))
        at = moment
    return found


@pytest.mark.parametrize(
    ("expression", "day", "expected"),
    [
        ("30 2 * * *", PUT_FORWARD, ["03:00+0200"]),
        ("30 2 * * *", PUT_BACK, ["02:30+0200"]),
        ("0,30 2,3 * * *", PUT_FORWARD, ["03:00+0200", "03:30+0200"]),
        ("0 3 * * *", PUT_BACK, ["03:00+0100"]),
        ("30 * * * *", PUT_FORWARD, None),
        ("*/30 2 * * *", PUT_FORWARD, []),
        ("*/30 2 * * *", PUT_BACK, ["02:00+0200", "02:30+0200", "02:00+0100", "02:30+0100"]),
    ],
)
def test_days_on_which_clocks_are_changed(
    expression: str, day: datetime, expected: list[str] | None
) -> None:
    found = in_a_day(Cron(expression, BERLIN), day)
    if expected is None:  # every hour that passes, once
        assert len(found) == 24
        assert not any(time.startswith("02:") for time in found)
    else:
        assert found == expected


def test_where_no_clock_is_changed_every_day_is_alike() -> None:
    cron = Cron("30 2 * * *", SHANGHAI)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(365):
        found = cron.next(at)
        assert found is not None
        assert found.astimezone(SHANGHAI).strftime("%H:%M") == "02:30"
        assert found - at <= timedelta(days=1)
        at = found
    assert at == datetime(2026, 12, 31, 18, 30, tzinfo=UTC)


def test_in_the_hour_that_comes_twice_what_was_is_not_to_come() -> None:
    cron = Cron("30 2 * * *", BERLIN)
    second_time = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=BERLIN).astimezone(UTC)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert cron.latest(second_time) == first
    assert cron.next(second_time) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@settings(deadline=None)
@given(
    st.sampled_from(EXPRESSIONS),
    st.sampled_from([BERLIN, SHANGHAI]),
    st.integers(1, 5),
    any_time | changes,
)
def test_latest_and_next_enclose_a_moment_and_nothing_else(
    expression: str, zone: ZoneInfo, cadence: int, moment: datetime
) -> None:
    cron = Cron(expression, zone, cadence)
    latest, following = cron.latest(moment), cron.next(moment)
    assert latest is not None
    assert following is not None
    assert latest <= moment < following
    assert cron.next(latest) == following
    assert cron.latest(following) == following


def test_a_cadence_puts_even_steps_between_set_times() -> None:
    cron = Cron("0 3 * * *", SHANGHAI, cadence=4)
    day = datetime(2026, 5, 1, tzinfo=SHANGHAI)
    assert in_a_day(cron, day) == ["03:00+0800", "09:00+0800", "15:00+0800", "21:00+0800"]


def test_a_leap_day_is_found_years_ahead_and_back() -> None:
    cron = Cron("0 0 29 2 *", SHANGHAI)
    at = datetime(2026, 5, 1, tzinfo=UTC)
    assert cron.latest(at) == datetime(2024, 2, 28, 16, tzinfo=UTC)
    assert cron.next(at) == datetime(2028, 2, 28, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "expression",
    ["", "* * * *", "* * * * * *", "60 * * * *", "0 24 * * *", "x * * * *", "0 0 30 2 *", "@daily"],
)
def test_what_is_no_expression_or_never_comes_is_refused(expression: str) -> None:
    with pytest.raises(InvalidCron):
        Cron(expression, SHANGHAI)
