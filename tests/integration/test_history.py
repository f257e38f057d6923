"""What crawls did, over every backend of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawlers import history, visits
from index import targets
from index.documents import Channel, Crawl, Failure, Target
from index.store import StoreLocation, open_store
from tests.accounts import store_match, store_sighting

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records

START = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(params=["embedded", "elasticsearch"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Records:
    if request.param == "embedded":
        return open_store(StoreLocation(tmp_path)).records
    location = request.getfixturevalue("elasticsearch_location")
    return open_store(StoreLocation(tmp_path, location)).records


@pytest.fixture
def target(records: Records) -> Target:
    return targets.add(records, ["https://a.example/"], name="n", actor="ada", channel=Channel.WEB)


def see(
    records: Records,
    crawl: Crawl,
    url: str,
    *,
    code: str = "",
    unexamined: str = "",
    media: str = "text/html",
) -> None:
    reason = code or unexamined
    facts = {
        "status": 0 if code else 200,
        "media_type": media,
        "size_bytes": 0 if code else 1000,
        "payload": None if code else "p",
        "failure": Failure(code=reason, reason="r") if reason else None,
    }
    store_sighting(records, crawl, url, START, **facts)


def find(records: Records, crawl: Crawl, url: str, case: str | None) -> None:
    store_match(records, crawl, url, START, work="w", case=case)


def begin(records: Records, target: Target, number: int) -> Crawl:
    due = START + timedelta(days=number)
    return visits.begin_due(records, target, due_at=due, number=number, actor="scheduler")


def test_each_crawl_is_accounted_for(records: Records, target: Target) -> None:
    first = begin(records, target, 0)
    see(records, first, "/1")
    see(records, first, "/2")
    see(records, first, "/song", media="audio/mpeg")
    see(records, first, "/late", code="timeout")
    see(records, first, "/later", code="timeout")
    see(records, first, "/no", code="refused_by_robots")
    see(records, first, "/void", unexamined="nothing_to_print")
    find(records, first, "/1", "case")
    visits.finish(records, first.id, actor="worker", counts={"pages": 2, "media": 1})
    second = begin(records, target, 1)
    for url in ("/1", "/2", "/3"):
        see(records, second, url)
    find(records, second, "/1", "case")
    find(records, second, "/2", "case")
    find(records, second, "/3", None)
    latest, earlier = history.history(records, target, limit=20)
    assert (latest.crawl, latest.seconds) == (second, None)
    assert (latest.pages, latest.media, latest.bytes, latest.failed) == (3, 0, 3000, {})
    assert (latest.matches, latest.new_matches, latest.cases) == (3, 2, 1)
    assert (earlier.pages, earlier.media, earlier.bytes) == (3, 1, 4000)
    assert earlier.failed == {"timeout": 2, "refused_by_robots": 1}
    assert earlier.unexamined == {"nothing_to_print": 1}
    assert (earlier.matches, earlier.new_matches, earlier.cases) == (1, 1, 1)
    assert earlier.seconds is not None
    assert earlier.seconds >= 0
    assert history.history(records, target, limit=1) == [latest]
    assert history.account_of(records, second) == latest
    assert history.account_of(records, earlier.crawl) == earlier


def test_what_is_too_much_to_read_is_told_by_its_closing_event(
    records: Records, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_MOST_SIGHTINGS", 2)
    crawl = begin(records, target, 0)
    for number in range(3):
        see(records, crawl, f"/{number}")
    (partly,) = history.history(records, target, limit=5)
    assert (partly.complete, partly.pages) == (False, 2)
    visits.finish(records, crawl.id, actor="worker", counts={"pages": 3, "other": 7})
    (closed,) = history.history(records, target, limit=5)
    assert (closed.complete, closed.pages) == (False, 3)
