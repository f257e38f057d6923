"""Comics: from a target to a case, with real pictures in the forms of pirates' readers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from index.contract import Query
from index.documents import Match
from index.scan import scan
from tests.e2e.channels.books import (
    HIGH,
    WIDE,
    cbz,
    comic_pages,
    copied,
    drawn_on_canvas,
    in_tiles,
    jpeg,
    packed,
    pages_at,
    protected,
    reader,
    scrambled,
)
from tests.e2e.test_channels import Crawled, crawled
from tests.servers import Site, content, page
from tests.unit.fingerprints.document.made import scene

if TYPE_CHECKING:
    from tests.e2e.channels.books import Routes

PAGES = comic_pages()
WORK = {"星海.cbz": cbz(PAGES)}
NAMES = ("lazy", "turned", "packed", "canvas", "tiles", "shown")
CHAPTERS = {name: f"/manga/7/{number}.html" for number, name in enumerate(NAMES, 1)}


def pirate(site: Site, cdn: Site) -> Routes:
    """Return a site of one comic, three pages of it a chapter, each chapter in another form."""
    files = {
        name: pages_at(f"/{name}/", PAGES[3 * at : 3 * at + 3]) for at, name in enumerate(NAMES)
    }
    listed = "".join(
        f"<li><a href={url}>第{number}话</a>" for number, url in enumerate(CHAPTERS.values(), 1)
    )
    lazy = "".join(
        f"<img class=lazy src=/static/loading.gif data-original={cdn.url(path)}>"
        for path in files["lazy"]
    )
    for path, body in files["lazy"].items():
        cdn.routes[path] = protected(body, site.url(CHAPTERS["lazy"]))
    turned = {
        f"/manga/7/2{suffix}.html": reader(
            f"<a href=/manga/7/2{following}.html><img id=mangaFile src={path}></a>"
            f"<a href=/manga/7/2{following}.html>下一页</a>"
            + (f"<a href=/manga/7/2{before}.html>上一页</a>" if before is not None else "")
        )
        for suffix, before, following, path in zip(
            ("", "_2", "_3"), (None, "", "_2"), ("_2", "_3", "_3"), files["turned"], strict=True
        )
    }
    names = [path.rpartition("/")[2] for path in files["packed"]]
    script = packed(f'var cInfo={{"path":"/packed/","files":{json.dumps(names)},"len":3}};')
    shown = [f"/canvas/{number}.jpg" for number in range(3)]
    return {
        "/": page("<a href=/manga/7/><img src=/cover.jpg>星海</a>"),
        "/cover.jpg": content(copied(PAGES[17]), "image/jpeg"),
        "/manga/7/": page(f"<h1>星海</h1><p>作者：某人</p><ul>{listed}</ul>"),
        CHAPTERS["lazy"]: reader(f"<div class=reading>{lazy}</div>", following=CHAPTERS["turned"]),
        **turned,
        CHAPTERS["packed"]: reader(f"<div id=images></div><script>{script}</script>"),
        CHAPTERS["canvas"]: reader(drawn_on_canvas(shown)),
        **{
            f"/manga/7/6{suffix}.html": reader(
                drawn_on_canvas([f"/shown/{at}.jpg"])
                + (f"<a href=/manga/7/6{following}.html>下一页</a>" if following else "")
            )
            for at, (suffix, following) in enumerate((("", "_2"), ("_2", "_3"), ("_3", "")))
        },
        **{
            f"/shown/{at}.jpg": content(jpeg(scrambled(one)), "image/jpeg")
            for at, one in enumerate(PAGES[15:18])
        },
        CHAPTERS["tiles"]: reader("".join(map(in_tiles, ("/t/0.jpg", "/t/1.jpg", "/t/2.jpg")))),
        **{path: content(body, "image/jpeg") for path, body in files["turned"].items()},
        **{path: content(body, "image/jpeg") for path, body in files["packed"].items()},
        **{
            path: content(jpeg(scrambled(one)), "image/jpeg")
            for path, one in zip(shown, PAGES[9:12], strict=True)
        },
        **{
            f"/t/{at}.jpg": content(jpeg(scrambled(one)), "image/jpeg")
            for at, one in enumerate(PAGES[12:15])
        },
    }


def of_pictures(found: Crawled, url: str) -> Match:
    """Return the match by pictures: that by the lie of lines may be beside it."""
    where = {"url": url, "modality": "image"}
    (match,) = (one.record for one in scan(found.store.records, Query(Match, where)))
    return match


def record(found: Crawled, host: str, path: str) -> dict[str, Any]:
    gathered = found.sightings[host, path].gathered
    assert gathered is not None
    told: dict[str, Any] = json.loads(found.store.blobs.path(gathered).read_bytes())
    return told


def innocent() -> Routes:
    """Return a site of another comic."""
    shown = "".join(f"<img data-src=/other/{number}.jpg>" for number in range(5))
    return {
        "/": page(f"<h1>别的漫画</h1>{shown}"),
        **{
            f"/other/{number}.jpg": content(jpeg(scene(number, WIDE, HIGH)), "image/jpeg")
            for number in range(5)
        },
    }


@pytest.fixture(scope="module")
def comic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Crawled, Site]:
    with Site() as site, Site() as cdn, Site(innocent()) as honest:
        site.routes.update(pirate(site, cdn))
        at = tmp_path_factory.mktemp("comic")
        found = crawled(at, WORK, "comic", "comics", site, honest, allow=(cdn,), render="auto")
        assert record(found, honest.host, "/")["pages"] == 5
        assert found.matched(honest.host) == set()
        return found, site


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_of_a_chapter_are_those_of_the_work(
    name: str, comic: tuple[Crawled, Site]
) -> None:
    found, site = comic
    match = of_pictures(found, site.url(CHAPTERS[name]))
    first = 3 * NAMES.index(name)
    assert [(span.copy_span, span.work_span) for span in match.spans] == [
        ((float(at), at + 1.0), (float(first + at), first + at + 1.0)) for at in range(3)
    ]


def test_all_chapters_are_one_case(comic: tuple[Crawled, Site]) -> None:
    found, site = comic
    assert found.matched(site.host) == {*CHAPTERS.values(), "/cover.jpg"}
    (case,) = found.cases
    assert (case["title"], case["channels"], case["url_count"]) == ("星海", ["comics"], 7)
    assert case["coverage"] == 1.0


def test_the_record_says_where_each_page_was(comic: tuple[Crawled, Site]) -> None:
    found, site = comic
    told = record(found, site.host, CHAPTERS["turned"])
    assert [one["shown_on"].rpartition("/")[2] for one in told["taken"]] == [
        "2.html",
        "2_2.html",
        "2_3.html",
    ]
    assert all(one["capture"] for one in (*told["taken"], *told["turned"]))
    assert [one["as_shown"] for one in record(found, site.host, CHAPTERS["canvas"])["taken"]] == (
        [True] * 3
    )
    shown = record(found, site.host, CHAPTERS["shown"])
    assert [one["as_shown"] for one in shown["taken"]] == [True] * 3
    assert [list(one) for one in shown["turned"]] == [["url", "rendering"]] * 2
    facts = found.sightings[site.host, CHAPTERS["lazy"]].shown_facts
    assert {"book:星海", "chapter:1", "chapter_title:第1话", "pages_shown:3"} <= set(facts)
    seen = found.sightings[site.host, CHAPTERS["tiles"]]
    assert (seen.media_type, seen.rendered is not None) == ("application/vnd.comicbook+zip", True)


def test_pages_that_were_turned_are_not_visited_again(comic: tuple[Crawled, Site]) -> None:
    found, site = comic
    assert (site.host, "/manga/7/2_2.html") not in found.sightings
    assert site.paths().count("/manga/7/2_2.html") == 1
    assert [site.paths().count(path) for path in ("/turned/002.jpg", "/t/1.jpg")] == [1, 1]
