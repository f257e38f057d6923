"""What a page is when it was shown, in a real Chromium."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from crawlers.browser.options import BrowserOptions
from crawlers.browser.renderer import Renderer
from crawlers.browser.snapshot import played_in
from crawlers.errors import RenderingFailed
from tests.browsing import AGENT, SITE, Browsing

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def browser() -> Iterator[Browsing]:
    with Browsing(BrowserOptions(time_s=40.0)) as browsing:
        yield browsing


@pytest.fixture(autouse=True)
def _nothing_asked(browser: Browsing) -> None:
    browser.network.asked.clear()
    browser.network.answers.clear()


def test_a_page_built_by_scripts_has_its_text_links_and_data(browser: Browsing) -> None:
    browser.answer("/app.js", "fetch('/data').then(r => r.json()).then(build)")
    browser.answer("/data", '{"title": "第一章", "next": "/2"}', "application/json")
    snapshot = browser.shown(
        "<div id=app></div><noscript>no scripts</noscript><template>later</template>"
        "<script>const build = d => app.innerHTML ="
        " `<h1>${d.title}</h1><a href=${d.next}>下一章</a>`</script><script src=/app.js></script>"
    )
    assert '<div id="app"><h1>第一章</h1><a href="/2">下一章</a></div>' in snapshot.dom
    assert "no scripts" not in snapshot.dom
    assert "later" not in snapshot.dom
    assert browser.network.urls() == [f"{SITE}/app.js", f"{SITE}/data"]
    assert [(one.kind, one.outcome, one.status) for one in snapshot.asked] == [
        *(("script", "ok", 200), ("fetch", "ok", 200))
    ]


def test_what_a_player_asks_for_is_known_and_not_fetched_for_it(browser: Browsing) -> None:
    browser.answer("/api", '{"song": "/get/5?t=1", "film": "/hls/a.m3u8?sign=x"}', "text/json")
    browser.answer("/hls/a.m3u8?sign=x", "#EXTM3U", "application/vnd.apple.mpegurl")
    snapshot = browser.shown(
        "<audio id=song controls></audio><script>fetch('/api').then(r => r.json()).then(d =>"
        " { song.src = d.song; fetch(d.film) })</script>"
    )
    assert set(played_in(snapshot)) == {f"{SITE}/get/5?t=1", f"{SITE}/hls/a.m3u8?sign=x"}
    assert f"{SITE}/get/5?t=1" not in browser.network.urls()


def test_what_comes_some_time_later_is_waited_for(browser: Browsing) -> None:
    snapshot = browser.shown(
        "<p>one<script>setTimeout(() => { document.body.append('two');"
        "setTimeout(() => document.body.append('three'), 400) }, 400)</script>"
    )
    assert "twothree" in snapshot.dom


def test_pictures_that_load_when_they_come_into_view_are_all_there(browser: Browsing) -> None:
    rows = "".join(f'<img data-page="/{one}.jpg" style="height: 500px">' for one in range(16))
    snapshot = browser.shown(
        f"<style>img {{ display: block }}</style>{rows}<script>"
        "const seen = new IntersectionObserver(entries => entries.forEach(entry => {"
        " if (entry.isIntersecting) entry.target.src = entry.target.dataset.page }));"
        "document.querySelectorAll('img').forEach(one => seen.observe(one))</script>"
    )
    assert all(f'src="/{one}.jpg"' in snapshot.dom for one in range(16))
    assert set(browser.network.urls()) == {f"{SITE}/{one}.jpg" for one in range(16)}


def test_what_comes_into_view_is_there_without_a_picture_of_it() -> None:
    with Browsing(BrowserOptions(screenshot=False)) as browsing:
        snapshot = browsing.shown(
            "<p style='height: 2000px'>top<p id=end><script>new IntersectionObserver(([entry]) =>"
            " { if (entry.isIntersecting) end.textContent = 'came into view' }).observe(end)"
            "</script>"
        )
    assert "came into view</p>" in snapshot.dom
    assert snapshot.screenshot is None


def test_a_page_that_grows_for_ever_is_left_after_some_screens(browser: Browsing) -> None:
    snapshot = browser.shown(
        "<script>let n = 0; const more = () => { const p = document.createElement('p');"
        " p.style.height = '1500px'; p.textContent = `part ${n++} `; document.body.append(p) };"
        "addEventListener('DOMContentLoaded', () => { more(); more() });"
        "addEventListener('scroll', more)</script>"
    )
    assert snapshot.dom.count("part ") in range(10, 60)
    assert snapshot.screenshot is not None
    assert Image.open(io.BytesIO(snapshot.screenshot)).height == 12_000


def test_shadow_trees_and_frames_of_the_site_stand_in_their_place(browser: Browsing) -> None:
    browser.answer("/frame/", "<p>framed <a href=more>on</a>", "text/html")
    snapshot = browser.shown(
        "<x-book><b slot=title>Title</b></x-book><iframe src=/frame/></iframe>"
        "<iframe srcdoc='<i>inline</i>'></iframe><iframe src=http://b.example/></iframe><script>"
        "customElements.define('x-book', class extends HTMLElement { connectedCallback() {"
        " this.attachShadow({mode: 'open'}).innerHTML ="
        " '<style>b{}</style><slot name=title></slot><p>from the shadow</p>' } })</script>"
    )
    assert (
        '<x-book><slot name="title"><b slot="title">Title</b></slot><p>from the shadow</p></x-book>'
    ) in snapshot.dom
    assert f'<p>framed <a href="{SITE}/frame/more">on</a></p>' in snapshot.dom
    assert "<i>inline</i>" in snapshot.dom
    assert browser.network.urls() == [f"{SITE}/frame/"]
    assert ("http://b.example/", "frame_of_other_site") in {
        (one.url, one.outcome) for one in snapshot.asked
    }


def test_a_page_cannot_change_how_it_is_written_down(browser: Browsing) -> None:
    snapshot = browser.shown(
        "<form><input name=childNodes><input name=attributes><input name=localName>"
        "<p title='a \"quoted\" & <b>'>in the form &lt;b&gt;</p></form><script>"
        "for (const name of ['childNodes', 'nodeType', 'nodeValue'])"
        " Object.defineProperty(Node.prototype, name, {get: () => []});"
        "Array.prototype.push = String.prototype.replace = () => 'lies';"
        "Object.defineProperty(document, 'documentElement', {get: () => null})</script>"
    )
    assert '<p title="a &quot;quoted&quot; &amp; <b>">in the form &lt;b&gt;</p>' in snapshot.dom
    assert "lies'" in snapshot.dom
    assert snapshot.dom.startswith("<!DOCTYPE html><html>")


def test_cookies_of_the_answer_and_of_scripts_go_with_its_requests(browser: Browsing) -> None:
    browser.answer("/data", "[]", "application/json")
    browser.shown(
        "<script>document.cookie = 'c=3'; fetch('/data', {headers: {'X-Key': 'k'}})</script>",
        set_cookie="a=1; HttpOnly\nb=2",
    )
    ((_, headers, _),) = browser.network.asked
    assert set(headers["cookie"].split("; ")) == {"a=1", "b=2", "c=3"}
    assert headers["x-key"] == "k"
    browser.network.asked.clear()
    browser.shown("<script>fetch('/data')</script>")
    ((_, later, _),) = browser.network.asked
    assert "cookie" not in later


def test_pages_see_the_same_browser_everywhere(browser: Browsing) -> None:
    snapshot = browser.shown(
        "<script>document.write([navigator.userAgent, navigator.language, innerWidth, innerHeight,"
        " devicePixelRatio, Intl.DateTimeFormat().resolvedOptions().timeZone,"
        " new Date(0).getHours()].join('|'))</script>"
    )
    assert f"{AGENT}|zh-CN|1280|960|1|Asia/Shanghai|8" in snapshot.dom
    environment = snapshot.environment
    assert environment.browser.startswith("Chromium 1")
    assert (environment.user_agent, environment.width, environment.scale) == (AGENT, 1280, 1)


def test_the_text_is_taken_as_it_was_decoded(browser: Browsing) -> None:
    snapshot = browser.shown(
        "<meta charset=gb18030><p>漢字と한글", content_type="text/html; charset=big5"
    )
    assert "<p>漢字と한글</p>" in snapshot.dom


def test_what_the_site_wants_sent_is_sent_to_itself(browser: Browsing) -> None:
    browser.answer("/api", "answered", "text/plain")
    snapshot = browser.shown(
        "<script>fetch('/api', {method: 'POST', body: 'id=1'}).then(r => r.text())"
        ".then(t => document.body.append(t));"
        "fetch('http://b.example/', {method: 'POST', body: 'id=1'})</script><p>"
    )
    assert "answered" in snapshot.dom
    assert [(asking.method, asking.url, body) for asking, _, body in browser.network.asked] == [
        ("POST", f"{SITE}/api", b"id=1")
    ]


def test_it_is_photographed_in_full(browser: Browsing) -> None:
    snapshot = browser.shown(
        "<body style='margin: 0; height: 3000px; background: red'><p style='position: absolute;"
        " top: 2900px; width: 100%; height: 100px; background: blue; margin: 0'>"
    )
    assert snapshot.screenshot is not None
    picture = Image.open(io.BytesIO(snapshot.screenshot))
    assert (picture.format, picture.size) == ("PNG", (1280, 3000))
    assert picture.convert("RGB").getpixel((600, 1500)) == (255, 0, 0)
    assert picture.convert("RGB").getpixel((600, 2950)) == (0, 0, 255)


def test_a_page_may_load_itself_anew_but_not_for_ever(browser: Browsing) -> None:
    browser.answer("/", "<p>again<script>location.reload()</script>", "text/html")
    snapshot = browser.shown("<p>first<script>location.reload()</script>")
    assert "<p>again" in snapshot.dom
    assert browser.network.urls() == [f"{SITE}/"] * 2


@pytest.mark.parametrize(
    "leaving",
    [
        "<script>location = '/there'</script>",
        "<script>location.replace('/there#x')</script>",
        "<p>wait<script>setTimeout(() => location.assign('/there'), 100)</script>",
        '<meta http-equiv="refresh" content="0; url=/there">',
        "<form action=/there></form><script>document.forms[0].submit()</script>",
        "<a href=/there>x</a><script>document.links[0].click()</script>",
    ],
)
def test_where_a_page_goes_is_noted_not_followed(browser: Browsing, leaving: str) -> None:
    snapshot = browser.shown(leaving)
    assert snapshot.left_for in {(f"{SITE}/there",), (f"{SITE}/there?",)}
    assert browser.network.asked == []
    assert leaving[:20].replace("'", "") in snapshot.dom.replace("'", "").replace(
        '"/there"', "/there"
    )


def test_a_page_that_goes_on_and_on_is_shown_as_it_is(browser: Browsing) -> None:
    snapshot = browser.shown(
        "<p>here<script>let n = 0; setInterval(() => location = `/on${n++}`, 20)</script>"
    )
    assert "<p>here" in snapshot.dom
    assert 0 < len(snapshot.left_for) <= 20
    assert browser.network.asked == []


def test_what_opens_windows_gets_none(browser: Browsing) -> None:
    snapshot = browser.shown(
        "<p>here<script>for (const url of ['/w', 'http://127.0.0.1/', 'about:blank'])"
        " window.open(url)</script>"
    )
    assert "<p>here" in snapshot.dom
    assert browser.network.asked == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (BrowserOptions(screenshot=False), None),
        (BrowserOptions(screenshot_bytes=2_000_000), "JPEG"),
        (BrowserOptions(screenshot_bytes=1_000), None),
    ],
)
def test_screenshots_are_bounded(
    browser: Browsing, options: BrowserOptions, expected: str | None
) -> None:
    noise = (
        "<canvas width=1200 height=800></canvas><script>const c = document.querySelector('canvas')"
        ".getContext('2d'), d = c.createImageData(1200, 800); let n = 1; for (let i = 0;"
        " i < d.data.length; i++) d.data[i] = (n = n * 48271 % 2147483647) & 255;"
        " c.putImageData(d, 0, 0)</script>"
    )
    renderer = Renderer(browser.pool, browser.network, options)
    browser.renderer, kept = renderer, browser.renderer
    try:
        snapshot = browser.shown(noise)
    finally:
        browser.renderer = kept
    picture = snapshot.screenshot
    assert (Image.open(io.BytesIO(picture)).format if picture else None) == expected


def test_a_page_that_is_too_large_is_not_written_down() -> None:
    with Browsing(BrowserOptions(dom_characters=10_000)) as small:
        assert "x" * 5_000 in small.shown(f"<p>{'x' * 5_000}").dom
        with pytest.raises(RenderingFailed, match="more than 10000 characters"):
            small.shown(f"<p>{'x' * 20_000}")


def test_pages_may_load_so_much_and_no_more() -> None:
    with Browsing(BrowserOptions(requisites=5)) as browsing:
        for number in range(8):
            browsing.answer(f"/{number}.js", "")
        scripts = "".join(f"<script src=/{number}.js></script>" for number in range(8))
        snapshot = browsing.shown(f"{scripts}<p>here")
    assert sorted(one.outcome for one in snapshot.asked) == ["enough"] * 3 + ["ok"] * 5
    assert "<p>here" in snapshot.dom
