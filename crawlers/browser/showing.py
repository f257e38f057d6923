"""Showing one page: opened, waited for, scrolled through, written down, photographed."""

from __future__ import annotations

import asyncio
import json
import re
import time
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from playwright.async_api import Error

from crawlers.browser.asked import PageRequests
from crawlers.browser.snapshot import Box, Environment, Snapshot
from crawlers.browser.surfaces import taken
from crawlers.errors import RenderingFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.async_api import CDPSession

    from crawlers.browser.network import Network
    from crawlers.browser.options import BrowserOptions
    from crawlers.browser.pool import Tab
    from crawlers.browser.snapshot import Surface

_WORLD: Final = "marque"
_LOOK_EVERY_S: Final = 0.2
_QUIET_S: Final = 0.6
_RESTLESS_S: Final = 4.0
"""How long a page may grow that waits for nothing, a ticker say."""
_LOADED, _BUILT, _SCROLLED, _TAKEN, _PHOTOGRAPHED = 0.5, 0.6, 0.75, 0.85, 0.9
"""By which share of a page's time each is over; what is left is for the unforeseen."""
_MOST_SCREENS: Final = 12
_SCREENS_OF_BOOKS: Final = 60
_MOST_LOADS: Final = 10
"""How often a question is asked again, since the page was loaded anew in between."""
_SCREEN_S: Final = 0.15
_PHOTOGRAPH_S, _LEFT_S = 8.0, 2.0
_PICTURES: Final[tuple[dict[str, Any], ...]] = (
    {"format": "png"},
    {"format": "jpeg", "quality": 80},
    {"format": "jpeg", "quality": 40},
)
_PNG_HEIGHT: Final = 4_000
"""Beyond it a PNG takes longer to write than all the rest."""
_HEADERS: Final = frozenset({"content-security-policy", "set-cookie", "referrer-policy"})
_ANYTHING: Final = re.compile("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page that was downloaded: its text, and its headers with names in lower case.

    `marked` names an attribute: where its elements are shown, the snapshot says.
    """

    url: str
    text: str
    headers: Mapping[str, str]
    marked: str = ""


class Showing:
    """Shows one page in one tab; what fails is Playwright's `Error` or `RenderingFailed`."""

    def __init__(
        self,
        tab: Tab,
        document: Document,
        network: Network,
        options: BrowserOptions,
        *,
        surfaces: bool = False,
    ) -> None:
        self._wants_surfaces = surfaces
        self._tab = tab
        self._url = document.url
        self._marked = document.marked
        self._options = options
        self._began = time.monotonic()
        self._requests = PageRequests(
            tab.page,
            document.url,
            document.text.encode("utf-8", "replace"),
            # The text was decoded already, by what its bytes show.
            {
                **{name: said for name, said in document.headers.items() if name in _HEADERS},
                "content-type": "text/html; charset=utf-8",
            },
            network=network,
            options=options,
            until=self._began + _LOADED * options.time_s,
        )
        self._world: int | None = None
        self._devtools: CDPSession | None = None

    async def snapshot(self, user_agent: str) -> Snapshot:
        """Show the page and return what it was."""
        seen_at = datetime.now(UTC)
        await self._open()
        await self._settle(_BUILT)
        await self._scroll()
        dom = await self._written()
        surfaces = await self._surfaces() if self._wants_surfaces else ()
        boxes = await self._ask(f"boxes({json.dumps(self._marked)})") if self._marked else ()
        screenshot = await self._photographed() if self._options.screenshot else None
        if self._requests.failure is not None:
            raise self._requests.failure
        return Snapshot(
            url=self._url,
            seen_at=seen_at,
            dom=dom,
            screenshot=screenshot,
            environment=self._environment(user_agent),
            asked=tuple(self._requests.asked),
            unlisted=self._requests.unlisted,
            left_for=tuple(self._requests.left_for),
            seconds=time.monotonic() - self._began,
            surfaces=surfaces,
            boxes=tuple(Box(**one) for one in boxes),
        )

    async def flooded(self) -> None:
        """Wait until the page asks beyond all measure, if it does."""
        await self._requests.flooded.wait()

    async def _open(self) -> None:
        context, page = self._tab.context, self._tab.page
        await context.route(_ANYTHING, self._requests.answer)
        await context.route_web_socket(_ANYTHING, lambda socket: socket.close())
        context.on("page", lambda opened: asyncio.ensure_future(_shut(opened)))
        self._devtools = await context.new_cdp_session(page)
        opened = await self._send("Page.navigate", {"url": self._url})
        if said := opened.get("errorText"):
            raise RenderingFailed(f"does not open: {said}")

    def _left_s(self, share: float) -> float:
        """Return how many seconds are left of a share of the page's time."""
        return self._began + share * self._options.time_s - time.monotonic()

    async def _settle(self, share: float) -> None:
        """Wait until nothing is asked for and nothing grows any more."""
        quiet_since = idle_since = time.monotonic()
        largest = 0.0
        while self._left_s(share) > 0:
            now = time.monotonic()
            size = await self._size()
            if self._requests.waiting():
                quiet_since = idle_since = now
            if size > largest:
                quiet_since, largest = now, size
            if now - quiet_since >= _QUIET_S or now - idle_since >= _RESTLESS_S:
                return
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _size(self) -> float:
        seen = await self._ask("look()")
        return float(seen["elements"] * 10 + seen["characters"])

    @property
    def _screens(self) -> int:
        return _SCREENS_OF_BOOKS if self._wants_surfaces else _MOST_SCREENS

    async def _scroll(self) -> None:
        """Bring all of the page into view once, as far as it isn't endless: pictures load late."""
        top = self._options.height
        while top < (await self._ask("look()"))["height"] and self._left_s(_SCROLLED) > 0:
            await self._ask(f"scroll({top})")
            await asyncio.sleep(_SCREEN_S)
            if top == self._options.height * self._screens:
                break
            top += self._options.height
        if top > self._options.height:
            await self._ask("scroll(0)")
            await self._settle(_SCROLLED)

    async def _written(self) -> str:
        """Return the markup. Raises `RenderingFailed` when the page went away or is too large."""
        seen = await self._ask("look()")
        if not str(seen["url"]).startswith(("http:", "https:")):
            raise RenderingFailed(f"went away to {str(seen['url'])[:100]}")
        return str(await self._ask(f"write({self._options.dom_characters})"))

    async def _surfaces(self) -> tuple[Surface, ...]:
        async def photograph(area: dict[str, float], how: dict[str, Any]) -> bytes:
            asked = {**how, "clip": area, "captureBeyondViewport": True}
            return b64decode((await self._send("Page.captureScreenshot", asked))["data"])

        return await taken(self._ask, photograph, lambda: self._left_s(_TAKEN))

    async def _photographed(self) -> bytes | None:
        """Return a picture; None when none comes: a page that was left early is never painted."""
        wait_s = _LEFT_S if self._requests.left_for else _PHOTOGRAPH_S
        try:
            async with asyncio.timeout(min(wait_s, self._left_s(_PHOTOGRAPHED))):
                return await self._photograph()
        except TimeoutError:
            return None

    async def _photograph(self) -> bytes | None:
        seen = await self._ask("look()")
        height = min(max(int(seen["height"]), 1), self._options.screenshot_height)
        for way, how in enumerate(_PICTURES):
            if way == 0 and height > _PNG_HEIGHT:
                continue
            area = {"x": 0, "y": 0, "width": self._options.width, "height": height, "scale": 1}
            shot = await self._send(
                "Page.captureScreenshot", {**how, "clip": area, "captureBeyondViewport": True}
            )
            picture = b64decode(shot["data"])
            if len(picture) <= self._options.screenshot_bytes:
                return picture
        return None

    async def _ask(self, what: str) -> Any:  # noqa: ANN401
        """Call one of page.js's functions in the page, in a world of its own."""
        for _ in range(_MOST_LOADS):
            world = await self._own_world()
            try:
                found = await self._send(
                    "Runtime.evaluate",
                    {
                        "expression": f"{_script()}.{what}",
                        "contextId": world,
                        "returnByValue": True,
                    },
                )
            except Error as error:
                if "context" not in str(error):
                    raise
                self._world = None
                continue
            if "exceptionDetails" in found:
                said = found["exceptionDetails"].get("exception", {}).get("description", "")
                raise RenderingFailed(f"can't be read: {said.splitlines()[:1]}")
            return found["result"].get("value")
        raise RenderingFailed("is loaded anew again and again")

    async def _own_world(self) -> int:
        if self._world is None:
            frames = await self._send("Page.getFrameTree", {})
            frame = frames["frameTree"]["frame"]["id"]
            made = await self._send(
                "Page.createIsolatedWorld", {"frameId": frame, "worldName": _WORLD}
            )
            self._world = int(made["executionContextId"])
        return self._world

    async def _send(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if self._devtools is None:
            raise RenderingFailed("was never opened")
        return await self._devtools.send(method, parameters)

    def _environment(self, user_agent: str) -> Environment:
        options = self._options
        return Environment(
            browser=f"Chromium {self._tab.chromium.version}",
            user_agent=user_agent,
            width=options.width,
            height=options.height,
            scale=1,
            locale=options.locale,
            time_zone=options.time_zone,
        )


async def _shut(page: Any) -> None:  # noqa: ANN401
    try:
        await page.close()
    except Error:
        return


@cache
def _script() -> str:
    return resources.files(__package__).joinpath("page.js").read_text("utf-8")
