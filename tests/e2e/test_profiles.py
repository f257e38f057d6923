"""A site that changes its templates: it is noticed, and its copies are found all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from console.demo.content import shipped_content
from tests.e2e.program import Program
from tests.servers import Site, page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers import Line

    Routes = dict[str, Callable[[Line], None]]

NOVEL = shipped_content().texts[0].words[:12_000]
PARTS = [NOVEL[start : start + 2_000] for start in range(0, len(NOVEL), 2_000)]
TITLES = [f"第{numeral}回 风雪" for numeral in "一二三四五六"]
OWN = """
name = "own"
[site]
hosts = "127.0.0.1"
[pages.catalogue]
url = '^/book/12/$'
[pages.catalogue.fields]
book = { from = "h1", required = true }
chapters = { each = "#list a", required = true }
[pages.chapter]
url = '^/book/12/\\d+\\.html$'
[pages.chapter.fields]
title = "h1"
body = { from = "#content", required = true }
next_chapter = "#next"
"""


def book(*, old: bool) -> Routes:
    """A book by the template of 笔趣阁, or by another that has none of its names."""
    links = [f"<a href='/book/12/{n}.html'>{title}</a>" for n, title in enumerate(TITLES, 1)]
    catalogue = (
        f"<div id=maininfo><h1>书</h1></div><div id=list><dl>"
        f"{''.join(f'<dd>{link}</dd>' for link in links)}</dl></div>"
        if old
        else f"<h1>书</h1><ul class=toc>{''.join(f'<li>{link}</li>' for link in links)}</ul>"
    )
    catalogue = catalogue.replace("id=list", 'id="list"').replace("id=maininfo", 'id="maininfo"')
    routes: Routes = {"/book/12/": page(f"<html><body>{catalogue}</body></html>")}
    for number, (title, words) in enumerate(zip(TITLES, PARTS, strict=True), 1):
        following = f"/book/12/{number + 1}.html" if number < len(TITLES) else "/book/12/"
        ways = f"<a href='/book/12/'>章节目录</a><a id=next href='{following}'>下一章</a>"
        text = (
            f'<div class="bookname"><h1>{title}</h1></div><div id="content">{words}</div>'
            f'<div class="bottem2">{ways}</div>'
            if old
            else f"<h2>{title}</h2><article class=txt>{words}</article><nav>{ways}</nav>"
        )
        routes[f"/book/12/{number}.html"] = page(f"<html><body>{text}</body></html>")
    return routes


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "novel.txt").write_text(NOVEL, "utf-8")
    program = Program(tmp_path)
    added = program.run(
        *("works", "add", "novel.txt", "--kind", "literature"),
        *("--title", "书", "--holder", "甲"),
    )
    assert added.code == 0, added.err
    return program


def crawled(program: Program, site: Site) -> dict[str, Any]:
    """Crawl the book, and return what `crawls show` tells of it."""
    start = site.url("/book/12/")
    ended = program.run(
        *("crawl", start, "--channel", "literature", "--allow", site.host),
        *("--delay", "0", "--json"),
    )
    assert ended.code == 0, ended.err
    said = ended.object
    assert (said["pages"], said["matches"], said["failed"]) == (7, 6, {})
    shown = program.run("crawls", "show", said["crawl_id"], "--json")
    return {**shown.object, "logged": ended.err}


def standing(program: Program, *more: str) -> dict[tuple[str, str], tuple[bool, int, int]]:
    told = program.run("profiles", "status", "--json", *more)
    assert told.code == 0, told.err
    return {
        (one["pages_of"], one["field"]): (one["holds"], one["without"], one["pages"])
        for one in told.objects
    }


def broken(shown: dict[str, Any]) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (one["pages_of"], one["field"]): (one["without"], one["pages"])
        for one in shown["profiles_broken"]
    }


def test_own_profile_that_a_change_of_the_site_broke(program: Program) -> None:
    folder = program.folder / "marque-data" / "profiles"
    folder.mkdir(parents=True)
    (folder / "own.toml").write_text(OWN, "utf-8")
    holding = {
        ("own/catalogue", ""): (True, 0, 1),
        ("own/catalogue", "book"): (True, 0, 1),
        ("own/catalogue", "chapters"): (True, 0, 1),
        ("own/chapter", ""): (True, 0, 6),
        ("own/chapter", "body"): (True, 0, 6),
    }
    with Site(book(old=True)) as site:
        assert broken(crawled(program, site)) == {}
        assert standing(program) == holding

        site.routes = book(old=False)
        changed = crawled(program, site)
        assert broken(changed) == {
            ("own/catalogue", "chapters"): (1, 1),
            ("own/chapter", "body"): (6, 6),
        }
        assert changed["logged"].count('"event": "profile_broken"') == 2
        assert standing(program, "--broken") == {
            ("own/catalogue", "chapters"): (False, 1, 1),
            ("own/chapter", "body"): (False, 6, 6),
        }

        # It stays broken and isn't news; put right, it holds again.
        again = crawled(program, site)
        assert broken(again) == broken(changed)
        assert "profile_broken" not in again["logged"]
        site.routes = book(old=True)
        assert broken(crawled(program, site)) == {}
        assert standing(program, "--broken") == {}


def test_engine_whose_pages_are_no_longer_known(program: Program) -> None:
    with Site(book(old=True)) as site:
        assert broken(crawled(program, site)) == {}
        assert set(standing(program)) == {
            ("biquge/catalogue", ""),
            ("biquge/catalogue", "chapters"),
            ("biquge/chapter", ""),
            ("biquge/chapter", "body"),
        }
        site.routes = book(old=False)
        assert broken(crawled(program, site)) == {
            ("biquge/catalogue", ""): (7, 7),
            ("biquge/chapter", ""): (7, 7),
        }
        assert set(standing(program, "--broken")) == {
            ("biquge/catalogue", ""),
            ("biquge/chapter", ""),
        }
