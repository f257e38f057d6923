"""How pages of stores and forums, and indexes of repositories, lead to the files of apps."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from crawlers.spiders.apps.spider import AppsSpider, facts_of_app
from tests.responses import page_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from crawlers.frontier.contract import Discovery


def visit(
    body: str | bytes,
    url: str = "http://a.example/app/1.html",
    *,
    role: str = "page",
    context: Mapping[str, JsonValue] | None = None,
) -> list[Discovery]:
    spider = AppsSpider()
    spider.plan = SimpleNamespace(ignore_robots_because="")  # type: ignore[assignment]
    page = page_of(body, url, role=role, context=context)
    if spider._is_followed(page):
        return list(spider.discoveries(page))
    return list(spider.listed(page))


def files(markup: str) -> list[str]:
    return [one.url for one in visit(f"<html>{markup}") if one.role == "media"]


@pytest.mark.parametrize(
    "markup",
    [
        "<a href=http://d.example/x/game.apk?sign=1>任意文字</a>",
        "<a href=http://d.example/x/game.apk?sign=1 class=b></a>",
        "<a data-apk=http://d.example/x/game.apk?sign=1>下载</a>",
        "<script>var u='http:\\/\\/d.example\\/x\\/game.apk?sign=1'</script>",
    ],
)
def test_files_by_their_names(markup: str) -> None:
    assert files(markup) == ["http://d.example/x/game.apk?sign=1"]


@pytest.mark.parametrize(
    "markup",
    [
        "<a href=http://d.example/down/1>立即下载</a>",
        "<a href=http://d.example/down.php/1>下载地址</a>",
        "<a href='http://d.example/index.php?m=download&id=1'>下载</a>",
        "<a class=btn-green href=http://d.example/1>安卓版下载</a>",
        "<a href=http://d.example/dl/1>Download APK (20 MB)</a>",
        "<a href=http://d.example/get download>Get</a>",
        "<a href=http://d.example/game.zip>本地下载</a>",
        "<a href=http://d.example/attachment/1>点击下载</a>",
    ],
)
def test_buttons_that_promise_a_file(markup: str) -> None:
    assert len(files(markup)) == 1


@pytest.mark.parametrize(
    "markup",
    [
        "<a href=/news/1.html>下载量破百万</a>",
        "<a href=/list/download.html>排行榜</a>",
        "<a href=/soft/>软件</a><a href=/a.zip>图片包</a>",
        "<a href=/help>如何下载</a>",
        "<img src=/icon.png>",
    ],
)
def test_links_that_promise_none(markup: str) -> None:
    assert files(markup) == []


def test_facts_go_along() -> None:
    linked = {"@type": "MobileApplication", "author": {"name": "Maker"}, "softwareVersion": "3.1"}
    markup = (
        f"<script type='application/ld+json'>{json.dumps(linked)}</script><h1>某游戏</h1>"
        "<p>应用包名：com.maker.game</p><p>MD5：0123456789abcdef0123456789abcdef</p>"
        "<p>下载次数：12万 APP备案号：京ICP备12345678号-9A</p><a href=/g.xapk>x</a>"
    )
    (one,) = [one for one in visit(f"<html>{markup}") if one.role == "media"]
    assert one.context["title"] == "某游戏"
    assert one.context["shown"] == [
        "developer:Maker",
        "version:3.1",
        "package:com.maker.game",
        "md5:0123456789abcdef0123456789abcdef",
        "app_icp:京ICP备12345678号-9A",
        "downloads:120000",
    ]


def test_a_package_in_the_address() -> None:
    page = page_of("<p>x</p>", "https://s.example/details?id=com.maker.game&hl=zh")
    assert list(facts_of_app(page)) == ["package:com.maker.game"]


@pytest.mark.parametrize(
    "markup",
    [
        "<a href=/f/1>下载</a>",
        "<meta http-equiv=refresh content='3; url=/f/1'>",
        "<script>setTimeout(function(){location.href='/f/1'}, 3000)</script>",
        "<script>window.location.replace('/f/1')</script>",
    ],
)
def test_pages_between(markup: str) -> None:
    told: dict[str, JsonValue] = {"title": "某游戏", "shown": ["package:a.b"], "steps": 1}
    (one,) = visit(f"<html>{markup}", role="media", context=told)
    assert (one.url, one.role) == ("http://a.example/f/1", "media")
    assert one.context == {**told, "steps": 2}
    assert visit(f"<html>{markup}", role="media", context={**told, "steps": 3}) == []


INDEX = {
    "repo": {"name": {"en-US": "r"}},
    "packages": {
        "a.b": {
            "metadata": {"name": {"en-US": "Ab", "zh-CN": "甲"}, "authorName": "Maker"},
            "versions": {
                "h1": {
                    "file": {"name": "/ab_1.apk", "sha256": "h1"},
                    "manifest": {"versionName": "1", "versionCode": 1, "signer": {"sha256": ["c"]}},
                },
                "h2": {
                    "file": {"name": "/ab_2.apk", "sha256": "h2"},
                    "manifest": {"versionName": "2", "versionCode": 2},
                },
                "bad": None,
            },
        },
        "broken": [],
    },
}


def test_repositories_of_the_second_version() -> None:
    first, second = visit(
        json.dumps(INDEX), "http://a.example/fdroid/repo/index-v2.json", role="media"
    )
    assert first.url == "http://a.example/fdroid/repo/ab_2.apk"
    assert first.context == {
        "title": "甲",
        "shown": ["package:a.b", "version:2", "developer:Maker", "sha256:h2"],
    }
    assert "certificate:c" in second.context["shown"]  # type: ignore[operator]


def test_repositories_of_the_first_version() -> None:
    index = {
        "apps": [
            {"packageName": "a.b", "authorName": "Maker", "localized": {"en-US": {"name": "Ab"}}}
        ],
        "packages": {
            "a.b": [
                {
                    "apkName": "ab.apk",
                    "versionName": "1",
                    "hash": "h",
                    "hashType": "sha256",
                    "signer": "c",
                }
            ]
        },
    }
    (one,) = visit(json.dumps(index), "http://a.example/repo/index-v1.json", role="media")
    assert one.url == "http://a.example/repo/ab.apk"
    assert one.context["title"] == "Ab"
    facts = ["package:a.b", "version:1", "developer:Maker", "certificate:c", "sha256:h"]
    assert one.context["shown"] == facts


def test_entries_and_repositories_lead_to_indexes() -> None:
    entry = json.dumps({"index": {"name": "/index-v2.json", "sha256": "h"}})
    (one,) = visit(entry, "http://a.example/repo/entry.json", role="media")
    assert one.url == "http://a.example/repo/index-v2.json"
    urls = [one.url for one in visit("<html><p>x", "http://a.example/fdroid/repo/")]
    assert urls == [
        f"http://a.example/fdroid/repo/{name}" for name in ("entry.json", "index-v1.json")
    ]


@pytest.mark.parametrize(
    "body", ["", "[]", "{", "null", '{"packages": 3}', '{"apps": 1, "packages": {"a": [1]}}']
)
def test_broken_indexes_lead_nowhere(body: str) -> None:
    assert visit(body, "http://a.example/repo/index-v2.json", role="media") == []
