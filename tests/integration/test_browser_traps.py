"""Ways out of a page to addresses that a crawl may not ask: a real crawl shows them all."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawlers.browser.options import BrowserOptions
from tests.browsing import AGENT, Browsing
from tests.servers import Site, content, page, redirect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import Line

ROOT = Path(__file__).resolve().parents[2]
SPELLINGS = {
    "loopback": "http://127.0.0.1:{port}",
    "short": "http://127.1:{port}",
    "decimal": "http://2130706433:{port}",
    "hexadecimal": "http://0x7f.1:{port}",
    "octal": "http://0177.0.0.1:{port}",
    "mapped": "http://[::ffff:127.0.0.1]:{port}",
    "version six": "http://[::1]:{port}",
    "unspecified": "http://0.0.0.0:{port}",
    "name": "http://localhost:{port}",
    "name under localhost": "http://trap.localhost:{port}",
    "full width": "http://１２７.0.0.1:{port}",
    "with user": "http://user:secret@127.0.0.1:{port}",
    "metadata": "http://169.254.169.254",
    "private": "http://10.0.0.1",
}
WAYS = {
    "fetch": "fetch('{trap}', {mode: 'no-cors'}).catch(() => 0)",
    "fetch kept alive": "fetch('{trap}', {keepalive: true, mode: 'no-cors'}).catch(() => 0)",
    "fetch with a method": "fetch('{trap}', {method: 'PUT', body: 'x'}).catch(() => 0)",
    "xhr": "const x = new XMLHttpRequest(); x.open('GET', '{trap}'); x.send()",
    "xhr at once": "const x = new XMLHttpRequest(); x.open('GET', '{trap}', false);"
    " try { x.send() } catch {}",
    "image": "new Image().src = '{trap}'",
    "beacon": "navigator.sendBeacon('{trap}', 'x')",
    "event source": "new EventSource('{trap}')",
    "web socket": "new WebSocket('{trap}'.replace('http', 'ws'))",
    "window": "open('{trap}')",
    "location": "setTimeout(() => location = '{trap}', 50)",
    "worker": "new Worker(URL.createObjectURL(new Blob([`fetch('{trap}').catch(() => 0);"
    " try { importScripts('{trap}') } catch {} new WebSocket('{trap}'.replace('http', 'ws'))`])))",
    "shared worker": "new SharedWorker('data:text/javascript,fetch(\"{trap}\").catch(() => 0)')",
    "service worker": "navigator.serviceWorker.register('/worker.js').catch(() => 0)",
    "module": "import('{trap}').catch(() => 0)",
    "font": "new FontFace('x', 'url({trap})').load().catch(() => 0)",
    "audio": "new Audio('{trap}').play().catch(() => 0)",
    "rtc": "const c = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:{udp}'},"
    " {urls: 'turn:127.0.0.1:{port}?transport=tcp', username: 'a', credential: 'b'}]});"
    " c.createDataChannel('x'); c.createOffer().then(offer => c.setLocalDescription(offer))",
    "rtc in a frame": "const f = document.createElement('iframe'); document.body.append(f);"
    " const c = new f.contentWindow.RTCPeerConnection({iceServers: [{urls:"
    " 'stun:127.0.0.1:{udp}'}]}); c.createDataChannel('x');"
    " c.createOffer().then(offer => c.setLocalDescription(offer))",
    "transport": "new WebTransport('https://127.0.0.1:{udp}/').ready.catch(() => 0)",
    "stylesheet of a script": "const s = new CSSStyleSheet(); s.replace('@import \"{trap}\"')",
    "report": "new ReportingObserver(() => 0); document.head.insertAdjacentHTML('beforeend',"
    " '<meta http-equiv=report-to content={trap}>')",
}
MARKUP = {
    "iframe": "<iframe src='{trap}'></iframe>",
    "frame of a form": "<iframe name=f></iframe><form target=f action='{trap}' method=post>"
    "<input name=a></form><script>document.forms[0].submit()</script>",
    "form": "<form action='{trap}' method=post></form><script>document.forms[0].submit()</script>",
    "import": "<style>@import url('{trap}'); p { background: url('{trap}') }</style><p>x",
    "stylesheet": "<link rel=stylesheet href='{trap}'>",
    "preload": "<link rel=preload as=fetch href='{trap}'><link rel=preload as=font href='{trap}'>",
    "prefetch": "<link rel=prefetch href='{trap}'><link rel=prerender href='{trap}'>",
    "name prefetch": "<link rel=dns-prefetch href='{trap}'><link rel=preconnect href='{trap}'>",
    "module preload": "<link rel=modulepreload href='{trap}'>",
    "icon": "<link rel=icon href='{trap}'><link rel=manifest href='{trap}'>",
    "refresh": "<meta http-equiv=refresh content='0; url={trap}'>",
    "object": "<object data='{trap}'></object><embed src='{trap}'>",
    "video": "<video src='{trap}' poster='{trap}' autoplay></video><audio src='{trap}' autoplay>",
    "svg": "<svg><image href='{trap}'/><use href='{trap}#x'/></svg>",
    "ping": "<a ping='{trap}' href=#x>x</a><script>document.links[0].click()</script>",
    "speculation": '<script type="speculationrules">{"prefetch": [{"source": "list",'
    ' "urls": ["{trap}"]}]}</script>',
    "base": "<base href='{trap}/'><img src=x><script src=y></script>",
    "srcdoc": "<iframe srcdoc=\"<img src='{trap}'><script>fetch('{trap}')</script>\"></iframe>",
    "portal": "<iframe src=\"javascript:fetch('{trap}')\"></iframe>",
    "policy": '<meta http-equiv="Content-Security-Policy" content="img-src none; report-uri'
    " {trap}\"><img src='/x.png'>",
}
REDIRECTED = {
    "fetch redirected": "fetch('/to-trap').catch(() => 0)",
    "frame redirected": "document.body.insertAdjacentHTML('beforeend', '<iframe src=/to-trap>')",
    "script redirected": "document.body.append(Object.assign(document.createElement('script'),"
    " {src: '/to-trap'}))",
    "picture redirected twice": "new Image().src = '/to-to-trap'",
}


def filled(text: str, trap: str, site: Traps) -> str:
    return (
        text.replace("{trap}", trap)
        .replace("{port}", str(site.trap.port))
        .replace("{udp}", str(site.udp_port))
    )


class Traps:
    """A site of pages that lead to a server nobody allowed, and to a port nobody speaks to."""

    def __init__(self, stack: ExitStack) -> None:
        self.trap = stack.enter_context(Site(fallback=page("<p>secret")))
        self.packets: list[bytes] = []
        self._udp = stack.enter_context(closing(socket.socket(type=socket.SOCK_DGRAM)))
        self._udp.bind(("127.0.0.1", 0))
        self.udp_port = self._udp.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()
        self.site = stack.enter_context(Site(self._routes()))

    def _listen(self) -> None:
        while True:
            try:
                self.packets.append(self._udp.recv(2_000))
            except OSError:
                return

    def _routes(self) -> dict[str, Callable[[Line], None]]:
        here = f"http://127.0.0.1:{self.trap.port}"
        pages = {name: f"<p>{name}<script>{code}</script>" for name, code in WAYS.items()}
        pages |= {name: f"<p>{name}{markup}" for name, markup in MARKUP.items()}
        pages |= {name: f"<p>{name}<script>{code}</script>" for name, code in REDIRECTED.items()}
        routes = {
            f"/{number}": page(filled(markup, f"{here}/{number}", self))
            for number, markup in enumerate(pages.values())
        }
        spelled = "".join(
            f"<img src='{origin}/i'><script src='{origin}/s'></script><script>"
            f"fetch('{origin}/f', {{mode: 'no-cors'}}).catch(() => 0)</script>"
            for origin in (way.format(port=self.trap.port) for way in SPELLINGS.values())
        )
        self.names = dict(zip(routes, pages, strict=True))
        return {
            **routes,
            "/": page("".join(f"<a href={path}>x</a>" for path in [*routes, "/spelled"])),
            "/spelled": page(f"<p>all{spelled}"),
            "/worker.js": content(
                f"fetch('{here}/sw'); oninstall = e => e.waitUntil(fetch('{here}/sw'))".encode(),
                "text/javascript",
            ),
            "/to-trap": redirect(f"http://2130706433:{self.trap.port}/"),
            "/to-to-trap": redirect("/to-trap", 307),
        }


@pytest.fixture(scope="module")
def traps() -> Iterator[Traps]:
    with ExitStack() as stack:
        yield Traps(stack)


@pytest.fixture(scope="module")
def records(traps: Traps, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Crawl all pages, each shown; return what is on record of how it was, by path."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.rendering", "always", traps.site.url(), traps.site.host],
        cwd=ROOT,
        env={**os.environ, "MARQUE_TEST_FOLDER": str(tmp_path_factory.mktemp("data"))},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    seen = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    return {one["path"]: one for one in seen if one["url"].startswith(traps.site.url())}


def test_every_page_was_shown(traps: Traps, records: dict[str, dict[str, Any]]) -> None:
    failed = {
        path: one["unrendered"] for path, one in records.items() if one["unrendered"] is not None
    }
    assert failed == {}
    assert set(records) >= {*traps.names, "/spelled"}


def test_nobody_ever_came_to_the_trap(traps: Traps, records: dict[str, dict[str, Any]]) -> None:
    assert records
    assert traps.trap.asked == []
    assert traps.packets == []


def test_what_was_asked_of_the_crawl_was_refused_by_its_address(
    records: dict[str, dict[str, Any]],
) -> None:
    outcomes = {one["outcome"] for one in records["/spelled"]["asked"]}
    assert outcomes == {"forbidden_address", "dns_failed"}  # who asks for trap.localhost gets none
    assert len(records["/spelled"]["asked"]) >= 3 * (len(SPELLINGS) - 1)


@pytest.mark.parametrize("name", ["fetch", "xhr", "image", "iframe", "location", *REDIRECTED])
def test_it_is_on_record_what_a_page_tried(
    name: str, traps: Traps, records: dict[str, dict[str, Any]]
) -> None:
    (path,) = (path for path, known in traps.names.items() if known == name)
    tried = {one["outcome"] for one in records[path]["asked"]}
    assert tried & {"forbidden_address", "frame_of_other_site", "leaves"}
    assert "ok" not in tried


def test_what_is_asked_past_the_crawl_goes_nowhere(traps: Traps) -> None:
    here = f"http://127.0.0.1:{traps.trap.port}"
    ways = [filled(code, f"{here}/past", traps) for code in WAYS.values()]
    scripts = "".join(f"<script>try {{ {code} }} catch {{}}</script>" for code in ways)

    async def unwatched(browsing: Browsing) -> None:
        async with browsing.pool.tab(AGENT) as tab:
            await tab.page.set_content(f"<img src={here}/past>{scripts}", wait_until="commit")
            await asyncio.sleep(3)

    with Browsing(BrowserOptions()) as browsing:
        browsing.loop.run(unwatched(browsing))
    assert "/past" not in traps.trap.paths()
    assert traps.packets == []
