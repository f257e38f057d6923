"""Where a page of any site leads."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from crawlers.spiders.literature.spider import LiteratureSpider
from crawlers.spiders.web import WebSpider
from tests.responses import page_of

if TYPE_CHECKING:
    from crawlers.frontier.contract import Discovery
    from crawlers.spiders.pages import Page


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


ALIST = "http://pan.example.com"
FOLDER = {
    "code": 200,
    "data": {
        "content": [
            {"name": "小说", "is_dir": True, "sign": ""},
            {"name": "三国 &1.txt", "is_dir": False, "sign": "aB-=:0"},
            {"name": 7},
            {"name": "\ud800.txt"},
            {"name": "../b.txt"},
        ]
    },
}


def test_the_page_of_a_file_server_leads_to_its_listing() -> None:
    shell = "<html><script>window.OPENLIST_CONFIG={cdn:undefined}</script><div id=root></div>"
    assert [one.url for one in visit(shell, f"{ALIST}/%E4%B9%A6/")] == [
        f"{ALIST}/api/fs/list?path=%2F%E4%B9%A6"
    ]


def listed(spider: WebSpider, page: Page) -> list[tuple[str, str]]:
    spider.plan = SimpleNamespace(ignore_robots_because="")  # type: ignore[assignment]
    return [(one.role, one.url) for one in spider.listed(page)]


@pytest.mark.parametrize("spider", [WebSpider, LiteratureSpider])
def test_a_listing_leads_to_folders_and_files(spider: type[WebSpider]) -> None:
    url = f"{ALIST}/api/fs/list?path=%2F%E4%B9%A6"
    page = page_of(json.dumps(FOLDER), url, headers={"Content-Type": "application/json"})
    assert sorted(set(listed(spider(), page))) == [
        ("media", f"{ALIST}/d/%E4%B9%A6/%E4%B8%89%E5%9B%BD%20%261.txt?sign=aB-%3D%3A0"),
        ("page", f"{ALIST}/api/fs/list?path=%2F%E4%B9%A6%2F%E5%B0%8F%E8%AF%B4"),
    ]


def test_a_server_that_lists_the_same_for_every_path_is_left() -> None:
    spider, url = WebSpider(), f"{ALIST}/api/fs/list?path=%2F"
    spider.plan = SimpleNamespace(ignore_robots_because="")  # type: ignore[assignment]
    headers = {"Content-Type": "application/json"}
    top = page_of(json.dumps(FOLDER), url, headers=headers)
    (below,) = [one for one in spider.listed(top) if one.role == "page"]
    same = page_of(json.dumps(FOLDER), below.url, context=below.context, headers=headers)
    assert list(spider.listed(same)) == []


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"data": null}', '{"data": {"content": 3}}', "[" * 100_000]
)
def test_what_is_no_listing_leads_nowhere(body: str) -> None:
    headers = {"Content-Type": "application/json"}
    page = page_of(body, f"{ALIST}/api/fs/list?path=%2F", headers=headers)
    assert listed(WebSpider(), page) == []


@pytest.mark.parametrize(
    ("url", "markup", "file"),
    [
        (
            "http://git.example.com/u/blob/main/a.txt",
            "<a href=/u/raw/main/a.txt>Raw</a>",
            "/u/raw/main/a.txt",
        ),
        (
            "http://w.example.com/wiki/File:A.jpg",
            "<a href=/images/1/A.jpg>full</a>",
            "/images/1/A.jpg",
        ),
    ],
)
def test_a_page_about_a_file_leads_to_the_file(url: str, markup: str, file: str) -> None:
    page = page_of(f"<html>{markup}<a href=/b.txt>b</a><a href={url}>here</a>", url, role="media")
    assert listed(WebSpider(), page) == [("media", url[: url.index("/", 8)] + file)]
