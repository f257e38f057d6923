"""The pool: one browser a process, a few pages of it at a time, started anew when it has served."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from crawlers.browser.chromium import Chromium
from crawlers.browser.locate import chromium_path
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import BrowserContext, Page

    from crawlers.browser.options import BrowserOptions

log = structlog.get_logger()

_OPENING_S = 20.0
_CLOSING_S = 5.0
_LAUNCHES = 2


@dataclass(slots=True)
class Tab:
    """A page in a context of its own. `lost` is set when the page crashed or its browser died."""

    chromium: Chromium
    context: BrowserContext
    page: Page
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    crashed: bool = False

    def watch(self) -> None:
        """Notice when it is lost."""
        self.page.on("crash", lambda _: self._crash())
        self.context.on("close", lambda _: self.lost.set())

    def _crash(self) -> None:
        self.crashed = True
        self.lost.set()


class BrowserPool:
    """Hands out tabs; who wants more than `contexts` at a time waits. Starts with the first."""

    def __init__(self, options: BrowserOptions) -> None:
        self._options = options
        self._program = chromium_path(options)
        self._seats = asyncio.Semaphore(options.contexts)
        self._starting = asyncio.Lock()
        self._current: Chromium | None = None

    @asynccontextmanager
    async def tab(self, user_agent: str) -> AsyncIterator[Tab]:
        """Give a tab, which is closed afterwards whatever happened. Raises `Unavailable`."""
        async with self._seats:
            tab = await self._opened(user_agent)
            try:
                yield tab
            finally:
                try:
                    await _close(tab)
                finally:
                    await self._leave(tab.chromium)

    async def close(self) -> None:
        """End the browser; a later tab would start one anew."""
        async with self._starting:
            chromium, self._current = self._current, None
        if chromium is not None:
            await chromium.close()

    async def _chromium(self) -> Chromium:
        """Return a browser that may show one more page, counted already."""
        async with self._starting:
            if self._current is None or not self._current.usable:
                before, self._current = self._current, None
                if before is not None and not before.active:
                    await before.close()
                self._current = await self._start()
            self._current.active += 1
            self._current.served += 1
            return self._current

    async def _start(self) -> Chromium:
        for _ in range(_LAUNCHES - 1):
            with suppress(Unavailable):
                return await Chromium.start(self._options, self._program)
        return await Chromium.start(self._options, self._program)

    async def _opened(self, user_agent: str) -> Tab:
        """Open a tab; in another browser, when one isn't up to it any more."""
        for _ in range(_LAUNCHES):
            chromium = await self._chromium()
            try:
                async with asyncio.timeout(_OPENING_S):
                    context = await chromium.new_context(user_agent)
                    tab = Tab(chromium, context, await context.new_page())
            except BaseException as error:
                chromium.break_("opens no page")
                await self._leave(chromium)
                if not isinstance(error, Exception):
                    raise
                reason = str(error)
            else:
                tab.watch()
                return tab
        raise Unavailable("chromium", f"opens no page: {reason[:300]}")

    async def _leave(self, chromium: Chromium) -> None:
        """End a browser that shows nothing any more and shall show nothing more."""
        chromium.active -= 1
        if chromium.active or chromium.usable:
            return
        async with self._starting:
            if self._current is chromium:
                self._current = None
        await chromium.close()


async def _close(tab: Tab) -> None:
    try:
        async with asyncio.timeout(_CLOSING_S):
            await tab.context.close()
    except TimeoutError:
        tab.chromium.break_("a page can't be closed")
    except Exception as error:  # noqa: BLE001  a driver that is gone raises plain ones
        log.debug("page_closed_already", reason=str(error))
