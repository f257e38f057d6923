"""Whether profiles hold: said by what crawls have seen, once, however many workers look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from crawlers import visits
from crawlers.profiles.shelf import open_shelf
from crawlers.profiles.standing import Point, broken_in, conclude, look, standings
from index.contract import Query
from index.documents import Channel, Event, Sighting, content_id, now
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records
    from index.documents import Crawl

SITE = "a.example"
START = f"http://{SITE}/"
SHELF = open_shelf(None)
BODY = Point("biquge/chapter", "body")
PAGES = Point("biquge/chapter", "")


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return open_store(StoreLocation(tmp_path)).records


def begin(records: Records, start: str = START) -> Crawl:
    return visits.begin(records, [start], Channel.LITERATURE, actor="test")


def end(records: Records, crawl: Crawl) -> list[tuple[Point, bool]]:
    changed = conclude(records, SHELF, crawl.id)
    visits.finish(records, crawl.id, actor="test", counts={})
    return [(one.point, one.holds) for one in changed]


def see(
    records: Records,
    crawl: Crawl,
    count: int,
    *missing: str,
    profile: str = "biquge/chapter",
    site: str = SITE,
) -> None:
    for _ in range(count):
        number = records.count(Query(Sighting, {"crawl_id": crawl.id}))
        url = f"http://{site}/{number}"
        records.put(
            Sighting(
                id=content_id("sighting", crawl.id, url),
                crawl_id=crawl.id,
                url=url,
                site=site,
                channel=Channel.LITERATURE,
                seen_at=now(),
                status=200,
                media_type="text/html",
                size_bytes=1,
                payload="0" * 64,
                profile=profile,
                profile_missing=missing,
            ),
            expect=None,
        )


def events(records: Records) -> list[str]:
    found = records.find(Query(Event, {"subject_id": SITE}, order="at"), limit=100).items
    return [f"{one.record.verb} {one.record.details['field']}".strip() for one in found]


def test_from_holding_to_broken_and_back(records: Records) -> None:
    first = begin(records)
    see(records, first, 6)
    see(records, first, 2, "body")
    assert end(records, first) == [(PAGES, True), (BODY, True)]
    assert conclude(records, SHELF, first.id) == []

    second = begin(records)
    see(records, second, 8, "body")
    assert [one.point for one in broken_in(records, SHELF, second)] == [BODY]
    with capture_logs() as logged:
        assert end(records, second) == [(BODY, False)]
    (event,) = logged
    assert (event["event"], event["site"], event["pages_of"], event["field"]) == (
        *("profile_broken", SITE, "biquge/chapter", "body"),
    )
    assert (event["pages"], event["without"]) == (8, 8)

    third = begin(records)
    see(records, third, 8, "body")
    assert end(records, third) == []
    assert [one.crawl_id for one in standings(records) if not one.holds] == [second.id]
    assert [one.point for one in broken_in(records, SHELF, third)] == [BODY]

    fourth = begin(records)
    see(records, fourth, 8)
    assert end(records, fourth) == [(BODY, True)]
    assert events(records) == [
        "profile_holds",
        "profile_holds body",
        "profile_broken body",
        "profile_holds body",
    ]
    assert broken_in(records, SHELF, fourth) == []


def test_what_never_held_does_not_break(records: Records) -> None:
    crawl = begin(records)
    see(records, crawl, 8, "body")
    assert end(records, crawl) == [(PAGES, True)]
    assert broken_in(records, SHELF, crawl) == []


def test_it_is_noticed_while_the_crawl_goes_on_by_several_at_once(records: Records) -> None:
    first = begin(records)
    see(records, first, 4)
    end(records, first)
    second = begin(records)
    see(records, second, 2, "body")
    assert look(records, SHELF, second.id, SITE, "biquge/chapter") == []  # an exception or two
    see(records, second, 2, "body")
    told = [look(records, SHELF, second.id, SITE, "biquge/chapter") for _ in range(2)]
    assert [[one.point for one in found] for found in told] == [[BODY], []]
    assert end(records, second) == []
    assert events(records).count("profile_broken body") == 1


def test_pages_that_are_gone_though_the_site_is_there(records: Records) -> None:
    first = begin(records)
    see(records, first, 4)
    end(records, first)
    second = begin(records)
    see(records, second, 3, profile="")
    assert end(records, second) == [(PAGES, False)]
    assert [one.point for one in broken_in(records, SHELF, second)] == [PAGES]
    third = begin(records)
    see(records, third, 3, profile="")
    assert end(records, third) == []


def test_a_crawl_of_something_else_on_the_site_says_nothing(records: Records) -> None:
    first = begin(records)
    see(records, first, 4)
    end(records, first)
    other = begin(records, f"{START}other/")
    see(records, other, 3, profile="")
    assert end(records, other) == []


def test_a_site_that_is_down_says_nothing(records: Records) -> None:
    first = begin(records)
    see(records, first, 4)
    end(records, first)
    second = begin(records)
    see(records, second, 3, profile="", site="b.example")
    assert end(records, second) == []
    assert [one.site for one in standings(records, "b.example")] == []
