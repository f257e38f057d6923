from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from crawlers import visits
from index import targets
from index.contract import Query
from index.documents import Channel, Crawl, CrawlState, Event, Target
from index.errors import Conflict
from index.scan import scan
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records

DUE = datetime(2026, 6, 1, 3, tzinfo=UTC)


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return open_store(StoreLocation(tmp_path)).records


def add(records: Records, **facts: Any) -> Target:  # noqa: ANN401 - Target's fields
    return targets.add(
        records,
        ["https://a.example/"],
        name="n",
        actor="ada",
        channel=Channel.WEB,
        **facts,
    )


def told(records: Records, verb: str) -> list[Event]:
    return [one.record for one in scan(records, Query(Event, {"verb": verb}))]


def test_a_crawl_has_what_its_target_says_and_why_robots_are_passed_over(
    records: Records,
) -> None:
    target = add(records, delay_s=3.0, priority=5, ignore_robots_because="著作权法 53")
    crawl = visits.begin_due(records, target, due_at=DUE, number=0, actor="scheduler")
    assert (crawl.delay_s, crawl.priority, crawl.urls) == (3.0, 5, target.urls)
    (begun,) = told(records, "crawl_begun")
    assert begun.subject_id == crawl.id
    assert begun.details == {
        "target_id": target.id,
        "due_at": DUE.isoformat(),
        "ignore_robots_because": "著作权法 53",
    }


def test_a_number_is_taken_once(records: Records) -> None:
    target = add(records)
    visits.begin_due(records, target, due_at=DUE, number=0, actor="scheduler")
    with pytest.raises(Conflict):
        visits.begin_due(records, target, due_at=DUE.replace(day=2), number=0, actor="scheduler")
    assert records.count(Query(Crawl)) == 1


def test_what_is_begun_by_hand_is_what_runs_already(records: Records) -> None:
    target = add(records)
    due = visits.begin_due(records, target, due_at=DUE, number=0, actor="scheduler")
    terms = visits.terms_of(target) | {"delay_s": 9.0}
    by_hand = visits.begin(records, actor="ada", target_id=target.id, **terms)
    assert (by_hand.id, by_hand.delay_s, by_hand.due_at) == (due.id, 9.0, DUE)
    (changed,) = told(records, "crawl_terms_changed")
    assert (changed.actor, changed.details) == ("ada", {"delay_s": 9.0})


def test_crawls_are_numbered_on_even_when_old_ones_are_gone(records: Records) -> None:
    target = add(records)
    terms = visits.terms_of(target)
    for number in range(4):
        crawl = visits.begin(records, actor="ada", target_id=target.id, **terms)
        assert crawl.number == number
        visits.finish(records, crawl.id, actor="ada", counts={})
    for stored in list(scan(records, Query(Crawl))):
        if stored.record.number < 2:
            records.delete(Crawl, stored.record.id, expect=stored.version)
    assert visits.begin(records, actor="ada", target_id=target.id, **terms).number == 4


def test_crawls_stored_before_there_were_numbers_count(records: Records) -> None:
    target = add(records)
    terms = visits.terms_of(target)
    for _ in range(3):
        crawl = visits.begin(records, actor="ada", target_id=target.id, **terms)
        visits.finish(records, crawl.id, actor="ada", counts={})
        stored = records.get(Crawl, crawl.id)
        unnumbered = stored.record.model_copy(update={"number": 0})
        records.put(unnumbered, expect=stored.version)
    assert visits.begin(records, actor="ada", target_id=target.id, **terms).number == 3


def test_a_stopped_crawl_stays_stopped_and_the_next_one_is_another(records: Records) -> None:
    target = add(records)
    terms = visits.terms_of(target)
    crawl = visits.begin(records, actor="ada", target_id=target.id, **terms)
    stopped = visits.stop(records, crawl.id, actor="ada", because="wrong site")
    assert stopped.state is CrawlState.STOPPED
    assert stopped.finished_at is not None
    assert visits.finish(records, crawl.id, actor="worker", counts={"pages": 1}) == stopped
    (event,) = told(records, "crawl_stopped")
    assert (event.actor, event.details) == ("ada", {"because": "wrong site"})
    assert told(records, "crawl_finished") == []
    assert visits.begin(records, actor="ada", target_id=target.id, **terms).id != crawl.id
