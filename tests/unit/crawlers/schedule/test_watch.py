from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawlers import visits
from crawlers.schedule.outlook import Standing
from crawlers.schedule.watch import Watch
from index.contract import Query
from index.documents import Crawl, Event, Target
from index.scan import scan
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records

ADDED = datetime(2026, 6, 1, tzinfo=UTC)
NIGHTLY = "0 3 * * *"
THREE = datetime(2026, 6, 2, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return open_store(StoreLocation(tmp_path)).records


def add(records: Records, id: str, **facts: Any) -> Target:  # noqa: ANN401 - Target's fields
    usual = {"urls": (f"https://{id}.example/",), "name": id, "time_zone": "UTC"}
    target = Target(**{**usual, "id": id, "created_at": ADDED, "scheduled_at": ADDED, **facts})
    records.put(target, expect=None)
    return target


def test_what_is_due_begins_by_priority_and_then_by_its_moment(records: Records) -> None:
    add(records, "later", cron="30 2 * * *")
    add(records, "first", cron="0 2 * * *")
    add(records, "urgent", cron="0 3 * * *", priority=5)
    add(records, "least", cron="0 1 * * *", priority=-5)
    begun = [crawl.target_id for crawl in Watch(records).look(THREE)]
    assert begun == ["urgent", "first", "later", "least"]


def test_two_that_look_around_a_set_time_begin_one_crawl(records: Records) -> None:
    """One clock is behind: it takes yesterday's missed time for due, the other today's."""
    add(records, "t", cron=NIGHTLY)
    ahead, behind = Watch(records), Watch(records)
    looked = ahead._due(THREE + timedelta(days=1)), behind._due(THREE + timedelta(hours=5))
    moments = [one.due_at for (one,) in looked]
    assert moments == [THREE + timedelta(days=1), THREE]
    begun = [ahead._begin(*looked[0][0]), behind._begin(*looked[1][0])]
    assert begun[0] is not None
    assert begun[1] is None
    assert records.count(Query(Crawl)) == 1
    assert list(behind.look(THREE + timedelta(days=1))) == []


def test_a_target_that_changed_since_it_was_seen_is_not_begun(records: Records) -> None:
    target = add(records, "t", cron=NIGHTLY)
    watch = Watch(records)
    (due,) = watch._due(THREE)
    stored = records.get(Target, target.id)
    records.put(target.model_copy(update={"paused": True}), expect=stored.version)
    assert watch._begin(*due) is None
    assert records.count(Query(Crawl)) == 0


def test_it_wakes_for_the_next_target_that_is_due(records: Records) -> None:
    watch = Watch(records)
    assert list(watch.look(ADDED)) == []
    assert watch.wakes_at() is None
    add(records, "by-hand")
    add(records, "late", cron="0 5 * * *")
    add(records, "early", cron=NIGHTLY)
    assert list(watch.look(ADDED)) == []
    assert watch.wakes_at() == ADDED + timedelta(hours=3)
    assert [one.target_id for one in watch.look(ADDED + timedelta(hours=3))] == ["early"]
    watch._asleep.pop("early")
    assert watch.wakes_at() == ADDED + timedelta(hours=5)


def test_a_schedule_that_cannot_be_read_holds_up_nobody(records: Records) -> None:
    add(records, "broken", cron="never")
    add(records, "sound", cron=NIGHTLY)
    watch = Watch(records)
    assert [crawl.target_id for crawl in watch.look(THREE)] == ["sound"]
    told = {target.id: outlook for target, outlook in watch.outlooks(THREE)}
    assert told["broken"] is None
    assert told["sound"] is not None
    assert told["sound"].standing is Standing.RUNNING


def test_each_skipped_moment_is_one_event_and_the_next_crawl_is_on_time(records: Records) -> None:
    add(records, "t", cron="*/10 * * * *")
    watches = [Watch(records), Watch(records)]
    (crawl,) = watches[0].look(THREE)
    begun = records.get(Crawl, crawl.id)
    records.put(begun.record.model_copy(update={"started_at": THREE}), expect=begun.version)
    for minute in range(25):
        for watch in watches:
            assert list(watch.look(THREE + minute * MINUTE)) == []
    skipped = [one.record.details for one in scan(records, Query(Event, {"verb": "crawl_skipped"}))]
    moments = [(THREE + minute * MINUTE).isoformat() for minute in (10, 20)]
    assert sorted(str(one["due_at"]) for one in skipped) == moments
    ended = visits.finish(records, crawl.id, actor="worker", counts={})
    stored = records.get(Crawl, crawl.id)
    at_the_end = {"finished_at": THREE + 25 * MINUTE}
    records.put(ended.model_copy(update=at_the_end), expect=stored.version)
    assert list(watches[0].look(THREE + 26 * MINUTE)) == []
    (following,) = watches[0].look(THREE + 30 * MINUTE)
    assert following.due_at == THREE + 30 * MINUTE
    assert following.number == 1


def test_what_is_paused_or_removed_is_forgotten(records: Records) -> None:
    target = add(records, "t", cron=NIGHTLY)
    watch = Watch(records)
    assert list(watch.look(ADDED)) == []
    assert watch.health()["targets"] == 1
    records.delete(Target, target.id, expect=records.get(Target, target.id).version)
    assert list(watch.look(THREE)) == []
    assert watch.health() == {
        "ok": True,
        "targets": 0,
        "next_due_at": None,
        "seconds_since_look": watch.health()["seconds_since_look"],
    }
