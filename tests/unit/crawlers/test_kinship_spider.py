from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from scrapy.http import HtmlResponse
from twisted.internet.ssl import Certificate

from crawlers.spiders.kinship import accounts_in, kin_on
from crawlers.spiders.pages import Page
from tests import certificates
from tests.responses import page_of

if TYPE_CHECKING:
    from pathlib import Path

TONGJI = """<script>var _hmt = _hmt || []; (function() { var hm = document.createElement("script");
hm.src = "https://hm.baidu.com/hm.js?0123456789abcdef0123456789abcdef";
var s = document.getElementsByTagName("script")[0];
s.parentNode.insertBefore(hm, s); })();</script>"""
GTAG = """<script async src="https://www.googletagmanager.com/gtag/js?id=G-AB12CD34EF"></script>
<script>gtag('js', new Date()); gtag('config', 'G-AB12CD34EF');
gtag("config","UA-12345678-2");</script>"""


@pytest.mark.parametrize(
    ("markup", "facts"),
    [
        (TONGJI, ["baidu_tongji:0123456789abcdef0123456789abcdef"]),
        (
            "<script src='//hm.baidu.com/h.js?fedcba9876543210fedcba9876543210'>",
            ["baidu_tongji:fedcba9876543210fedcba9876543210"],
        ),
        (GTAG, ["google_analytics:UA-12345678-2", "google_analytics:G-AB12CD34EF"]),
        (
            "<script>ga('create', 'UA-1234567-1', 'auto')</script>",
            ["google_analytics:UA-1234567-1"],
        ),
        (
            "<script>(function(w,d,s,l,i){})(window,document,'script','dataLayer','GTM-AB12CD');",
            ["google_tag:GTM-AB12CD"],
        ),
        (
            "<script src='https://s4.cnzz.com/z_stat.php?id=1261234567&web_id=1261234567'>",
            ["cnzz:1261234567"],
        ),
        ("<script src=//c.cnzz.com/core.php?show=pic&web_id=30012345>", ["cnzz:30012345"]),
        ("<script src=//js.users.51.la/21234567.js>", ["51la:21234567"]),
        ('<script>LA.init({id:"KaBcDeFgHiJk",ck:"KaBcDeFgHiJk"})', ["51la:KaBcDeFgHiJk"]),
        (
            '<ins class="adsbygoogle" data-ad-client="ca-pub-1234567890123456">',
            ["adsense:pub-1234567890123456"],
        ),
    ],
)
def test_accounts_are_read_as_they_are_written(markup: str, facts: list[str]) -> None:
    assert list(accounts_in(markup)) == facts


@pytest.mark.parametrize(
    "markup",
    [
        "<p>UA-only words, G-FORCE, GTM-, pub-1234567890123456 and hm.baidu.com",
        "<p class='SUA-12345678-2x'>",
        "https://hm.baidu.com/hm.js?0123456789abcdef0123456789abcdef0",
        "<a href=https://www.cnzz.com/about.php>CNZZ</a>",
    ],
)
def test_words_are_no_accounts(markup: str) -> None:
    assert list(accounts_in(markup)) == []


def test_no_more_than_a_few_of_a_kind_are_believed() -> None:
    many = "".join(f"'UA-{number}-1'" for number in range(10_000, 10_100))
    assert len(list(accounts_in(many))) == 5


def test_hostile_markup_costs_little() -> None:
    began = time.process_time()
    for piece in ("cnzz.com/a.php?", "&id=", "LA.init({", "hm.baidu.com/hm.js?", "'G-", "ca-mb-"):
        list(accounts_in(piece * 100_000))
    assert time.process_time() - began < 20.0


def test_a_servers_certificate_is_among_them(tmp_path: Path) -> None:
    _, authority = certificates.issue(tmp_path, "a.example")
    pem = authority.read_bytes()
    response = HtmlResponse("https://a.example/", certificate=Certificate.loadPEM(pem), body=b"<p>")
    page = Page(response, page_of("").lease)
    (fact,) = kin_on(page)
    name, _, digest = fact.partition(":")
    assert (name, len(digest)) == ("certificate", 64)
    assert kin_on(page_of(TONGJI)) == ("baidu_tongji:0123456789abcdef0123456789abcdef",)
