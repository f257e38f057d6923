from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from index import targets
from index.contract import Query
from index.documents import Channel, Event, Target
from index.errors import Conflict, NotFound
from index.scan import scan
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return open_store(StoreLocation(tmp_path)).records


def add(records: Records, **facts: Any) -> Target:  # noqa: ANN401 - Target's fields
    urls = ["https://a.example/"]
    return targets.add(records, urls, name="n", actor="ada", channel=Channel.WEB, **facts)


def events(records: Records) -> list[Event]:
    return [one.record for one in scan(records, Query(Event, order="at"))]


def test_the_audit_trail_says_what_changed_from_what_by_whom_and_why(records: Records) -> None:
    target = add(records, cron="0 3 * * *", because="complaint 12")
    changed = targets.edit(
        records,
        target.id,
        {"cron": "0 4 * * *", "ignore_robots_because": "案件核查"},
        actor="bob",
        because="site is asleep at four",
    )
    assert (changed.cron, changed.ignore_robots_because) == ("0 4 * * *", "案件核查")
    added, edited = events(records)
    assert (added.actor, added.details["because"]) == ("ada", "complaint 12")
    assert added.details["cron"] == "0 3 * * *"
    assert edited.actor == "bob"
    assert edited.details == {
        "name": "n",
        "urls": ["https://a.example/"],
        "before": {"cron": "0 3 * * *", "ignore_robots_because": ""},
        "after": {"cron": "0 4 * * *", "ignore_robots_because": "案件核查"},
        "because": "site is asleep at four",
    }


def test_only_a_change_of_the_schedule_sets_it_anew(records: Records) -> None:
    target = add(records, cron="0 3 * * *")
    renamed = targets.edit(records, target.id, {"name": "m", "priority": 3}, actor="bob")
    assert renamed.scheduled_at == target.scheduled_at
    moved = targets.edit(records, target.id, {"time_zone": "Europe/Berlin"}, actor="bob")
    assert moved.scheduled_at is not None
    assert target.scheduled_at is not None
    assert moved.scheduled_at > target.scheduled_at


def test_what_changes_nothing_is_no_event(records: Records) -> None:
    target = add(records, cron="0 3 * * *")
    assert targets.edit(records, target.id, {"cron": "0 3 * * *"}, actor="bob") == target
    targets.pause(records, target.id, paused=False, actor="bob")
    assert len(events(records)) == 1


def test_what_does_not_pass_is_not_stored(records: Records) -> None:
    def refuse(target: Target) -> None:
        raise ValueError(target.cron)

    with pytest.raises(ValueError, match="x"):
        add(records, cron="x", check=refuse)
    assert records.count(Query(Target)) == 0
    target = add(records)
    with pytest.raises(ValueError, match="y"):
        targets.edit(records, target.id, {"cron": "y"}, actor="bob", check=refuse)
    assert records.get(Target, target.id).record == target


def test_a_target_that_is_resumed_waits_for_the_next_moment(records: Records) -> None:
    target = add(records, cron="0 3 * * *")
    paused = targets.pause(records, target.id, paused=True, actor="bob", because="holiday")
    assert paused.scheduled_at == target.scheduled_at
    resumed = targets.pause(records, target.id, paused=False, actor="bob")
    assert resumed.scheduled_at is not None
    assert target.scheduled_at is not None
    assert resumed.scheduled_at > target.scheduled_at
    assert [one.verb for one in events(records)] == [
        "target_added",
        "target_paused",
        "target_resumed",
    ]


def test_the_same_addresses_are_watched_once_and_removed_once(records: Records) -> None:
    target = add(records)
    with pytest.raises(Conflict):
        add(records)
    targets.remove(records, target.id, actor="bob", because="closed down")
    with pytest.raises(NotFound):
        targets.remove(records, target.id, actor="bob")
    assert events(records)[-1].details["because"] == "closed down"
