"""Which page of a chapter comes next, and which is the first."""

from __future__ import annotations

import pytest

from crawlers.browser.snapshot import Shown, Surface
from crawlers.spiders.paged.turning import _drawn, begins, next_page, offered_pages
from tests.responses import page_of

A = "http://a.example"


def ways(**links: str) -> str:
    words = {"after": "下一页", "before": "上一页", "chapter": "下一章", "plain": "Next"}
    return "".join(f"<a href={url}>{words[name]}</a>" for name, url in links.items())


@pytest.mark.parametrize(
    ("here", "first", "markup", "following"),
    [
        ("/c/1.html", "/c/1.html", ways(after="/c/1_2.html"), "/c/1_2.html"),
        ("/c/1_2.html", "/c/1.html", ways(after="/c/1_3.html"), "/c/1_3.html"),
        ("/c?id=3", "/c?id=3", ways(after="/c?id=3&p=2"), "/c?id=3&p=2"),
        ("/c?id=3&p=2", "/c?id=3", ways(plain="/c?id=3&p=3"), "/c?id=3&p=3"),
        ("/c/34/1", "/c/34/1", ways(after="/c/34/2"), "/c/34/2"),
        ("/c/34/2", "/c/34/1", ways(after="/c/34/3"), "/c/34/3"),
        ("/c/34-1.html", "/c/34-1.html", ways(plain="/c/34-2.html"), "/c/34-2.html"),
        ("/c/34/9", "/c/34/1", ways(after="/c/35/1"), None),
        ("/c/34.html", "/c/34.html", ways(after="/c/35.html"), None),
        ("/c/34_3.html", "/c/34.html", ways(chapter="/c/35.html"), None),
        ("/c/1.html", "/c/1.html", "<a href=/c/1_2.html>Next</a>", "/c/1_2.html"),
        ("/c/1_2.html", "/c/1.html", ways(before="/c/1.html"), None),
    ],
)
def test_next_page(here: str, first: str, markup: str, following: str | None) -> None:
    found = next_page(page_of(f"<html>{markup}", A + here), A + first)
    assert found == (A + following if following else None)


@pytest.mark.parametrize(
    ("here", "markup", "is_first"),
    [
        ("/c/1.html", ways(after="/c/1_2.html"), True),
        ("/c/1_2.html", ways(before="/c/1.html"), False),
        ("/c/1_3.html", ways(before="/c/1_2.html"), False),
        ("/c?p=2", ways(before="/c?p=1"), False),
        ("/c/34/2", ways(before="/c/34/1"), False),
        ("/c/34/1", ways(before="/c/33/17"), True),
    ],
)
def test_which_page_is_the_first(here: str, markup: str, is_first: bool) -> None:  # noqa: FBT001
    assert begins(page_of(f"<html>{markup}", A + here)) is is_first


def test_pages_offered_in_a_list() -> None:
    options = "".join(
        f"<option value=/c/1{one}.html>第{at}页</option>"
        for at, one in enumerate(("", "_2", "_3"), 1)
    )
    chapters = "<select><option value=/c/2.html>第2话</option></select>"
    page = page_of(f"<html><select>{options}</select>{chapters}", f"{A}/c/1.html")
    assert offered_pages(page) == [f"{A}/c/1_2.html", f"{A}/c/1_3.html"]
    assert offered_pages(page_of(f"<html>{chapters}", f"{A}/c/1.html")) == []


def surface(kind: str, size: float, *, url: str = "", digest: str | None = None) -> Surface:
    return Surface(kind=kind, url=url, left=0, top=0, width=size, height=size, digest=digest)


def test_drawn_pages_stand_among_plain_ones_and_little_ones_are_left_out() -> None:
    shown = Shown(
        surfaces=(
            surface("picture", 100, url="/icon.png"),
            surface("picture", 700, url="/1.jpg"),
            surface("canvas", 800, digest="d2"),
            surface("canvas", 160, digest="chart"),
            surface("tiles", 800, digest="d3"),
        )
    )
    leaves = list(_drawn(page_of("<html>", f"{A}/c/1"), shown, {f"{A}/1.jpg": "warc"}))
    assert [(one.url, one.shown, one.capture) for one in leaves] == [
        (f"{A}/1.jpg", None, "warc"),
        (f"{A}/c/1", "d2", None),
        (f"{A}/c/1", "d3", None),
    ]
    plain = Shown(surfaces=(surface("picture", 700, url="/1.jpg"),))
    assert list(_drawn(page_of("<html>", f"{A}/c/1"), plain, {})) == []
