from __future__ import annotations

import pytest

from crawlers.browser.challenge import is_challenge
from crawlers.browser.choice import Choice, gains
from crawlers.browser.looking import Look, look
from crawlers.browser.suspicion import Suspicion, suspicion
from index.documents import Rendering

URL = "http://a.example/"
PROSE = "天地玄黄，宇宙洪荒。日月盈昃，辰宿列张。" * 100
BUNDLE = '<script src="/static/js/chunk-vendors.8f3a.js"></script>'

SHELLS = {
    "vue": f'<div id="app"></div>{BUNDLE}',
    "react": "<noscript>You need to enable JavaScript to run this app.</noscript>"
    '<div id="root"></div><script src="/static/js/main.js"></script>',
    "next": '<div id="__next"><div></div></div><script src="/_next/static/a.js"></script>',
    "angular": '<app-root></app-root><script type="module" src="/main.js"></script>',
    "spinner": f'<div id="app"><p>Loading...</p></div>{BUNDLE}',
    "noscript": "<noscript>请启用浏览器脚本</noscript><main></main><script src=/a.js></script>",
    "redirect by script": "<script>window.location.href = '/real.html'</script>",
    "redirect by replace": "<p>跳转中<script>setTimeout(\"location.replace('/b')\", 10)</script>",
    "redirect by meta": '<meta http-equiv="refresh" content="0; url=/real.html">',
    "packed": "<script>eval(function(p,a,c,k,e,d){return p}('0',1,1,''.split('|'),0,{}))</script>",
    "written": "<script>document.write(decodeURIComponent(escape(atob('PGgxPg=='))))</script>",
    "all script": f"<p>Reader</p><script>var chapter = {'[1,2,3],' * 1000}0;</script>",
}
HINTED = {
    "skeleton": f"<h1>第一章</h1><p>{PROSE[:300]}</p><div class='skeleton'></div>",
    "loading": f"<h1>评论</h1><p>{PROSE[:300]}</p><p>正在加载，请稍候</p>",
    "hydrated": f'<div id="app" data-server-rendered="true"><p>{PROSE[:500]}</p></div>{BUNDLE}',
    "player": f"<p>{PROSE}</p><video id=v controls></video><script>ask(v)</script>",
    "later": f"<p>{PROSE[:300]}</p><script>load().then(t => box.innerHTML = t)</script>",
}
COMPLETE = {
    "chapter": f"<h1>第一章</h1><div id=content>{PROSE}</div><script src=/jquery.js></script>",
    "server side": f'<div id="app"><article>{PROSE}</article></div>{BUNDLE}',
    "short": "<title>404</title><h1>页面不存在</h1><a href=/>首页</a>",
    "counted": "<p>hello</p><script>var _hmt = _hmt || [];</script>",
    "framework named in prose": f"<p>{PROSE}</p><p>webpackJsonp and __NEXT_DATA__</p>",
    "playing": f"<p>{PROSE}</p><video><source src=/a.mp4></video><audio src=/a.mp3></audio>",
    "structured data": "<h1>Book</h1><p>x</p>"
    f'<script type="application/ld+json">{{"text": "{PROSE}"}}</script>',
    "empty": "",
}


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        *((markup, Suspicion.SHELL) for markup in SHELLS.values()),
        *((markup, Suspicion.HINTS) for markup in HINTED.values()),
        *((markup, Suspicion.NONE) for markup in COMPLETE.values()),
    ],
    ids=[*SHELLS, *HINTED, *COMPLETE],
)
def test_a_page_is_suspected_by_what_was_downloaded(markup: str, expected: Suspicion) -> None:
    assert suspicion(f"<html><body>{markup}</body></html>", URL) is expected


def test_tangled_markup_is_left_to_others() -> None:
    markup = "<div id=app></div><script src=/a.js></script>" + "<div>" * 20_000
    assert suspicion(markup, URL) is Suspicion.NONE
    assert look(markup, URL) == Look("", frozenset(), frozenset())


def test_a_look_is_what_a_reader_has() -> None:
    seen = look(
        "<title>t</title><style>p{}</style><p>你 好\n<b>吗</b><script>no()</script>"
        "<noscript>no</noscript><a href=/b#x>去</a><img data-src=/c.png src=data:,>",
        URL,
    )
    assert seen.text == "你 好 吗 去"
    assert seen.links == {"http://a.example/b"}
    assert seen.pictures == {"http://a.example/c.png"}


def saw(characters: int, links: int = 0, pictures: int = 0) -> Look:
    return Look(
        "字" * characters,
        frozenset(f"/{one}" for one in range(links)),
        frozenset(f"/{one}.png" for one in range(pictures)),
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (saw(0), saw(5), True),
        (saw(100), saw(299), False),
        (saw(100), saw(300), True),
        (saw(10_000), saw(10_300), False),
        (saw(10_000), saw(12_000), True),
        (saw(500, links=10), saw(500, links=14), False),
        (saw(500, links=10), saw(500, links=15), True),
        (saw(500, pictures=0), saw(500, pictures=3), True),
        (saw(500, links=9, pictures=9), saw(100), False),
    ],
)
def test_what_counts_as_gain(before: Look, after: Look, *, expected: bool) -> None:
    assert gains(before, after) is expected


def test_never_and_always_ask_nobody() -> None:
    for rendering, expected in ((Rendering.NEVER, False), (Rendering.ALWAYS, True)):
        choice = Choice(rendering)
        assert choice.wants("a", Suspicion.NONE) is expected
        choice.learn("a", Suspicion.NONE, gained=False)
        assert choice.wants("a", Suspicion.NONE) is expected


def test_complete_pages_of_a_site_are_tried_once_then_left_alone_for_longer_and_longer() -> None:
    choice = Choice(Rendering.AUTO)
    shown = []
    for page in range(500):
        if choice.wants("a", Suspicion.NONE):
            shown.append(page)
            choice.learn("a", Suspicion.NONE, gained=False)
    assert shown == [0, 50, 150, 350]


def test_one_complete_page_of_a_site_is_tried_at_a_time() -> None:
    choice = Choice(Rendering.AUTO)
    assert choice.wants("a", Suspicion.NONE)
    assert not choice.wants("a", Suspicion.NONE)
    assert choice.wants("b", Suspicion.NONE)
    choice.learn("a", Suspicion.NONE, gained=None)
    assert choice.wants("a", Suspicion.NONE)


def test_pages_like_those_that_gained_are_shown() -> None:
    choice = Choice(Rendering.AUTO)
    choice.wants("a", Suspicion.NONE)
    choice.learn("a", Suspicion.NONE, gained=True)
    for _ in range(10):
        assert choice.wants("a", Suspicion.NONE)
        choice.learn("a", Suspicion.NONE, gained=True)


def test_shells_are_given_up_only_when_several_gained_nothing() -> None:
    choice = Choice(Rendering.AUTO)
    for _ in range(3):
        assert choice.wants("a", Suspicion.SHELL)
        choice.learn("a", Suspicion.SHELL, gained=False)
    assert not choice.wants("a", Suspicion.SHELL)
    assert choice.wants("a", Suspicion.HINTS)
    assert choice.wants("b", Suspicion.SHELL)


def test_it_remembers_a_bounded_number_of_sites() -> None:
    choice = Choice(Rendering.AUTO)
    for number in range(6_000):
        choice.wants(f"site-{number}", Suspicion.NONE)
        choice.learn(f"site-{number}", Suspicion.NONE, gained=False)
    assert len(choice._sites) == 5_000
    assert choice.wants("site-0", Suspicion.NONE)
    assert not choice.wants("site-5999", Suspicion.NONE)


@pytest.mark.parametrize(
    "markup",
    [
        "<title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/h/b.js></script>",
        '<div class="g-recaptcha" data-sitekey="x"></div><p>Please verify</p>',
        "<p>请完成安全验证</p><script src=https://turing.captcha.qcloud.com/TCaptcha.js></script>",
        "<h1>安全验证</h1><p>拖动滑块完成拼图",
        "<script>var arg1='F3';document.cookie='acw_sc__v2='+x;location.reload()</script>",
    ],
)
def test_a_page_that_is_nothing_but_a_test_is_known(markup: str) -> None:
    assert is_challenge(markup, URL)


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{PROSE}</p><form><div class=g-recaptcha></div></form>",
        "<p>你好，世界</p>",
        f"<p>论安全验证</p><p>{PROSE}</p>",
    ],
)
def test_a_page_with_content_is_no_challenge(markup: str) -> None:
    assert not is_challenge(markup, URL)
