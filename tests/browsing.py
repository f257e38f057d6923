"""A browser for tests that need no crawl: pages and all that they ask for come from a table."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from crawlers.browser.pool import BrowserPool
from crawlers.browser.renderer import Renderer
from crawlers.browser.shelf import Answer
from crawlers.browser.showing import Document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.browser.options import BrowserOptions
    from crawlers.browser.requisites import Asking
    from crawlers.browser.snapshot import Snapshot

AGENT = "Marque/0.1 (+https://example.org/marque)"
SITE = "http://a.example"


@dataclass
class TableNetwork:
    """Answers from `answers`, by URL; who asks for what is not there waits for ever at "/never"."""

    answers: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[tuple[Asking, Mapping[str, str], bytes | None]] = field(default_factory=list)

    async def fetch(
        self,
        asking: Asking,
        headers: Mapping[str, str],
        body: bytes | None,
        page_url: str,  # noqa: ARG002  the network's contract
    ) -> Answer:
        """Return what is in the table."""
        self.asked.append((asking, headers, body))
        if asking.url.endswith("/never"):
            await asyncio.Event().wait()
        media_type, found = self.answers.get(asking.url, ("", b""))
        status = 200 if media_type else 404
        return Answer(status=status, headers={"content-type": media_type}, body=found, capture=None)

    def urls(self) -> list[str]:
        """Return what was asked for, in order."""
        return [asking.url for asking, _, _ in self.asked]


class Browsing:
    """A pool and a renderer on an event loop of their own, for the time of a `with` block."""

    def __init__(self, options: BrowserOptions) -> None:
        self.network = TableNetwork()
        self.pool = BrowserPool(options)
        self.renderer = Renderer(self.pool, self.network, options)

    def __enter__(self) -> Self:
        self.loop = asyncio.Runner()
        self.loop.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.run(self.pool.close())
        self.loop.__exit__(None, None, None)

    def answer(self, path: str, body: str, media_type: str = "text/javascript") -> None:
        """Put something into the table."""
        self.network.answers[SITE + path] = (media_type, body.encode())

    async def render(self, markup: str, path: str = "/", **headers: str) -> Snapshot:
        """Show markup as a page of the site."""
        named = {name.replace("_", "-"): said for name, said in headers.items()}
        return await self.renderer.render(
            Document(url=SITE + path, text=markup, headers=named), AGENT
        )

    def shown(self, markup: str, path: str = "/", **headers: str) -> Snapshot:
        """Show markup, and wait for it."""
        return self.loop.run(self.render(markup, path, **headers))
