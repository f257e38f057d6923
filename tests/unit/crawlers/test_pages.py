"""What a response shows, whatever it claims to be."""

from __future__ import annotations

import pytest

from crawlers.errors import TangledMarkup
from crawlers.spiders.pages import decode, is_tangled
from tests.responses import page_of

CHINESE = "<html><title>红楼梦 第一回</title><a href='/2.html'>下一章</a></html>"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("declared", ["", "utf-8", "gb2312", "iso-8859-1", "nonsense"])
def test_a_wrong_charset_misleads_nobody(encoding: str, declared: str) -> None:
    content_type = f"text/html; charset={declared}" if declared else "text/html"
    page = page_of(CHINESE.encode(encoding), headers={"Content-Type": content_type})
    assert page.title == "红楼梦 第一回"


def test_a_declared_charset_is_believed_where_it_fits() -> None:
    body = "<p>繁體中文網頁</p>".encode("big5")
    assert "繁體中文網頁" in decode(body, "text/html; charset=big5")
    assert "繁體中文網頁" in decode(b'<meta charset="big5">' + body)


def test_a_page_cut_short_is_read_to_its_end() -> None:
    whole = ("<p>" + "凡例此开卷第一回也" * 100).encode("gb18030")
    assert decode(whole[:-1], "text/html; charset=utf-8").count("凡例") == 100
    whole = ("<p>" + "凡例此开卷第一回也" * 100).encode()
    assert decode(whole[:-1], "text/html; charset=gbk").count("凡例") == 100


def test_the_bytes_say_what_they_are() -> None:
    assert page_of(b"\x89PNG\r\n\x1a\n" + bytes(50)).media_type == "image/png"
    assert page_of("<html><p>x", headers={"Content-Type": "image/png"}).is_markup
    assert not page_of("plain", headers={"Content-Type": "text/plain"}).is_markup


def test_links_are_relative_to_the_base() -> None:
    page = page_of("<html><base href='/b/'><a href='c#d'>x</a><a href='javascript:x()'>y</a>")
    assert [url for _, url in page.anchors] == ["http://a.example/b/c"]


def test_robots_directives() -> None:
    assert page_of("<meta name='ROBOTS' content='noindex, NoFollow'>").forbids_following()
    assert page_of("<meta name=robots content=none>").forbids_following()
    assert page_of("x", headers={"X-Robots-Tag": "nofollow"}).forbids_following()
    assert not page_of("<meta name=robots content=noindex>").forbids_following()


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000,
        "".join(f"<font size={n}>" for n in range(50_000)),
        "<ul><li>" * 50_000,
        "<form><div></form>" * 50_000,
        "<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">",
    ],
)
def test_tangled_markup_is_left_alone(markup: str) -> None:
    page = page_of("<html><title>x</title>" + markup)
    assert page.title == ""
    with pytest.raises(TangledMarkup):
        _ = page.anchors


def test_large_pages_are_not_tangled() -> None:
    rows = "<tr><td><a href=/x>x</a><br><p>y" * 50_000
    assert not is_tangled(f"<html><table>{rows}</table>")
    assert not is_tangled(f"<img src='data:image/png;base64,{'A' * 1_000_000}=='>")
    assert not is_tangled(f"<script>{'x = 1; ' * 50_000}</script>")
