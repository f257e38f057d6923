from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from crawlers import visits
from crawlers.discovery.sitemaps import (
    MOST_ADDRESSES,
    MOST_BYTES,
    Place,
    is_sitemap,
    moment,
    places_in,
    sitemaps_in_robots,
    unpacked,
)
from crawlers.discovery.unchanged import Unchanged
from index import targets
from index.documents import Channel, Crawl, Failure, Revisit, Sighting, content_id
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def urlset(*urls: str) -> bytes:
    inner = "".join(f"<url>{url}</url>" for url in urls)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {NAMESPACES}>{inner}</urlset>'.encode()


def test_the_latest_changes_come_first() -> None:
    body = urlset(
        "<loc>https://a.example/old</loc><lastmod>2025-01-01</lastmod>",
        "<loc>https://a.example/?a=1&amp;b=2</loc>",
        "<loc> https://a.example/new </loc><lastmod>2026-02-03T04:05:06+08:00</lastmod>",
        "<lastmod>2026-01-01</lastmod>",
    )
    assert is_sitemap(body)
    assert list(places_in(body)) == [
        Place("https://a.example/new", datetime(2026, 2, 2, 20, 5, 6, tzinfo=UTC)),
        Place("https://a.example/old", datetime(2025, 1, 2, tzinfo=UTC)),
        Place("https://a.example/?a=1&b=2"),
    ]


def test_extensions_name_titles_times_and_files() -> None:
    body = urlset(
        "<loc>https://a.example/v</loc><video:video><video:title>片</video:title>"
        "<video:content_loc>https://cdn.example/v.mp4</video:content_loc>"
        "<video:player_loc>https://a.example/player?v</video:player_loc></video:video>"
        "<image:image><image:loc>https://cdn.example/p.jpg</image:loc></image:image>",
        "<loc>https://a.example/n</loc><news:news><news:publication_date>2026-01-01"
        "</news:publication_date><news:title>新</news:title></news:news>",
    )
    video, news = sorted(places_in(body), key=lambda one: one.url, reverse=True)
    assert video == Place(
        "https://a.example/v",
        None,
        "片",
        ("https://cdn.example/v.mp4", "https://a.example/player?v", "https://cdn.example/p.jpg"),
    )
    assert news == Place("https://a.example/n", datetime(2026, 1, 2, tzinfo=UTC), "新")


def test_indices_texts_and_gzip_are_read() -> None:
    index = (
        f"<sitemapindex {NAMESPACES}><sitemap><loc>https://a.example/1.xml.gz</loc>"
        "<lastmod>2026-01-01</lastmod></sitemap></sitemapindex>"
    ).encode()
    (inner,) = places_in(index)
    assert (inner.url, inner.is_sitemap) == ("https://a.example/1.xml.gz", True)
    assert [
        one.url for one in places_in(b"\xef\xbb\xbfhttps://a.example/1\nx\nhttps://a.example/2")
    ] == [
        "https://a.example/1",
        "https://a.example/2",
    ]
    body = urlset("<loc>https://a.example/1</loc>")
    assert unpacked(gzip.compress(body)) == unpacked(body) == body


@pytest.mark.parametrize("body", [b"", b"<html><p>not found", b"words", b"\x1f\x8bbroken", b"{}"])
def test_what_is_no_sitemap_names_nothing(body: bytes) -> None:
    assert list(places_in(unpacked(body))) == []


def test_limits_hold_however_large_a_sitemap_is() -> None:
    began = time.process_time()
    many = urlset(*("<loc>https://a.example/1</loc>" for _ in range(MOST_ADDRESSES + 10)))
    assert len(list(places_in(many))) == MOST_ADDRESSES
    assert len(unpacked(gzip.compress(bytes(MOST_BYTES + 10)))) == MOST_BYTES
    list(places_in(urlset("<loc>" + "<a>" * 50_000)))
    list(places_in(b"<urlset>" + b"<url>" * 50_000))
    entity = b'<!DOCTYPE u [<!ENTITY a "b"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
    hostile = entity + b"<urlset><url><loc>https://a.example/&x;</loc></url></urlset>"
    assert [one.url for one in places_in(hostile)] in ([], ["https://a.example/"])
    assert time.process_time() - began < 30.0


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2026", datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-12", datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-02", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-02-28", datetime(2026, 3, 1, tzinfo=UTC)),
        (" 2026-02-28T23:00:00Z ", datetime(2026, 2, 28, 23, tzinfo=UTC)),
        ("2026-02-28T23:00", datetime(2026, 2, 28, 23, tzinfo=UTC)),
        ("2026-13-01", None),
        ("9999-12-31", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_as_late_as_it_may_mean(text: str, end: datetime | None) -> None:
    assert moment(text) == end


def test_robots_name_sitemaps() -> None:
    body = (
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /x\n SITEMAP : https://a.example/1.xml \r\n"
        b"Sitemap: /2.xml # two\nSitemap:\nSitemap: https://a.example/1.xml"
    )
    assert sitemaps_in_robots(body) == ["https://a.example/1.xml", "/2.xml"]
    assert len(sitemaps_in_robots(b"".join(b"Sitemap: /%d\n" % n for n in range(99)))) == 50


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return open_store(StoreLocation(tmp_path)).records


def crawl(records: Records, *, finished: bool = True) -> Crawl:
    begun = visits.begin(records, ["https://a.example/"], Channel.WEB, actor="a")
    if finished:
        visits.finish(records, begun.id, actor="a", counts={})
    return begun


def saw(records: Records, crawl: Crawl, path: str, *, payload: str | None = "0" * 64) -> None:
    url = f"https://a.example{path}"
    failure = None if payload else Failure(code="http_404", reason="gone")
    records.put(
        Sighting(
            id=content_id("sighting", crawl.id, url),
            crawl_id=crawl.id,
            url=url,
            site="a.example",
            channel=Channel.WEB,
            seen_at=crawl.started_at,
            status=200,
            media_type="text/html",
            size_bytes=1,
            payload=payload,
            failure=failure,
        ),
        expect=None,
    )


def test_what_was_seen_since_it_changed_needs_no_visit(records: Records) -> None:
    first, second = crawl(records), crawl(records)
    here = crawl(records, finished=False)
    saw(records, first, "/long-ago")
    saw(records, second, "/lately")
    saw(records, second, "/changed")
    saw(records, second, "/failed", payload=None)
    before, after = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    changed_by = {
        f"https://a.example{path}": at
        for path, at in {
            "/long-ago": before,
            "/lately": before,
            "/failed": before,
            "/never-seen": before,
            "/changed": after,
        }.items()
    }
    unchanged = Unchanged(records, here.id).among(changed_by)
    assert unchanged == {"https://a.example/long-ago", "https://a.example/lately"}
    assert Unchanged(records, first.id).among(changed_by) == set()
    assert Unchanged(records, "unknown").among(changed_by) == set()


def test_a_target_that_is_visited_as_often_as_it_changes_is_visited_whole(records: Records) -> None:
    for revisit, left_out in ((Revisit.ADAPTIVE, 0), (Revisit.FIXED, 1)):
        target = targets.add(
            records,
            [f"https://{revisit.value}.example/"],
            name="n",
            actor="a",
            channel=Channel.WEB,
            revisit=revisit,
        )
        terms = visits.terms_of(target)
        first = visits.begin(records, actor="a", target_id=target.id, **terms)
        visits.finish(records, first.id, actor="a", counts={})
        here = visits.begin(records, actor="a", target_id=target.id, **terms)
        saw(records, first, "/1")
        changed_by = {"https://a.example/1": datetime(2020, 1, 1, tzinfo=UTC)}
        assert len(Unchanged(records, here.id).among(changed_by)) == left_out
