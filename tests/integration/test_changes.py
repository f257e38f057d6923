"""What changed between crawls, and how often to crawl again, over every backend of the store."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawlers.schedule.changes import changes
from crawlers.schedule.past import Memory
from crawlers.schedule.revisit import DAY_S, Observation
from crawlers.visits import crawl_id, plan_id
from index.documents import Crawl, CrawlState, Failure, Revisit, Target
from index.store import StoreLocation, open_store
from tests.accounts import store_match, store_sighting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from index.contract import Records

START = datetime(2026, 6, 1, tzinfo=UTC)
TARGET = Target(
    id="t",
    urls=("https://a.example/",),
    name="n",
    created_at=START,
    revisit=Revisit.ADAPTIVE,
    max_interval_s=30 * DAY_S,
)


@pytest.fixture(params=["embedded", "elasticsearch"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Records:
    if request.param == "embedded":
        return open_store(StoreLocation(tmp_path)).records
    location = request.getfixturevalue("elasticsearch_location")
    return open_store(StoreLocation(tmp_path, location)).records


def crawled(
    records: Records,
    day: int,
    pages: Mapping[str, str | None],
    copies: Mapping[str, str] | None = None,
    state: CrawlState = CrawlState.FINISHED,
) -> Crawl:
    """Store a crawl, what it saw (None: failed) and what works it found where."""
    plan = plan_id(TARGET.channel, TARGET.urls, TARGET.id)
    began = START + timedelta(days=day)
    crawl = Crawl(
        id=crawl_id(plan, day),
        number=day,
        plan=plan,
        target_id=TARGET.id,
        urls=TARGET.urls,
        state=state,
        started_at=began,
        finished_at=began + timedelta(hours=1) if state is not CrawlState.RUNNING else None,
    )
    records.put(crawl, expect=None)
    for url, payload in pages.items():
        failure = None if payload else Failure(code="timeout", reason="t")
        store_sighting(records, crawl, url, began, payload=payload, failure=failure)
    for url, work in (copies or {}).items():
        store_match(records, crawl, url, began, work=work)
    return crawl


def test_pages_are_the_same_changed_new_or_tell_nothing(records: Records) -> None:
    earlier = crawled(records, 0, {"same": "1", "changed": "2", "gone": "3", "failed": None})
    later = crawled(
        records, 1, {"same": "1", "changed": "x", "new": "4", "failed": "5", "fails": None}
    )
    found = changes(records, earlier, later)
    assert found.pages == Observation(DAY_S, seen=3, unchanged=1)
    assert found.finds == Observation(DAY_S, seen=1, unchanged=1)


def test_copies_are_new_where_the_work_was_not_found_before(records: Records) -> None:
    pages = {"a": "1", "b": "2"}
    first = crawled(records, 0, pages, {"a": "w1"})
    second = crawled(records, 1, pages, {"a": "w1"})
    third = crawled(records, 2, pages, {"a": "w1", "b": "w1"})
    assert changes(records, first, second).finds.unchanged == 1
    assert changes(records, second, third).finds.unchanged == 0


def test_a_site_that_does_not_answer_tells_nothing(records: Records) -> None:
    first = crawled(records, 0, {"a": "1"})
    second = crawled(records, 1, {"a": None})
    assert changes(records, first, second).pages.seen == 0
    assert changes(records, first, second).finds.seen == 0


def test_a_large_crawl_is_compared_by_a_sample(records: Records) -> None:
    first = crawled(records, 0, {str(n): "same" for n in range(300)})
    second = crawled(records, 1, {str(n): "same" if n % 3 else "new" for n in range(300)})
    found = changes(records, first, second).pages
    assert found.seen == 200
    assert found.unchanged == pytest.approx(133, abs=20)


@pytest.mark.parametrize(
    ("changed", "days"),
    [(0, 30.0), (1, None), (10, None), (20, None)],
)
def test_the_interval_follows_what_changed(
    records: Records, changed: int, days: float | None
) -> None:
    """Of 20 pages so many change every day: λ by the paper, the interval by the square root."""
    for day in range(4):
        crawled(records, day, {str(n): str(day) if n < changed else "-" for n in range(20)})
    found = Memory(records).past_of(TARGET).interval_s
    if days is None:
        rate = -math.log((60 - 3 * changed + 0.5) / (60 + 0.5))
        days = math.sqrt(1 / rate)
    assert found == pytest.approx(days * DAY_S)


def test_new_copies_bring_visits_forward(records: Records) -> None:
    pages = {str(n): "-" for n in range(20)}
    for day in range(4):
        crawled(records, day, pages, {str(n): "w" for n in range(day)})
    found = Memory(records).past_of(TARGET).interval_s
    assert found == pytest.approx(math.sqrt(1 / -math.log(0.5 / 3.5)) * DAY_S)


def test_the_past_is_bounded_and_knows_who_runs(records: Records) -> None:
    for day in range(12):
        crawled(records, day, {"a": str(min(3, day))})
    running = crawled(records, 12, {"a": "x"}, state=CrawlState.RUNNING)
    past = Memory(records).past_of(TARGET)
    assert (past.number, past.running, past.last) == (13, running, running)
    assert past.interval_s == 30 * DAY_S  # the changes of the first days are forgotten


def test_the_moment_of_a_single_crawl_is_remembered(records: Records) -> None:
    single = TARGET.model_copy(update={"revisit": Revisit.FIXED, "starts_at": START})
    assert Memory(records).past_of(single).last_due_at is None
    due = crawled(records, 0, {})
    stored = records.get(Crawl, due.id)
    records.put(due.model_copy(update={"due_at": START}), expect=stored.version)
    for day in range(1, 11):
        crawled(records, day, {})
    assert Memory(records).past_of(single).last_due_at == START


def test_a_target_without_a_past_is_taken_to_change_daily(records: Records) -> None:
    past = Memory(records).past_of(TARGET)
    assert past.interval_s == pytest.approx(DAY_S)
    assert (past.number, past.running, past.last, past.last_due_at) == (0, None, None, None)
    fixed = TARGET.model_copy(update={"revisit": Revisit.FIXED})
    assert Memory(records).past_of(fixed).interval_s is None
    often = TARGET.model_copy(update={"cadence": 4})
    assert Memory(records).past_of(often).interval_s == pytest.approx(DAY_S / 4)
