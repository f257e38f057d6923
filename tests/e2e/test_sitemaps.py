"""Sitemaps, feeds and lists of addresses: what sites and complaints name themselves."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from index.contract import Query
from index.documents import Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests import certificates
from tests.e2e.program import Program
from tests.servers import Site, content, page, redirect, status, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.e2e.program import Ended
    from tests.servers import Line

ICP = "<p>京ICP备12345678号-{}</p>"
TONGJI = "<script>hm.src='https://hm.baidu.com/hm.js?0123456789abcdef0123456789abcdef'</script>"


def run(
    folder: Path, *arguments: str, code: int = 0, settings: Mapping[str, str] | None = None
) -> Ended:
    program = Program(folder, settings=settings or {})
    ended = program.run(*arguments, "--data", str(folder / "data"), "--json")
    assert ended.code == code, ended.err
    return ended


def xml(body: str) -> Callable[[Line], None]:
    return content(f'<?xml version="1.0"?>{body}'.encode(), "application/xml")


def urlset(at: str, *places: tuple[str, str]) -> str:
    inner = "".join(
        f"<url><loc>{at}{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for path, day in places
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'


def large(site: Site, today: str) -> None:
    """Fill a site whose pages no link leads to: its sitemaps and feed do."""
    at = site.url("")
    old = urlset(at, ("/old/1", "2024-01-01"), ("/old/2", "2024-05"), ("/undated", ""))
    index = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{at}/old.xml.gz</loc></sitemap>"
        f"<sitemap><loc>{at}/new.xml</loc></sitemap>"
        f"<sitemap><loc>{at}/index.xml</loc></sitemap>"
        "<sitemap><loc>https://elsewhere.example/x.xml</loc></sitemap></sitemapindex>"
    )
    feed = (
        f"<rss version='2.0'><channel><title>t</title><item><title>News</title>"
        f"<link>{at}/news/1</link><enclosure url='{at}/files/1.txt' type='text/plain'/></item>"
        f"<item><title>Far</title><link>https://elsewhere.example/2</link></item></channel></rss>"
    )
    site.routes |= {
        "/robots.txt": text(f"User-agent: *\nDisallow: /secret\nSitemap: {at}/index.xml\n"),
        "/": page("<link rel=alternate type=application/rss+xml href=/feed.xml><p>nothing"),
        "/index.xml": xml(index),
        "/old.xml.gz": content(gzip.compress(old.encode()), "application/gzip"),
        "/new.xml": xml(urlset(at, ("/new/1", "2026-01-01"), ("/new/2", today), ("/secret", ""))),
        "/feed.xml": xml(feed),
        "/files/1.txt": text("words"),
    }
    for path in ("/old/1", "/old/2", "/undated", "/new/1", "/new/2", "/news/1"):
        site.routes[path] = page(f"<title>{path}</title><p>{path}")


PAGES = ["/new/1", "/new/2", "/news/1", "/old/1", "/old/2", "/undated"]


def test_a_site_is_found_by_what_it_says_it_has(tmp_path: Path) -> None:
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    with Site() as site:
        large(site, today)
        wanted = ("--sitemaps", "--allow", site.host, "--delay", "0.02")
        target = run(tmp_path, "targets", "add", site.url("/"), *wanted).object
        assert run(tmp_path, "crawl", target["id"]).object["finished"]
        first = site.paths()
        site.asked.clear()
        assert run(tmp_path, "crawl", target["id"]).object["finished"]
        again = site.paths()
    known = ["/", "/feed.xml", "/files/1.txt", "/index.xml", "/new.xml", "/old.xml.gz"]
    assert sorted(set(first)) == sorted([*known, *PAGES, "/robots.txt"])
    assert first.index("/new/2") < first.index("/new/1")
    assert first.index("/old/2") < first.index("/old/1") < first.index("/undated")
    # What says that it didn't change since it was seen isn't visited again.
    assert sorted(set(again) & set(PAGES)) == ["/new/2", "/news/1", "/undated"]
    store = open_store(StoreLocation(tmp_path / "data"))
    seen = [one.record for one in scan(store.records, Query(Sighting))]
    assert {one.title for one in seen if one.url.endswith("/new/1")} == {"/new/1"}
    refused = [one.failure.code for one in seen if one.failure and one.url.endswith("/secret")]
    assert refused == ["refused_by_robots"] * 2


def test_a_site_without_robots_or_sitemaps_is_followed_by_its_links(tmp_path: Path) -> None:
    with Site({"/": page("<a href=/1>1</a>"), "/1": page("<p>1")}) as site:
        ended = run(
            tmp_path, "crawl", site.url("/"), "--sitemaps", "--allow", site.host, "--delay", "0"
        )
        assert ended.object["failed"] == {"http_404": 1}
        assert sorted(set(site.paths())) == ["/", "/1", "/robots.txt", "/sitemap.xml"]


HOSTILE = (
    b"<urlset><url><loc>http://127.0.0.1:1/</loc></url>",
    b"<urlset>" + b"<url>" * 20_000,
    (
        b'<!DOCTYPE u [<!ENTITY a "aaaa"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<urlset><url><loc>&x;&a;</loc></url></urlset>"
    ),
    b"\x1f\x8b" + b"x" * 100,
    b"\x00\xff" * 500,
)


def test_hostile_sitemaps_cost_only_themselves(tmp_path: Path) -> None:
    with Site({"/": page("<a href=/1>1</a>"), "/1": page("<p>1")}) as site:
        for number, body in enumerate(HOSTILE):
            site.routes[f"/{number}.xml"] = content(body, "application/xml")
        lines = (f"Sitemap: /{number}.xml" for number in range(len(HOSTILE)))
        site.routes["/robots.txt"] = text("\n".join(lines))
        wanted = ("--sitemaps", "--allow", site.host, "--delay", "0")
        ended = run(tmp_path, "crawl", site.url("/"), *wanted).object
        assert (ended["finished"], ended["failed"]) == (True, {})
        listed = [f"/{number}.xml" for number in range(len(HOSTILE))]
        assert sorted(set(site.paths())) == sorted(["/", "/1", "/robots.txt", *listed])


def test_a_list_of_feeds_is_read(tmp_path: Path) -> None:
    with Site() as one, Site() as two:
        opml = (
            f"<opml version='2.0'><body><outline xmlUrl='{two.url('/feed.json')}'/></body></opml>"
        )
        items = [{"url": two.url("/1"), "attachments": [{"url": two.url("/1.txt")}]}]
        feed: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "items": items}
        one.routes |= {"/list.opml": xml(opml), "/robots.txt": redirect("/nowhere")}
        two.routes |= {
            "/feed.json": content(json.dumps(feed).encode(), "application/feed+json"),
            "/1": page("<p>1"),
            "/1.txt": text("one"),
        }
        hosts = ("--allow", one.host, "--allow", two.host, "--delay", "0")
        run(tmp_path, "crawl", one.url("/list.opml"), "--sitemaps", *hosts)
        assert sorted(set(two.paths())) == ["/1", "/1.txt", "/feed.json", "/robots.txt"]


def test_complaints_are_crawled_and_lines_without_an_address_named(tmp_path: Path) -> None:
    with Site(fallback=page("<p>x")) as site:
        site.routes["/robots.txt"] = status(404)
        lines = [f"{number},书,{site.url(f'/{number}')}" for number in range(300)]
        lines[7] = "7,书,无"
        (tmp_path / "a.csv").write_text("编号,作品,侵权链接\n" + "\n".join(lines), "gb18030")
        (tmp_path / "b.txt").write_text(f"nothing\n{site.url('/b')}\n", "utf-8")
        wanted = ("--urls", "a.csv", "--urls", "b.txt", "--max-depth", "0", "--allow", site.host)
        ended = run(tmp_path, "crawl", *wanted, "--delay", "0")
        assert ended.object["pages"] == 300
        assert "a.csv:9: '无'" in ended.err
        assert "b.txt:1: 'nothing'" in ended.err
        listed = run(tmp_path, "targets", "add", "--urls", "b.txt", "--name", "投诉").object
        assert (listed["urls"], listed["name"]) == ([site.url("/b")], "投诉")
        (tmp_path / "c.txt").write_text("nothing\n")
        assert "no addresses" in run(tmp_path, "crawl", "--urls", "c.txt", code=2).err
        assert "须指定" in run(tmp_path, "crawl", code=2).err


def test_sites_of_one_owner_are_found(tmp_path: Path) -> None:
    certificate, authority = certificates.issue(tmp_path, "127.0.0.1")
    with (
        Site({"/": page(TONGJI + ICP.format(1))}, certificate=certificate) as one,
        Site({"/": page(TONGJI)}, certificate=certificate) as two,
        Site({"/": page(ICP.format(2))}) as three,
        Site({"/": page("<p>京ICP备87654321号")}) as stranger,
    ):
        sites = (one, two, three, stranger)
        allowed = [word for site in sites for word in ("--allow", site.host)]
        urls = [site.url("/") for site in sites]
        trusted = {"SSL_CERT_FILE": str(authority)}
        run(tmp_path, "crawl", *urls, *allowed, "--delay", "0", settings=trusted)
        found = run(tmp_path, "sites", "kin", one.host).object
    assert [kin["site"] for kin in found["kin"]] == [two.host, three.host]
    names = [sorted(fact.partition(":")[0] for fact in kin["shared"]) for kin in found["kin"]]
    assert names == [["baidu_tongji", "certificate"], ["icp"]]
    assert run(tmp_path, "sites", "kin", stranger.host).object["kin"] == []
