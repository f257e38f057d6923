"""The renderer of a crawl: shows its pages in the process's browser, by the crawl's own network."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog
from playwright.async_api import Error

from crawlers.browser.showing import Showing
from crawlers.errors import RenderingFailed
from index.errors import Unavailable

if TYPE_CHECKING:
    from crawlers.browser.network import Network
    from crawlers.browser.options import BrowserOptions
    from crawlers.browser.pool import BrowserPool, Tab
    from crawlers.browser.showing import Document
    from crawlers.browser.snapshot import Snapshot

log = structlog.get_logger()

_ATTEMPTS: Final = 2


class _BrowserDied(Exception):
    """The browser ended while it showed a page, which need not be the page's fault."""


class Renderer:
    """Shows pages that were downloaded."""

    def __init__(self, pool: BrowserPool, network: Network, options: BrowserOptions) -> None:
        self._pool = pool
        self._network = network
        self._options = options

    async def render(
        self, document: Document, user_agent: str, *, surfaces: bool = False
    ) -> Snapshot:
        """Show a page; it isn't asked for again. `surfaces`: its pictures are taken, too.

        A page whose browser died is shown once more. Raises `RenderingFailed`; `Unavailable` when
        no browser starts, or nothing can be kept.
        """
        for _ in range(_ATTEMPTS):
            try:
                snapshot = await self._attempt(document, user_agent, surfaces=surfaces)
            except _BrowserDied as error:
                reason = str(error)
                continue
            log.info(
                "page_rendered",
                url=document.url,
                seconds=round(snapshot.seconds, 3),
                requests=len(snapshot.asked) + snapshot.unlisted,
            )
            return snapshot
        raise RenderingFailed(f"the browser died: {reason}")

    async def _attempt(self, document: Document, user_agent: str, *, surfaces: bool) -> Snapshot:
        async with self._pool.tab(user_agent) as tab:
            try:
                showing = Showing(tab, document, self._network, self._options, surfaces=surfaces)
                return await self._within_bounds(tab, showing, user_agent)
            except (RenderingFailed, Unavailable, _BrowserDied):
                raise
            except Exception as error:  # Playwright's, or plain ones when its driver is gone
                if not tab.chromium.alive:
                    tab.chromium.break_("its connection ended")
                    raise _BrowserDied(_words(error)) from error
                if tab.crashed or isinstance(error, Error):
                    raise RenderingFailed(_words(error)) from error
                raise

    async def _within_bounds(self, tab: Tab, showing: Showing, user_agent: str) -> Snapshot:
        """Wait for the snapshot, but for no page that is lost, floods us or never ends."""
        shown = asyncio.ensure_future(showing.snapshot(user_agent))
        lost = asyncio.ensure_future(tab.lost.wait())
        flooded = asyncio.ensure_future(showing.flooded())
        ends = (shown, lost, flooded)
        try:
            await asyncio.wait(
                ends, timeout=self._options.time_s, return_when=asyncio.FIRST_COMPLETED
            )
            if shown.done():
                return shown.result()
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
        if tab.crashed:
            raise RenderingFailed("its process died: it crashed, or took too much memory")
        if tab.lost.is_set():
            tab.chromium.break_("its connection ended")
            raise _BrowserDied(tab.chromium.broken)
        if flooded.done() and not flooded.cancelled():
            raise RenderingFailed("asks for more than any page does")
        raise RenderingFailed(f"not shown within {self._options.time_s:g} s")


def _words(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
