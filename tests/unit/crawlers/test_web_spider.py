"""Where a page of any site leads."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from crawlers.spiders.web import WebSpider
from tests.responses import page_of

if TYPE_CHECKING:
    from crawlers.frontier.contract import Discovery


def visit(
    markup: str, url: str = "http://www.example.com/x/", because: str = ""
) -> list[Discovery]:
    spider = WebSpider()
    spider.plan = SimpleNamespace(ignore_robots_because=because)  # type: ignore[assignment]
    return list(spider.discoveries(page_of(f"<html>{markup}", url, depth=2)))


def found(markup: str, role: str) -> list[str]:
    return [one.url for one in visit(markup) if one.role == role]


def test_links_of_the_same_site_are_followed() -> None:
    markup = """
      <a href="b.html">b</a> <a href="http://m.example.com/c">c</a> <a href="http://b.example/">o</a>
      <a href="/app.exe">e</a> <iframe src="/frame"></iframe> <map><area href="/area"></map>
      <link rel=next href="/next"> <meta http-equiv=refresh content="5; URL='/refreshed'">
      <a href="/t/t/t/t">trap</a>
    """
    assert found(markup, "page") == [
        "http://www.example.com/x/b.html",
        "http://m.example.com/c",
        "http://www.example.com/area",
        "http://www.example.com/frame",
        "http://www.example.com/next",
        "http://www.example.com/refreshed",
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='http://cdn.example/p'>",
        "<img src='data:image/gif;base64,AAAA' data-src='http://cdn.example/p'>",
        "<img data-original=http://cdn.example/p>",
        "<picture><source srcset='http://cdn.example/p 2x'></picture>",
        "<meta property='og:image' content='http://cdn.example/p'>",
        "<video poster='//cdn.example/p'></video>",
        "<div style=\"color: red; background-image: url('http://cdn.example/p')\">x</div>",
    ],
)
def test_pictures_are_visited_wherever_they_lie(markup: str) -> None:
    assert found(markup, "media") == ["http://cdn.example/p"]


def test_sets_of_pictures_with_commas() -> None:
    markup = "<img srcset='/w,100/a.jpg 100w, /w,200/a.jpg 200w,/b.jpg 2x'>"
    assert found(markup, "media") == [
        *(
            "http://www.example.com/w,100/a.jpg",
            "http://www.example.com/w,200/a.jpg",
            "http://www.example.com/b.jpg",
        )
    ]


def test_links_to_pictures_and_texts_are_media() -> None:
    markup = "<a href='/p.JPG?x=1'>p</a> <a href='http://b.example/novel.txt'>t</a>"
    assert found(markup, "media") == [
        "http://www.example.com/p.JPG?x=1",
        "http://b.example/novel.txt",
    ]
    assert found(markup, "page") == []


def test_what_is_found_knows_where() -> None:
    (one,) = visit("<a href=/b>b</a>")
    assert (one.referrer, one.depth) == ("http://www.example.com/x/", 3)


def test_nofollow_is_obeyed_unless_there_is_a_reason() -> None:
    markup = "<meta name=robots content=nofollow><img src=/p><a href=/b>b</a>"
    assert [one.role for one in visit(markup)] == ["media"]
    assert [one.role for one in visit(markup, because="court order")] == ["media", "page"]
