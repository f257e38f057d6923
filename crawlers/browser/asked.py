"""The requests of one shown page: each is answered by the crawl's network, or refused."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from playwright.async_api import Error
from scrapy.exceptions import DownloadTimeoutError

from crawlers.browser.requisites import Asking, refusal
from crawlers.browser.snapshot import Asked
from crawlers.links import canonical
from crawlers.outcomes import explain
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.async_api import Page, Request, Route

    from crawlers.browser.network import Network
    from crawlers.browser.options import BrowserOptions
    from crawlers.browser.shelf import Answer

_AT_ONCE: Final = 6
_MOST_LISTED: Final = 500
_FLOOD: Final = 1_000
_MOST_RELOADS: Final = 2
_MOST_TARGETS: Final = 20
_LATER_S: Final = 3.0
_OK: Final = range(200, 300)
_LONGEST_URL: Final = 2_083
_PATIENCE_S: Final = {"image": 5.0, "xhr": 20.0, "fetch": 20.0}
"""How long a page is waited for that waits for such; for others as long as it may take."""


class PageRequests:
    """Answers what a page asks, as far as it comes `until` then (`time.monotonic()`).

    What is asked for after that, while it is scrolled through, may take some seconds.
    `flooded` is set when it asks beyond all measure.
    """

    def __init__(
        self,
        page: Page,
        url: str,
        document: bytes,
        headers: Mapping[str, str],
        *,
        network: Network,
        options: BrowserOptions,
        until: float,
    ) -> None:
        self._page = page
        self._url = url
        self._document = document
        self._headers = headers
        self._network = network
        self._options = options
        self._until = until
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._under_way: dict[int, tuple[str, float]] = {}
        self._visits = 0
        self._fetched = 0
        self._fetched_bytes = 0
        self._count = 0
        self.asked: list[Asked] = []
        self.left_for: dict[str, None] = {}
        self.flooded = asyncio.Event()
        self.failure: Unavailable | None = None

    @property
    def unlisted(self) -> int:
        """How many requests are not among `asked`, but for the page itself, which wasn't made."""
        return self._count - min(self._visits, 1) - len(self.asked)

    def waiting(self) -> bool:
        """Whether the page waits for something that is worth waiting for."""
        now = time.monotonic()
        return any(
            now - began < _PATIENCE_S.get(kind, float("inf"))
            for kind, began in self._under_way.values()
        )

    async def answer(self, route: Route) -> None:
        """Answer a request, whatever happens to it: one left open would hold up the page."""
        self._count += 1
        if self._count > _FLOOD:
            self.flooded.set()
            return
        asking = self._asking(route.request)
        self._under_way[id(route)] = (asking.kind, time.monotonic())
        try:
            await self._answer(route, asking)
        except Error:
            pass  # the page is gone
        finally:
            self._under_way.pop(id(route), None)

    async def _answer(self, route: Route, asking: Asking) -> None:
        if asking.navigates and asking.frame == "page":
            await self._navigate(route, asking)
        elif (why := self._refusal(asking)) is not None:
            self._list(asking, why)
            await route.abort("aborted" if asking.navigates else "blockedbyclient")
        else:
            await self._fetch(route, asking)

    async def _navigate(self, route: Route, asking: Asking) -> None:
        """Let the page come, and come again, but not leave: where it wants to go is noted."""
        here = canonical(asking.url) == canonical(self._url)
        self._visits += here
        if here and self._visits == 1:
            await route.fulfill(status=200, headers=dict(self._headers), body=self._document)
        elif here and asking.method == "GET" and self._visits <= 1 + _MOST_RELOADS:
            await self._fetch(route, asking)
        else:
            self._list(asking, "leaves")
            target = canonical(asking.url)
            if target is not None and not here and self._may_go_on(asking):
                self.left_for[target] = None
            await route.abort("aborted")

    def _may_go_on(self, asking: Asking) -> bool:
        return asking.method == "GET" and len(self.left_for) < _MOST_TARGETS

    def _refusal(self, asking: Asking) -> str | None:
        if (why := refusal(asking, self._url, self._options)) is not None:
            return why
        enough = (
            self._fetched >= self._options.requisites
            or self._fetched_bytes >= self._options.page_bytes
        )
        return "enough" if enough else None

    async def _fetch(self, route: Route, asking: Asking) -> None:
        self._fetched += 1
        try:
            answer = await self._in_time(route.request, asking)
        except Error:
            raise
        except Unavailable as error:
            self.failure = error
            await route.abort("failed")
        except Exception as error:  # noqa: BLE001  whatever it is, the page does without
            self._list(asking, explain(error).code)
            await route.abort("failed")
        else:
            self._fetched_bytes += len(answer.body)
            self._list(asking, "ok", answer)
            if asking.navigates and not _is_page(answer):
                await route.abort("aborted")  # what was there stays
                return
            await route.fulfill(
                status=answer.status, headers=dict(answer.headers), body=answer.body
            )

    async def _in_time(self, request: Request, asking: Asking) -> Answer:
        """Return what comes in time; later, the download goes on, but the page does without."""
        fetching = asyncio.ensure_future(self._in_turn(request, asking))
        fetching.add_done_callback(_retrieve)
        patience_s = max(self._until - time.monotonic(), _LATER_S)
        await asyncio.wait({fetching}, timeout=patience_s)
        if not fetching.done():
            raise DownloadTimeoutError("later than the page is waited for")
        return fetching.result()

    async def _in_turn(self, request: Request, asking: Asking) -> Answer:
        async with self._turns:
            headers = await request.all_headers()
            return await self._network.fetch(asking, headers, request.post_data_buffer, self._url)

    def _list(self, asking: Asking, outcome: str, answer: Answer | None = None) -> None:
        if len(self.asked) < _MOST_LISTED:
            self.asked.append(
                Asked(
                    method=asking.method,
                    url=asking.url[:_LONGEST_URL],
                    kind=asking.kind,
                    outcome=outcome,
                    status=answer.status if answer else 0,
                    size_bytes=len(answer.body) if answer else 0,
                    capture=answer.capture if answer else None,
                )
            )

    def _asking(self, request: Request) -> Asking:
        return Asking(
            method=request.method,
            url=request.url,
            kind=request.resource_type,
            navigates=request.is_navigation_request(),
            frame=self._frame(request),
            body_bytes=len(request.post_data_buffer or b""),
        )

    def _frame(self, request: Request) -> str:
        try:
            frame = request.frame
        except Error:
            return "other"  # a window that just opens has none yet
        if frame.page is not self._page:
            return "other"
        return "page" if frame is self._page.main_frame else "inner"


def _retrieve(fetching: asyncio.Future[Answer]) -> None:
    if not fetching.cancelled():
        fetching.exception()


def _is_page(answer: Answer) -> bool:
    return answer.status in _OK and "html" in answer.headers.get("content-type", "html").lower()
