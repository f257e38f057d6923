"""One Chromium with its driver: processes and a folder of their own, watched and ended as one."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog
from playwright.async_api import Error, async_playwright

from crawlers.browser import launcher
from crawlers.browser.folders import new_folder, remove
from crawlers.browser.processes import Process, kill, parent_of, tree
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.async_api import Browser, BrowserContext, Playwright

    from crawlers.browser.options import BrowserOptions

log = structlog.get_logger()

# Chromium has no way to the network (see `launcher`); these keep it from trying.
_SWITCHES: Final = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://nowhere.invalid:9",
    "--proxy-bypass-list=<-loopback>",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    *("--dns-prefetch-disable", "--disable-quic", "--no-pings", "--disable-domain-reliability"),
    *("--disable-sync", "--disable-crash-reporter", "--no-first-run", "--deny-permission-prompts"),
    *("--disable-gpu", "--disable-3d-apis", "--js-flags=--max-old-space-size=512"),
)
# Playwright's own switches that are left out: pages may flood the browser with one of them.
_NOT_WANTED: Final = ("--disable-ipc-flooding-protection",)
_STARTING_S = 30.0
_CLOSING_S = 5.0
_LOOKING_EVERY_S = 0.25
_LOOKS_AFTER_THE_DEAD = 100
_PATIENCE_LOOKS = 4
"""How many looks a renderer's death may take to bring the memory down."""


class Chromium:
    """A started browser. `active` pages are shown by it now, `served` it has shown or shows."""

    def __init__(self, options: BrowserOptions, folder: Path) -> None:
        self._options = options
        self._folder = folder
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._watching: asyncio.Task[None] | None = None
        self._driver = self._root = 0
        self.active = 0
        self.served = 0
        self.broken = ""
        self._closing = False

    @classmethod
    async def start(cls, options: BrowserOptions, program: Path) -> Chromium:
        """Start one. Raises `Unavailable`."""
        chromium = cls(options, await asyncio.to_thread(new_folder))
        try:
            await chromium._start(program)
        except BaseException as error:
            await chromium.close()
            if isinstance(error, Error | OSError | TimeoutError):
                raise Unavailable("chromium", _why(error)) from error
            raise
        return chromium

    @property
    def version(self) -> str:
        """Its version, in numbers."""
        return self._browser.version if self._browser else ""

    @property
    def alive(self) -> bool:
        """Whether it shows what it was given to show."""
        connected = self._browser is not None and self._browser.is_connected()
        return connected and not self.broken and parent_of(self._driver) == os.getpid()

    @property
    def usable(self) -> bool:
        """Whether it may show one more page."""
        return self.alive and self.served < self._options.pages

    async def new_context(self, user_agent: str) -> BrowserContext:
        """Give a page's worth of browser: nothing in it comes from pages before."""
        if self._browser is None:
            msg = "not started"
            raise RuntimeError(msg)
        return await self._browser.new_context(
            user_agent=user_agent,
            viewport={"width": self._options.width, "height": self._options.height},
            device_scale_factor=1,
            locale=self._options.locale,
            timezone_id=self._options.time_zone,
            color_scheme="light",
            reduced_motion="reduce",
            service_workers="block",
            accept_downloads=False,
        )

    def break_(self, reason: str) -> None:
        """Have it show no page more, and end all that it shows."""
        self.broken = self.broken or reason
        log.warning("browser_broken", reason=reason, pages=self.served)
        if self._processes():
            kill(tree(self._root))

    async def close(self) -> None:
        """End it, gently if it lets us, and remove what it left. May be called twice."""
        if self._closing:
            return
        self._closing = True
        if self._watching is not None:
            self._watching.cancel()
        processes = self._processes()
        with suppress(Exception):  # a driver that is gone raises plain ones
            async with asyncio.timeout(_CLOSING_S):
                if self._browser is not None and not self.broken:
                    await self._browser.close()
                if self._playwright is not None:
                    await self._playwright.stop()
        kill(processes)
        await _end_of(processes)
        await asyncio.to_thread(remove, self._folder)

    async def _start(self, program: Path) -> None:
        wrapper = _wrapper(self._folder, program)
        with _temporary_files_in(self._folder):  # the driver's and the browser's
            self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(
            executable_path=wrapper,
            args=_SWITCHES,
            ignore_default_args=_NOT_WANTED,
            chromium_sandbox=_sandbox(self._options),
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=_STARTING_S * 1000,
        )
        self._root = int((self._folder / "pid").read_text("ascii"))
        self._driver = parent_of(self._root) or 0
        self._watching = asyncio.ensure_future(self._watch())
        log.info("browser_started", version=self.version, pid=self._root)

    def _processes(self) -> list[Process]:
        """Return driver and browser while they are ours: their numbers may become another's."""
        ours = self._driver and parent_of(self._driver) == os.getpid()
        return tree(self._driver) if ours else []

    async def _watch(self) -> None:
        """End the page that takes too much; the whole browser when that doesn't help."""
        looks = 0
        while not self.broken:
            await asyncio.sleep(_LOOKING_EVERY_S)
            if not self.active:
                continue
            processes = await asyncio.to_thread(self._processes)
            if sum(one.memory_bytes for one in processes) <= self._options.memory_bytes:
                looks = 0
                continue
            pages = [one for one in processes if one.shows_pages]
            if looks == 0 and pages:
                kill([max(pages, key=lambda one: one.memory_bytes)])
            looks += 1
            if looks > _PATIENCE_LOOKS or not pages:
                self.break_(f"takes more than {self._options.memory_bytes:,} bytes")


async def _end_of(processes: list[Process]) -> None:
    """Wait until they are gone, for until then they write; but not for long."""
    for _ in range(_LOOKS_AFTER_THE_DEAD):
        if all(parent_of(one.pid) is None for one in processes):
            return
        await asyncio.sleep(_LOOKING_EVERY_S / 10)


def _sandbox(options: BrowserOptions) -> bool:
    if options.sandbox and os.geteuid() != 0:
        return True
    log.warning("browser_without_sandbox", because="root" if options.sandbox else "set so")
    return False


def _wrapper(folder: Path, program: Path) -> Path:
    """Write what the driver starts: it knows of no other way to get in between."""
    wrapper = folder / "chromium"
    command = shlex.join(
        [sys.executable, "-IS", str(Path(launcher.__file__)), str(folder / "pid"), str(program)]
    )
    wrapper.write_text(f'#!/bin/sh\nexec {command} "$@"\n', "utf-8")
    wrapper.chmod(0o700)
    return wrapper


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before


def _why(error: BaseException) -> str:
    """Return the line that says most; a driver's message goes on with the browser's whole log."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if re.search("sandbox|FATAL|ERROR", line)]
    return f"does not start: {(telling or lines or [type(error).__name__])[0][:300]}"
