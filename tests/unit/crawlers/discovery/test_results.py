from __future__ import annotations

import json
import time

import pytest

from crawlers.discovery.engines.contract import Found
from crawlers.discovery.forms import Form, form_of
from crawlers.discovery.results import results_on, unwrapped
from crawlers.errors import TangledMarkup
from index.documents import Channel
from tests.responses import page_of

HERE = "https://s.example/s?q=x"


def found(body: str | bytes, media_type: str = "text/html") -> list[Found]:
    return list(results_on(page_of(body, HERE, headers={"Content-Type": media_type})))


def test_links_are_results_with_what_is_said_beside_them() -> None:
    markup = """<nav><a href=/>首页</a></nav>
    <div class=result><h3><a href=/book/1>《三体》<em>全文</em></a></h3><p>作者：刘慈欣</p></div>
    <div><a href=/book/2><img alt=封面 src=c.jpg></a><a href=/book/2>三体 II 黑暗森林</a> 完结</div>
    <a href="javascript:void(0)">收藏</a><a href=/s?q=x#top>top</a>
    <a href=https://other.example/x title="三体 txt 下载">三体…</a>"""
    results = {one.url: one for one in found(markup)}
    assert list(results) == [
        *("https://s.example/", "https://s.example/book/1", "https://s.example/book/2"),
        "https://other.example/x",
    ]
    assert results["https://s.example/book/1"].title == "《三体》全文"
    assert "作者：刘慈欣" in results["https://s.example/book/1"].snippet
    assert results["https://s.example/book/2"].title == "三体 II 黑暗森林"
    assert results["https://other.example/x"].title == "三体 txt 下载"


def test_addresses_that_lead_on_are_unwrapped() -> None:
    for wrapped in (
        "https://s.example/url?q=https%3A%2F%2Fp.example%2F1%3Fa%3D1&sa=U",
        "https://duck.example/l/?uddg=https%3A%2F%2Fp.example%2F1%3Fa%3D1",
        "https://www.bing.com/ck/a?!&&p=1&u=a1aHR0cHM6Ly9wLmV4YW1wbGUvMT9hPTE&ntb=1",
    ):
        assert unwrapped(wrapped) == "https://p.example/1?a=1"
    for plain in (
        "https://s.example/?url=/relative",
        "https://s.example/?q=words",
        "https://www.baidu.com/link?url=JxkGSPAe1tE0",
        "https://www.bing.com/ck/a?u=a1aHR0c_!",
    ):
        assert unwrapped(plain) == plain


def test_answers_in_json_and_feeds_are_read() -> None:
    answer = {
        "code": 1,
        "list": [
            {"vod_name": "<b>三体</b>", "detail_url": "/vod/1.html", "vod_remarks": "全30集"},
            {"vod_name": "没有地址"},
        ],
        "data": {"items": [{"title": "三体 txt", "url": "https://p.example/2"}]},
    }
    assert found(json.dumps(answer).encode(), "application/json") == [
        Found("https://s.example/vod/1.html", "三体", "全30集"),
        Found("https://p.example/2", "三体 txt", ""),
    ]
    feed = """<?xml version='1.0'?><rss version='2.0'><channel><title>s</title><item>
    <title>三体 全文</title><link>https://p.example/3</link><description>免费</description>
    </item></channel></rss>"""
    assert found(feed) == [Found("https://p.example/3", "三体 全文", "免费")]


@pytest.mark.parametrize("body", ["", "{", "[" * 50_000, "plain words", "<p>no links"])
def test_an_answer_without_results_has_none(body: str) -> None:
    assert found(body) == []


def test_hostile_pages_cost_little() -> None:
    began = time.process_time()
    assert len(found("<p>x" + "<a href=/a>三体</a>" * 60_000)) == 1
    assert len(found("".join(f"<a href=/{n}>三体</a>" + "x" * 500 for n in range(6_000)))) == 2_000
    found("<a href=/1>三体</a>" + "<i>x" * 9_000)
    assert time.process_time() - began < 20.0
    with pytest.raises(TangledMarkup):
        found("<div>" * 50_000 + "<a href=/1>三体</a>")


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://p.example/book/1.html", Form(Channel.LITERATURE)),
        ("https://p.example/1.txt", Form(Channel.LITERATURE, "media")),
        ("https://p.example/1.epub?x=1", Form(Channel.LITERATURE, "media")),
        ("https://p.example/1.apk", Form(Channel.APPS, "media")),
        ("https://p.example/1.mp3", Form(Channel.MUSIC, "media")),
        ("https://p.example/v/index.m3u8", Form(Channel.VIDEO, "media")),
        ("https://pan.quark.cn/s/0123456789ab", Form(Channel.CLOUDSHARE)),
        ("https://pan.baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv?pwd=ab12", Form(Channel.CLOUDSHARE)),
        ("https://pan.baidu.com/", Form(Channel.LITERATURE)),
        ("https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv", Form(Channel.SOCIAL)),
        ("https://weibo.com/1234567890/AbCdEfGhI", Form(Channel.SOCIAL)),
        (
            "https://p.example/go?url=https://pan.quark.cn/s/0123456789ab",
            Form(Channel.LITERATURE),
        ),
    ],
)
def test_an_address_is_visited_as_its_form_says(url: str, form: Form) -> None:
    assert form_of(url, Channel.LITERATURE) == form


def test_a_stream_is_music_where_music_is_searched() -> None:
    assert form_of("https://p.example/1.m3u8", Channel.MUSIC) == Form(Channel.MUSIC, "media")
