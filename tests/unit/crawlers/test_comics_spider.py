"""Comics are read from the catalogue on; what of a page is a chapter; how pages are bound."""

from __future__ import annotations

import io
import json
import zipfile
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from crawlers.browser.suspicion import Suspicion, suspicion
from crawlers.media.binding import captures_of, chosen, zipped
from crawlers.spiders.base import TITLE
from crawlers.spiders.paged.comics import ComicsSpider
from crawlers.traps import Traps
from fingerprints.archive import kind
from tests.responses import page_of

if TYPE_CHECKING:
    from crawlers.frontier.contract import Discovery

BOOK = "http://a.example/manga/7/"
CATALOGUE = "<h1>星海</h1>" + "".join(f"<a href={n}.html>第{n}话 起航</a>" for n in range(1, 6))

OFFERED = (
    "<select><option value=/manga/7/2.html>1/2</option>"
    "<option value=/manga/7/2_2.html>2/2</option></select>"
)

COVERS = "".join(f"<a href=/b/{n}/><img src=/up/{n}.jpg></a>" for n in range(6))


def spider() -> ComicsSpider:
    made = ComicsSpider()
    made.plan = SimpleNamespace(ignore_robots_because="")  # type: ignore[assignment]
    return made


def found(markup: str, url: str = BOOK, role: str = "page") -> list[Discovery]:
    return list(spider().discoveries(page_of(f"<html>{markup}", url, role=role)))


def test_a_catalogue_leads_to_its_chapters_in_order() -> None:
    chapters = [one for one in found(CATALOGUE) if one.role == "chapter"]
    assert [one.url for one in chapters] == [f"{BOOK}{n}.html" for n in range(1, 6)]
    assert [one.context["chapter"] for one in chapters] == [1, 2, 3, 4, 5]
    assert chapters[2].context["book"] == "星海"
    assert chapters[2].context["chapter_title"] == "第3话 起航"


@pytest.mark.parametrize("ending", ["cbz", "cbr", "cb7", "zip", "rar", "pdf", "epub", "mobi"])
def test_whole_books_are_media_with_what_they_are_called(ending: str) -> None:
    (book,) = (one for one in found(f"<a href=//cdn.example/x.{ending}?k=1>星海 全集</a>"))
    assert (book.url, book.role) == (f"http://cdn.example/x.{ending}?k=1", "media")
    assert book.context == {TITLE: "星海 全集"}


@pytest.mark.parametrize(
    ("markup", "is_chapter"),
    [
        (CATALOGUE, False),
        ("<a href=/>首页</a><img src=/a.jpg>", False),
        ("<a href=/manga/7/1.html>上一话</a><a href=/manga/7/>目录</a>", True),
        ("<a href=/manga/7/2_2.html>下一页</a>", True),
        (OFFERED, True),
        ("<a href=/list/3.html>下一页</a>" + COVERS, False),
    ],
)
def test_which_page_is_of_a_chapter(markup: str, is_chapter: bool) -> None:  # noqa: FBT001
    page = page_of(f"<html>{markup}", f"{BOOK}2.html")
    assert spider().is_chapter(page) is is_chapter
    assert spider().is_chapter(page_of(f"<html>{markup}", f"{BOOK}2.html", role="chapter"))


def test_pages_named_by_scripts_are_news() -> None:
    traps = Traps()
    for number in range(200):
        page = page_of("<html><title>第1话</title>", f"{BOOK}{number}.html")
        traps.visited(page, [f"/p/{number}/1.jpg"])
    (following,) = (one for one in found("<a href=/manga/7/900.html>第900话</a>"))
    assert not traps.hold(following)


def test_of_too_many_some_are_chosen_all_over_them() -> None:
    assert chosen(3, 200) == [0, 1, 2]
    assert chosen(9, 3) == [0, 4, 8]
    assert chosen(10_000, 200)[-1] == 9_999
    assert len(set(chosen(201, 200))) == 200


def test_bound_pages_are_a_comic_book_and_always_the_same() -> None:
    files = {f"{number:05}.jpg": b"x" for number in range(3)}
    book = zipped(files)
    assert book == zipped(dict(files))
    assert kind(io.BytesIO(book)) == "application/vnd.comicbook+zip"
    both = zipped({"page.html": b"<p>words", "pages.cbz": book})
    assert kind(io.BytesIO(both)) == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(both)).namelist() == ["page.html", "pages.cbz"]


def test_what_came_with_a_page_is_not_asked_for_again() -> None:
    asked = [
        {"url": "/1.jpg", "kind": "image", "outcome": "ok", "capture": "a"},
        {"url": "/2.jpg", "kind": "image", "outcome": "timeout", "capture": None},
        {"url": "/app.js", "kind": "script", "outcome": "ok", "capture": "b"},
    ]
    assert captures_of(json.dumps({"asked": asked}).encode()) == {"/1.jpg": "a"}


@pytest.mark.parametrize(
    ("markup", "looks"),
    [
        ("<canvas id=page></canvas><script src=/r.js></script>", Suspicion.DRAWN),
        ("<script>ink.drawImage(picture, 0, 0)</script><p>" + "话" * 3_000, Suspicion.DRAWN),
        ("<div style='background:url(/a.jpg) -10px -20px'></div>" * 4, Suspicion.DRAWN),
        ("<img src=/1.jpg style='position:absolute;left:1px'>" * 4, Suspicion.DRAWN),
        ("<img src=/1.jpg style='position:absolute;left:1px'>" * 3, Suspicion.NONE),
        ("<style>.a{background-position:-1px -2px}</style>" * 9, Suspicion.NONE),
        ("<img src=/1.jpg><p>" + "话" * 3_000, Suspicion.NONE),
    ],
)
def test_pages_that_draw_their_pictures_look_so(markup: str, looks: Suspicion) -> None:
    assert suspicion(f"<html><body>{markup}", BOOK) is looks
