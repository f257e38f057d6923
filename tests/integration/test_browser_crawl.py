"""Crawls whose pages are shown: what is chosen, kept, refused, and left after a kill."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from crawlers.browser.processes import tree
from crawlers.capture.warc import read_warc
from index.blobs import Blobs
from tests.servers import Site, content, page, redirect, silent, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import Line

ROOT = Path(__file__).resolve().parents[2]
MARQUE = Path(sys.executable).parent / "marque"
PROSE = "天地玄黄，宇宙洪荒。日月盈昃，辰宿列张。寒来暑往，秋收冬藏。" * 60
ADD = "document.body.append(' the ' + 'content ')"
DYNAMIC = {
    "mount": '<div id="app"></div><script src=/app.js></script>',
    "next": '<div id="__next"></div><script src=/_next/static/app.js></script>',
    "warned": "<noscript>Please enable JavaScript</noscript><script src=/app.js></script>",
    "module": '<app-root></app-root><script type=module src="/app.js"></script>',
    "spinner": "<div id=root>Loading...</div><script src=/app.js></script>",
    "data": f"<main></main><script>/*{'x' * 3000}*/fetch('/text').then(r => r.text())"
    ".then(t => document.body.append(t))</script>",
    "written": "<script>document.write(['the', 'content', ''].join(' '))</script>",
    "skeleton": f"<p>{PROSE[:300]}</p><div class=skeleton></div><script>"
    f"setTimeout(() => {{ for (let i = 0; i < 30; i++) {ADD} }}, 200)</script>",
    "loading": f"<p>{PROSE[:300]}</p><p>加载中…</p><script>"
    f"setTimeout(() => {{ for (let i = 0; i < 30; i++) {ADD} }}, 200)</script>",
}
STATIC = {
    "chapter": f"<h1>第一章</h1><p>{PROSE}</p>",
    "another": f"<h1>第二章</h1><p>{PROSE}</p><script src=/jquery.js></script>",
    "counted": f"<p>{PROSE}</p><script>var _hmt = _hmt || []; document.write('')</script>",
    "server side": f'<div id="app"><p>{PROSE}</p></div><script src=/app.js></script>',
    "short": "<title>404</title><h1>页面不存在</h1>",
    "list": "".join(f"<li><a href='#{one}'>第{one}章</a>" for one in range(80)),
    "table": f"<table><tr><td>{PROSE}</table>",
}
APP = content(ADD.encode(), "text/javascript")


class Crawled:
    """A crawl of some sites, each of which is allowed, and what is on record of its pages."""

    def __init__(self, render: str, site: Site, folder: Path, **options: object) -> None:
        self._blobs = Blobs(folder / "blobs")
        self.done = subprocess.run(
            command(render, site, options),
            cwd=ROOT,
            env={**os.environ, "MARQUE_TEST_FOLDER": str(folder)},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        lines = self.done.stdout.splitlines()
        seen = [json.loads(line) for line in lines if line.startswith("{")]
        self.pages: dict[str, dict[str, Any]] = {one["path"]: one for one in seen}

    def kept(self, digest: str) -> io.BytesIO:
        return io.BytesIO(self._blobs.path(digest).read_bytes())


def command(render: str, site: Site, options: dict[str, object]) -> list[str]:
    return [
        *(sys.executable, "-m", "tests.rendering", render, site.url(), site.host),
        json.dumps(options),
    ]


def site_of(pages: dict[str, str]) -> dict[str, Callable[[Line], None]]:
    paths = {f"/{number}": markup for number, markup in enumerate(pages.values())}
    links = "".join(f"<a href={path}>x</a>" for path in paths)
    routes = {path: page(f"<html><body>{markup}") for path, markup in paths.items()}
    return {
        **routes,
        "/": page(f"<p>{PROSE}{links}"),
        "/text": text("the content"),
        "/app.js": APP,
        "/_next/static/app.js": APP,
    }


@pytest.fixture(scope="module")
def dynamic(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    with Site(site_of(DYNAMIC)) as site:
        return Crawled("auto", site, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    with Site(site_of(STATIC)) as site:
        return Crawled("auto", site, tmp_path_factory.mktemp("data"))


@pytest.mark.parametrize("name", DYNAMIC)
def test_auto_shows_what_scripts_build(name: str, dynamic: Crawled) -> None:
    found = dynamic.pages[f"/{list(DYNAMIC).index(name)}"]
    assert found["rendered"] == found["payload"] is not None
    assert "the content" in found["content"]


def test_auto_shows_one_page_of_a_site_that_needs_none(static: Crawled) -> None:
    shown = [path for path, found in static.pages.items() if found["rendered"]]
    assert len(static.pages) == len(STATIC) + 1
    assert len(shown) == 1


def test_never_shows_nothing(tmp_path: Path) -> None:
    with Site(site_of({"mount": DYNAMIC["mount"]})) as site:
        crawled = Crawled("never", site, tmp_path, executable="/nowhere/chromium")
        assert site.paths() == ["/robots.txt", "/", "/0"]
    assert [found["rendered"] for found in crawled.pages.values()] == [None, None]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Crawled]]:
    """Crawl a site with a page for each case, all shown."""
    app = '<div id="app"></div><script src=/app.js></script><script src=/private/app.js></script>'
    with ExitStack() as stack:
        site = stack.enter_context(Site())
        site.routes = {
            "/robots.txt": text("User-agent: *\nDisallow: /private/\n"),
            "/": page(
                f"{app}<script>for (const one of ['built', 'left', 'blank', 'test', 'frames',"
                " 'tested']) document.body.insertAdjacentHTML('beforeend',"
                " `<a href=/${one}>x</a>`)</script>"
            ),
            "/built": page(app),
            "/app.js": APP,
            "/private/app.js": content(b"document.body.append('private')", "text/javascript"),
            "/left": page("<p>on your way<script>location = '/arrived'</script>"),
            "/arrived": page("<p>arrived"),
            "/blank": page("<p>plain<script>location = 'about:blank'</script>"),
            "/test": page("<p>请完成安全验证<div class=g-recaptcha></div>"),
            "/tested": page(
                "<p>x<script>document.body.innerHTML = '<p>请完成安全' + '验证<div class=g-rec'"
                " + 'aptcha></div>'</script>"
            ),
            "/frames": page(
                "<p>x<iframe src=/private/frame></iframe><iframe src=/frame></iframe>"
                "<iframe src=/moved></iframe>"
            ),
            "/frame": page("<p>framed"),
            "/moved": redirect("/frame"),
            "/private/frame": page("<p>private frame"),
        }
        yield site, Crawled("always", site, tmp_path_factory.mktemp("data"))


def test_links_that_scripts_built_are_followed(everything: tuple[Site, Crawled]) -> None:
    _, crawled = everything
    assert crawled.done.returncode == 0, crawled.done.stderr[-2_000:]
    assert {"/", "/built", "/left", "/blank", "/frames"} <= set(crawled.pages)


def test_where_scripts_go_is_visited_in_its_turn(everything: tuple[Site, Crawled]) -> None:
    site, crawled = everything
    assert "on your way" in crawled.pages["/left"]["content"]
    assert "arrived" in crawled.pages["/arrived"]["content"]
    assert site.paths().count("/arrived") == 1


def test_what_was_downloaded_stays_the_capture(everything: tuple[Site, Crawled]) -> None:
    site, crawled = everything
    found = crawled.pages["/built"]
    reading = read_warc(crawled.kept(found["capture"]))
    assert reading.url == site.url("/built")
    assert b"the content" not in reading.body
    assert "the content" in found["content"]
    assert site.paths().count("/built") == 1


def test_all_that_a_page_asked_for_is_captured(everything: tuple[Site, Crawled]) -> None:
    site, crawled = everything
    for asked in crawled.pages["/built"]["asked"]:
        assert asked["outcome"] == "ok"
        reading = read_warc(crawled.kept(asked["capture"]))
        assert reading.url == asked["url"]
        assert reading.address == "127.0.0.1"
        assert ("User-Agent", "marque/0.1 (+https://example.org/contact)") in (
            reading.request_headers
        )
    assert {asked["url"] for asked in crawled.pages["/built"]["asked"]} == {
        *(site.url("/app.js"), site.url("/private/app.js"))
    }


def test_what_pages_have_in_common_is_asked_for_once(everything: tuple[Site, Crawled]) -> None:
    site, _ = everything
    assert site.paths().count("/app.js") == 1


def test_its_picture_and_its_environment_are_kept(everything: tuple[Site, Crawled]) -> None:
    _, crawled = everything
    found = crawled.pages["/built"]
    picture = Image.open(crawled.kept(found["screenshot"]))
    assert picture.size == (1280, 960)
    assert found["environment"]["browser"].startswith("Chromium ")
    assert found["environment"]["time_zone"] == "Asia/Shanghai"


def test_a_page_that_can_not_be_shown_is_taken_as_it_came(
    everything: tuple[Site, Crawled],
) -> None:
    _, crawled = everything
    found = crawled.pages["/blank"]
    assert "<p>plain" in found["content"]
    assert (found["unrendered"], found["rendered"]) == ("rendering_failed", None)
    assert found["failure"] is None


@pytest.mark.parametrize("path", ["/test", "/tested"])
def test_a_test_is_recorded_as_such_and_never_answered(
    path: str, everything: tuple[Site, Crawled]
) -> None:
    _, crawled = everything
    assert crawled.pages[path]["failure"] == "challenged"
    assert crawled.pages[path]["payload"] is None
    assert crawled.pages[path]["capture"] is not None


def test_frames_ask_robots_txt_and_may_be_redirected(everything: tuple[Site, Crawled]) -> None:
    site, crawled = everything
    asked = {one["url"]: one["outcome"] for one in crawled.pages["/frames"]["asked"]}
    assert asked == {
        site.url("/private/frame"): "refused_by_robots",
        site.url("/frame"): "ok",
        site.url("/moved"): "ok",
    }
    assert crawled.pages["/frames"]["content"].count("<p>framed</p>") == 2
    assert "/private/frame" not in site.paths()


def test_the_pages_host_is_asked_no_faster_for_what_a_page_is_made_of(tmp_path: Path) -> None:
    scripts = "".join(f"<script src=/{number}.js></script>" for number in range(4))
    with Site({"/": page(f"<p>x{scripts}")}) as site:
        for number in range(4):
            site.routes[f"/{number}.js"] = content(b"", "text/javascript")
        Crawled("always", site, tmp_path, delay_s=0.5)
        asked = [one.at for one in site.asked if one.path != "/robots.txt"]
    assert len(asked) == 5
    assert all(later - earlier > 0.45 for earlier, later in pairwise(asked))


def test_a_page_that_matched_is_shown_later(tmp_path: Path) -> None:
    routes = site_of({"mount": DYNAMIC["mount"]})
    with Site({"/": routes["/0"], "/app.js": APP}) as site:
        crawled = Crawled("later", site, tmp_path)
        assert site.paths() == ["/robots.txt", "/", "/", "/app.js"]
    (found,) = crawled.pages.values()
    assert "the content" not in found["content"]
    assert b"the content" in crawled.kept(found["rendered"]).getvalue()
    assert found["screenshot"] is not None


def test_without_a_browser_the_crawl_does_not_begin(tmp_path: Path) -> None:
    with Site({"/": page("<p>x")}) as site:
        crawled = Crawled("auto", site, tmp_path, executable="/nowhere/chromium")
        assert site.asked == []
    assert crawled.done.returncode == 1
    assert "Unavailable: chromium: /nowhere/chromium is no program" in crawled.done.stderr


@pytest.mark.parametrize(("executable", "exit_code"), [("", 0), ("/nowhere/chromium", 3)])
def test_the_doctor_starts_the_browser(executable: str, exit_code: int, tmp_path: Path) -> None:
    named = {"MARQUE_BROWSER__EXECUTABLE": executable} if executable else {}
    done = subprocess.run(
        [MARQUE, "doctor", "--json", "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **named},
    )
    (found,) = (one for one in json.loads(done.stdout) if one["what"] == "chromium")
    assert done.returncode == exit_code
    assert found["ok"] is not bool(executable)
    assert found["state"].startswith("/nowhere/chromium is no program" if executable else "/")
    assert bool(found["remedy"]) is bool(executable)


def test_a_browser_ends_with_a_crawler_that_is_killed(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="shown-") as folder, Site() as site:
        site.routes = {"/": page("<p>x<script src=/never.js></script>"), "/never.js": silent()}
        surroundings = {**os.environ, "MARQUE_TEST_FOLDER": str(tmp_path), "TMPDIR": folder}
        crawler = subprocess.Popen(
            command("always", site, {}), cwd=ROOT, env=surroundings, stderr=subprocess.DEVNULL
        )
        when(lambda: "/never.js" in site.paths())
        (own,) = Path(folder).glob("marque-browser-*")
        browser = [one.pid for one in tree(int((own / "pid").read_text()))]
        assert len(browser) > 3
        crawler.send_signal(signal.SIGKILL)
        crawler.wait()
        when(lambda: not any(tree(pid) for pid in browser))
        site.routes["/never.js"] = content(b"", "text/javascript")
        subprocess.run(
            command("always", site, {}), cwd=ROOT, env=surroundings, check=True, timeout=120
        )
        assert list(Path(folder).glob("marque-browser-*")) == []


def when(condition: Callable[[], bool], *, until_s: float = 60.0) -> None:
    ends = time.monotonic() + until_s
    while not condition():
        assert time.monotonic() < ends, "it never comes to that"
        time.sleep(0.05)
