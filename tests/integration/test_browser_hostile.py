"""Pages and accidents that would end another browser: each costs its own page, and no more."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawlers.browser.options import BrowserOptions
from crawlers.browser.processes import parent_of, tree
from crawlers.errors import RenderingFailed
from index.errors import Unavailable
from tests.browsing import Browsing

if TYPE_CHECKING:
    from collections.abc import Iterator

MEBIBYTE = 2**20
HOSTILE = {
    "a script that never ends": "<script>while (true) {}</script>",
    "dialogs for ever": "<script>while (true) alert(confirm(prompt('again')))</script>",
    "objects for ever": "<script>const all = []; while (true) all.push({x: [1, 2, 3]})</script>",
    "buffers for ever": "<script>const all = []; while (true) all.push("
    "new Uint8Array(2 ** 25).fill(1))</script>",
    "a DOM of 100 MB": "<script>const s = 'x'.repeat(2 ** 20); for (let i = 0; i < 100; i++)"
    " document.body.append(Object.assign(document.createElement('p'), {textContent: s}))</script>",
    "nesting without end": "<script>let e = document.body; for (let i = 0; i < 100000; i++)"
    " { const d = document.createElement('div'); e.append(d); e = d }</script>",
    "nothing": "<script>location = 'about:blank'</script>",
    "a script that stops when it is read": "<script>document.addEventListener('x', () => 0);"
    "setTimeout(() => { while (true) {} }, 300)</script>",
}
EITHER = {
    "requests for ever": "<script>let n = 0; setInterval(() => {"
    " for (let i = 0; i < 50; i++) fetch('/' + n++) }, 1)</script>",
}
"""Shown or given up, as fast as the machine is; what comes after it is shown."""
ANEW = "<p>here<script>setTimeout(() => location.reload(), 50)</script>"
BOUNDED = {
    "a script that never comes": "<p>here<script src=/never></script>",
    "styles that never come": "<link rel=stylesheet href=/never><p>here",
    "data that never comes": "<p>here<script>fetch('/never')</script>",
    "a page for ever anew": ANEW,
    "an address for ever anew": "<p>here<script>let n = 0; setInterval(() =>"
    " history.pushState(0, '', '/' + n++), 1)</script>",
    "a ticker": "<p>here<script>setInterval(() => document.body.append('tick '), 10)</script>",
    "frames in frames": "<p>here<script>document.write('<iframe src=/></iframe>'.repeat(9))"
    "</script>",
}
SHORTLY = BrowserOptions(time_s=15.0, contexts=3, memory_bytes=1_200 * MEBIBYTE)
PATIENTLY = BrowserOptions(time_s=40.0, contexts=3)


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    """Show all of them side by side, and after each a page that does no harm."""
    found: dict[str, str] = {}

    async def one(browsing: Browsing, name: str, markup: str) -> None:
        try:
            snapshot = await browsing.render(f"<body>{markup}")
            found[name] = f"shown: {snapshot.dom}"
        except RenderingFailed as error:
            found[name] = error.reason
        harmless = await browsing.render(f"<p>{name}")
        found[f"after {name}"] = harmless.dom

    async def all_of(browsing: Browsing, pages: dict[str, str]) -> None:
        await asyncio.gather(*(one(browsing, name, markup) for name, markup in pages.items()))

    for options, pages in ((SHORTLY, HOSTILE | EITHER), (PATIENTLY, BOUNDED)):
        with Browsing(options) as browsing:
            browsing.answer("/", ANEW, "text/html")
            browsing.loop.run(all_of(browsing, pages))
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_given_up_by_name(name: str, outcomes: dict[str, str]) -> None:
    assert not outcomes[name].startswith("shown: ")
    assert outcomes[name]


@pytest.mark.parametrize("name", BOUNDED)
def test_a_page_that_never_ends_is_shown_as_it_is_by_then(
    name: str, outcomes: dict[str, str]
) -> None:
    assert outcomes[name].startswith("shown: ")
    assert "<p>here" in outcomes[name]


@pytest.mark.parametrize("name", [*HOSTILE, *EITHER, *BOUNDED])
def test_it_costs_no_other_page(name: str, outcomes: dict[str, str]) -> None:
    assert f"<p>{name}</p>" in outcomes[f"after {name}"]


@pytest.fixture
def browser() -> Iterator[Browsing]:
    with Browsing(BrowserOptions(pages=3, contexts=2, time_s=30.0)) as browsing:
        yield browsing


def chromium(browsing: Browsing) -> int:
    current = browsing.pool._current
    assert current is not None
    return current._root


async def _when(condition: object, *, until_s: float = 30.0) -> None:
    ends = time.monotonic() + until_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < ends, "it never comes to that"
        await asyncio.sleep(0.02)


def test_a_page_whose_process_is_killed_is_given_up(browser: Browsing) -> None:
    async def killed() -> str:
        showing = asyncio.ensure_future(browser.render("<p>x<script src=/never></script>"))
        await _when(lambda: browser.network.asked)
        pages = [one for one in tree(chromium(browser)) if one.shows_pages]
        for one in pages:
            os.kill(one.pid, signal.SIGKILL)
        with pytest.raises(RenderingFailed) as failed:
            await showing
        return failed.value.reason

    assert "its process died" in browser.loop.run(killed())
    root = chromium(browser)
    assert "<p>next</p>" in browser.shown("<p>next").dom
    assert chromium(browser) == root


def test_a_page_whose_browser_is_killed_is_shown_again_by_another(browser: Browsing) -> None:
    browser.answer("/app.js", "document.body.append('built')")

    async def killed() -> str:
        showing = asyncio.ensure_future(
            browser.render("<p>x<script src=/app.js></script><script src=/never></script>")
        )
        await _when(lambda: browser.network.asked)
        os.kill(chromium(browser), signal.SIGKILL)
        await _when(lambda: len(browser.network.asked) > 2)
        return (await showing).dom

    assert "built" in browser.loop.run(killed())


def test_the_next_page_has_a_browser_when_the_driver_is_killed(browser: Browsing) -> None:
    browser.shown("<p>one")
    driver = parent_of(chromium(browser))
    assert driver is not None
    os.kill(driver, signal.SIGKILL)
    assert "<p>two</p>" in browser.shown("<p>two").dom


def test_a_browser_is_started_anew_after_so_many_pages(browser: Browsing) -> None:
    roots = []
    for number in range(7):
        assert f"<p>{number}</p>" in browser.shown(f"<p>{number}").dom
        current = browser.pool._current
        roots.append(current._root if current else None)
    assert len(set(roots) - {None}) == 3


def test_as_many_pages_as_there_are_seats_are_shown_at_a_time(browser: Browsing) -> None:
    most = 0

    async def watch() -> None:
        nonlocal most
        while True:
            current = browser.pool._current
            most = max(most, current.active if current else 0)
            await asyncio.sleep(0.01)

    async def all_at_once() -> None:
        watching = asyncio.ensure_future(watch())
        await asyncio.gather(*(browser.render(f"<p>{number}") for number in range(6)))
        watching.cancel()

    browser.loop.run(all_at_once())
    assert most == 2


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with a short name: Chromium has local sockets in it."""
    with tempfile.TemporaryDirectory(prefix="shown-") as folder:
        yield Path(folder)


def test_nothing_is_left_of_a_browser(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with Browsing(BrowserOptions()) as browsing:
        browsing.shown("<p>x")
        root = chromium(browsing)
        assert any(folder.iterdir())
        processes = [one.pid for one in tree(root)]
    assert list(folder.iterdir()) == []
    assert [pid for pid in processes if parent_of(pid) is not None] == []


def test_a_browser_that_does_not_start_says_why(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho 'FATAL: No usable sandbox!' >&2\nexit 1\n")
    program.chmod(0o755)
    with (
        Browsing(BrowserOptions(executable=program)) as browsing,
        pytest.raises(Unavailable, match="sandbox") as failed,
    ):
        browsing.shown("<p>x")
    assert failed.value.service == "chromium"
