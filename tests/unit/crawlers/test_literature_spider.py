"""Books are read in order, whatever their pages look like."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from crawlers.numerals import number_in
from crawlers.spiders.literature.catalogues import chapters_of
from crawlers.spiders.literature.chapters import page_number, pager
from crawlers.spiders.literature.spider import LiteratureSpider
from tests.responses import page_of

if TYPE_CHECKING:
    from pydantic import JsonValue

    from crawlers.frontier.contract import Discovery
    from crawlers.spiders.pages import Page

BOOK = "http://a.example/book/12/"
NUMERALS = "一二三四五六七八九"
CHAPTERS = [(f"/book/12/{100 + n}.html", f"第{NUMERALS[n]}章 风雪{n}") for n in range(9)]
READ = [f"http://a.example{url}" for url, _ in CHAPTERS]


def links(chapters: list[tuple[str, str]], tag: str = "dd") -> str:
    return "".join(f"<{tag}><a href='{url}'>{title}</a></{tag}>" for url, title in chapters)


def rows(chapters: list[tuple[str, str]]) -> str:
    lines = [links(chapters[start : start + 3], "td") for start in range(0, len(chapters), 3)]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


NEWEST = CHAPTERS[:5:-1]
FURNITURE = (
    "<a href='/'>首页</a><a href='/sort/1.html'>玄幻</a><a href='/book/13/'>别的书</a>"
    "<a href='/book/12/100.html'>开始阅读</a>"
)
LAYOUTS = {
    "dl": f"<dl><dt>正文</dt>{links(CHAPTERS)}</dl>",
    "dl, newest first on top": f"<dl><dt>《书》最新章节</dt>{links(NEWEST)}"
    f"<dt>《书》正文</dt>{links(CHAPTERS)}</dl>",
    "ul": f"<ul>{links(CHAPTERS, 'li')}</ul>",
    "ul, newest under it": f"<ul>{links(CHAPTERS, 'li')}</ul><h2>最新更新</h2>"
    f"<ul>{links(NEWEST, 'li')}</ul>",
    "newest first": f"<ul>{links(CHAPTERS[::-1], 'li')}</ul>",
    "table": rows(CHAPTERS),
    "divs": links(CHAPTERS, "div"),
    "volumes": f"<h3>第一卷</h3><ul>{links(CHAPTERS[:7], 'li')}</ul>"
    f"<h3>第二卷</h3><ul>{links(CHAPTERS[7:], 'li')}</ul>",
    "volumes, newest on top": f"<div class=newest><ul>{links(NEWEST, 'li')}</ul></div>"
    f"<ul>{links(CHAPTERS[:7], 'li')}</ul><ul>{links(CHAPTERS[7:], 'li')}</ul>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_chapters_in_reading_order(layout: str) -> None:
    page = page_of(f"<html>{FURNITURE}{LAYOUTS[layout]}{FURNITURE}", BOOK)
    assert [chapter.url for chapter in chapters_of(page)] == READ


def test_chapters_without_a_number_belong_too() -> None:
    chapters = [("/book/12/99.html", "写在前面的话"), *CHAPTERS, ("/book/12/200.html", "番外 春")]
    page = page_of(f"<html><ul>{links(chapters, 'li')}</ul>", BOOK)
    assert len(chapters_of(page)) == len(chapters)


def test_chapters_named_in_the_query() -> None:
    chapters = [(f"/read.php?bid=12&cid={n}", f"Chapter {n}: Snow") for n in range(1, 6)]
    page = page_of(f"<html>{FURNITURE}{links(chapters)}", "http://a.example/book.php?bid=12")
    assert [chapter.title for chapter in chapters_of(page)][:2] == [
        "Chapter 1: Snow",
        "Chapter 2: Snow",
    ]


def test_a_front_page_with_newest_chapters_of_many_books_is_no_catalogue() -> None:
    newest = [(f"/book/{book}/{book * 7}.html", f"第{book}章 某") for book in range(20)]
    books = [(f"/book/{book}/", f"书{book}") for book in range(20)]
    assert chapters_of(page_of(f"<html>{links(newest)}{links(books)}")) == []


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("第一百零三回 苦绛珠", 103),
        ("第二十章", 20),
        ("第十二章", 12),
        ("第两千三百章", 2300),
        ("第一万零二章", 10002),
        ("第一二三章", 123),
        ("第０１２章", 12),
        ("Chapter 7", 7),
        ("楔子", None),
    ],
)
def test_numbers_of_titles(title: str, number: int | None) -> None:
    assert number_in(title) == number


@pytest.mark.parametrize(
    ("first", "url", "number"),
    [
        ("/b/12.html", "/b/12_2.html", 2),
        ("/b/12.html", "/b/12-3.html", 3),
        ("/b/12.html", "/b/12/2.html", 2),
        ("/b/12/", "/b/12/2/", 2),
        ("/b/12/", "/b/12/p2", 2),
        ("/b/12?x=1", "/b/12?page=4&x=1", 4),
        ("/b/12.html", "/b/13.html", None),
        ("/b/1.html", "/b/12.html", None),
        ("/b?cid=1", "/b?cid=2", None),
        ("/b/12.html", "/c/12_2.html", None),
    ],
)
def test_pages_of_a_chapter(first: str, url: str, number: int | None) -> None:
    assert page_number(f"http://a.example{first}", f"http://a.example{url}") == number


def ways(markup: str, url: str = "/b/12.html", first: str = "/b/12.html") -> tuple[str, str]:
    page = page_of(f"<html>{markup}", f"http://a.example{url}")
    found = pager(page, f"http://a.example{first}")
    here = "http://a.example"
    return (found.next_page or "").removeprefix(here), (found.next_chapter or "").removeprefix(here)


def test_next_page_and_next_chapter() -> None:
    back = "<a href='/b/11.html'>上一章</a><a href='/b/'>目录</a>"
    assert ways(f"{back}<a href='/b/13.html'>下一章 →</a>") == ("", "/b/13.html")
    assert ways(f"{back}<a href='/b/12_2.html'>下一页</a>") == ("/b/12_2.html", "")
    assert ways(f"{back}<a href='/b/12_2.html'>下一章</a>") == ("/b/12_2.html", "")
    assert ways("<a href='/b/12_3.html'>下一页</a>", "/b/12_2.html") == ("/b/12_3.html", "")
    assert ways("<a href='/b/13.html'>下一页</a>", "/b/12_3.html") == ("", "/b/13.html")
    both = "<a href='/b/12_2.html'>下一页(1/3)</a><a href='/b/13.html'>下一章</a>"
    assert ways(both) == ("/b/12_2.html", "/b/13.html")
    opaque = "<a href='/r/9f3a'>下一页</a><a href='/r/77bc'>下一章</a>"
    assert ways(opaque, "/r/1111", "/r/1111") == ("/r/9f3a", "/r/77bc")
    assert ways("<a rel=next href='/b/13.html'><img></a>") == ("", "/b/13.html")
    assert ways("<a id=pb_next href='/b/13.html'><img></a>") == ("", "/b/13.html")
    assert ways("<a href='javascript:next()'>下一章</a>") == ("", "")


def visit(page: Page) -> list[Discovery]:
    spider = LiteratureSpider()
    spider.plan = SimpleNamespace(ignore_robots_because="")  # type: ignore[assignment]
    return list(spider.discoveries(page))


def test_a_catalogue_leads_to_its_chapters_alone() -> None:
    markup = (
        "<html><meta property='og:novel:author' content='曹雪芹'><h1>红楼梦</h1>"
        f"{FURNITURE}<ul>{links(CHAPTERS, 'li')}</ul><a href='/book/12/2/'>下一页</a>"
        "<a href='http://files.example/hlm.epub'>电子书</a><a href='/down/12'>TXT下载</a>"
    )
    found = visit(page_of(markup, BOOK))
    chapters = [one for one in found if one.role == "chapter"]
    assert [one.url for one in chapters] == READ
    assert chapters[2].context == {
        "book": "红楼梦",
        "author": "曹雪芹",
        "chapter": 3,
        "chapter_title": "第三章 风雪2",
        "page": 1,
    }
    rest = {
        one.url: (one.role, one.context.get("chapters_before"))
        for one in found
        if one.role != "chapter"
    }
    assert rest == {
        "http://a.example/book/12/2/": ("catalogue", 9),
        "http://files.example/hlm.epub": ("media", None),
        "http://a.example/down/12": ("page", None),
        READ[0]: ("catalogue", None),
    }


def test_a_paged_catalogue_counts_on() -> None:
    context: dict[str, JsonValue] = {"book": "红楼梦", "chapters_before": 20}
    page = page_of(
        f"<html><ul>{links(CHAPTERS, 'li')}</ul>", BOOK, role="catalogue", context=context
    )
    assert [one.context["chapter"] for one in visit(page)] == list(range(21, 30))


def test_a_catalogue_paged_by_a_list_to_choose_from() -> None:
    options = "".join(f"<option value='/book/12/p{n}/'>{n}</option>" for n in range(1, 4))
    page = page_of(
        f"<html><ul>{links(CHAPTERS, 'li')}</ul><select>{options}</select>",
        "http://a.example/book/12/p1/",
    )
    following = {
        one.url: one.context["chapters_before"] for one in visit(page) if one.role == "catalogue"
    }
    assert following == {
        "http://a.example/book/12/p2/": 9,
        "http://a.example/book/12/p3/": 18,
    }


def test_a_catalogue_whose_own_address_is_not_in_the_list() -> None:
    options = "".join(
        f"<option value='/book/12/index_{n}.html'{' selected' if n == 1 else ''}>第{n}页</option>"
        for n in range(1, 4)
    )
    other = "<select><option value='/sort/1.html' selected>玄幻</option></select>"
    page = page_of(f"<html>{other}<ul>{links(CHAPTERS, 'li')}</ul><select>{options}</select>", BOOK)
    following = [one.url.removeprefix(BOOK) for one in visit(page) if one.role == "catalogue"]
    assert following == ["index_2.html", "index_3.html"]


def test_a_chapter_leads_on_with_what_is_known() -> None:
    markup = (
        "<html><a href='/b/11.html'>上一章</a><a href='/b/'>目录</a>"
        "<a href='/b/12_2.html'>下一页</a><a href='/b/13.html'>下一章</a><a href='/other'>别的</a>"
    )
    context: dict[str, JsonValue] = {
        "book": "红楼梦",
        "chapter": 12,
        "chapter_title": "第十二回",
        "page": 1,
    }
    page = page_of(markup, "http://a.example/b/12.html", role="chapter", depth=1, context=context)
    following = {one.url: one for one in visit(page)}
    second = following.pop("http://a.example/b/12_2.html")
    assert second.priority > 0
    assert second.context == {**context, "page": 2, "first": "http://a.example/b/12.html"}
    third = following.pop("http://a.example/b/13.html")
    assert third.context == {"book": "红楼梦", "chapter": 13, "page": 1}
    assert {url: one.role for url, one in following.items()} == {"http://a.example/b/": "catalogue"}
    assert {second.depth, third.depth} == {1}


def test_a_chapter_met_by_chance_is_known_by_its_looks() -> None:
    markup = (
        "<html><a href='/b/11.html'>上一章</a><a href='/b/'>返回目录</a>"
        "<a href='/b/13.html'>下一章</a><a href='/other'>别的</a>"
    )
    found = {one.url: one.role for one in visit(page_of(markup, "http://a.example/b/12.html"))}
    assert found == {
        "http://a.example/b/13.html": "chapter",
        "http://a.example/b/": "catalogue",
    }


def test_any_other_page_is_followed_as_on_the_web() -> None:
    found = {one.url: one.role for one in visit(page_of(f"<html>{FURNITURE}"))}
    assert found["http://a.example/sort/1.html"] == "page"
