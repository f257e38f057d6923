"""Traps end by themselves; what always brings something never is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawlers.frontier.contract import Discovery
from crawlers.links import canonical
from crawlers.traps import Traps, outline, shape
from tests.responses import page_of

if TYPE_CHECKING:
    from collections.abc import Callable

MENU = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in "abcdefgh")
MONTHS = [f"{name}月" for name in "正二三四五六七八九十冬腊"]
MOST = 400


def visits_until_held(url: Callable[[int], str], html: Callable[[int], str]) -> int:
    """Follow addresses one after the other until they are held for a trap; `MOST`: never."""
    traps = Traps()
    for number in range(MOST):
        if traps.hold(Discovery(url=url(number))):
            return number
        traps.visited(page_of(f"<html><body>{MENU}{html(number)}</body></html>", url(number)))
    return MOST


@pytest.mark.parametrize(
    ("url", "html"),
    [
        pytest.param(
            lambda n: f"http://a.example/calendar?year={2026 + n // 12}&month={n % 12}",
            lambda n: f"<h1>{MONTHS[n % 12]} {2026 + n // 12}</h1><p>没有活动</p>",
            id="a calendar",
        ),
        pytest.param(
            lambda n: f"http://a.example/list?sort={'ab'[n % 2]}&colour={n}&size={n * 7 % 31}",
            lambda n: "".join(f"<p>商品 {'甲乙丙丁戊'[(i + n) % 5]}</p>" for i in range(1 + n % 5)),
            id="a list sorted and filtered",
        ),
        pytest.param(
            lambda n: f"http://a.example/list/{n}.html",
            lambda n: f"<p>共 30 页，第 {n} 页</p>" + (f"<p>{chr(0x4E00 + n)}书</p>" * (n < 30)),
            id="pages beyond the last",
        ),
        pytest.param(
            lambda n: f"http://a.example/{'x/' * (1 + n % 19)}{'abcdefghij'[n % 10]}{n}",
            lambda n: f"<script>nonce='{n}'</script><p>哎呀，页面不见了</p>",
            id="a server that answers everything",
        ),
        pytest.param(
            lambda n: f"http://a.example/word{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}",
            lambda n: f"<p>word{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]} 未找到</p>",
            id="a server that repeats what it was asked",
        ),
    ],
)
def test_what_brings_nothing_new_is_held(
    url: Callable[[int], str], html: Callable[[int], str]
) -> None:
    assert visits_until_held(url, html) < MOST


@pytest.mark.parametrize(
    ("url", "html"),
    [
        pytest.param(
            lambda n: f"http://a.example/book/7/{n}.html",
            lambda n: f"<h1>第{n}章</h1><p>{chr(0x4E00 + n)}不可言说</p>",
            id="chapters",
        ),
        pytest.param(
            lambda n: f"http://a.example/comic/{n}",
            lambda n: f"<p>第 {n} 话</p><img src='/p/{n}.jpg'>",
            id="comics, which differ by their pictures",
        ),
        pytest.param(
            lambda n: f"http://a.example/v/{n}",
            lambda n: f"<video src='/v/{n}.mp4'></video>",
            id="films",
        ),
    ],
)
def test_what_brings_something_is_followed(
    url: Callable[[int], str], html: Callable[[int], str]
) -> None:
    assert visits_until_held(url, html) == MOST


def test_who_says_a_great_deal_is_begun_with_anew() -> None:
    traps = Traps()
    for number in range(300):
        lines = "".join(f"<p>{chr(0x4E00 + number)}{chr(0x4E00 + i)}</p>" for i in range(300))
        traps.visited(page_of(f"<body>{lines}</body>", f"http://a.example/{number}"))
    assert not traps.hold(Discovery(url="http://a.example/301"))


def test_shapes_and_outlines() -> None:
    assert shape("http://a.example/list/12?sort=up&page=3") == "a.example/list/#?page&sort"
    assert shape("http://a.example/9f86d081884c7d659a2f/x") == "a.example/*/x?"
    assert outline("http://a.example/a/b.html?x=1") == outline("http://a.example/c/d.html?y=2")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/a;jsessionid=5F4D3C2B1A00?x=1", "/a?x=1"),
        ("/a?PHPSESSID=0123456789abcdef0123456789abcdef&x=1", "/a?x=1"),
        ("/forum.php?sid=aB3dE5fG7hI9jK1lM3nO5", "/forum.php"),
        ("/book?sid=12", "/book?sid=12"),
        ("/search?s=hongloumeng", "/search?s=hongloumeng"),
    ],
)
def test_sessions_are_no_part_of_an_address(written: str, kept: str) -> None:
    assert canonical(f"http://a.example{written}") == f"http://a.example{kept}"
