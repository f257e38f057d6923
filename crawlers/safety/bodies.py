"""Bodies: how many bytes of them a process holds over all its downloads, and which of them wait.

A body counts from its first byte until its response is let go, examination included. When the
bodies are too many bytes together, those that are still coming are read no further, and what is
packed stays packed. One may always go on, to its own limit: where none is worked on that will be
let go by itself, the one that has waited longest. So nothing waits for ever.
"""

from __future__ import annotations

import asyncio
import weakref
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.http import Response

BODY: Final = "marque_body"
"""Where a request's meta has the `Body` of its response, until that is unpacked."""
_SMALL_BYTES: Final = 2**20
"""Up to so much isn't counted: it is little for as many as there are, and it is most of them."""
_LONGEST_S: Final = 60.0
"""Whoever keeps a response for longer is not waited for: it may wait for a download itself."""


class Source(Protocol):
    """Where bytes come from: Twisted's IPushProducer, as far as it matters here."""

    def pauseProducing(self) -> None:  # noqa: N802  Twisted's name
        """Have nothing more come for now."""

    def resumeProducing(self) -> None:  # noqa: N802  Twisted's name
        """Have the rest come."""


class Body:
    """The body of one response, however much of it is there."""

    def __init__(self, bodies: Bodies, source: Source | None = None) -> None:
        self._bodies = bodies
        self._source = source
        self._kept: weakref.finalize[..., Response] | None = None
        self.size_bytes = 0

    def grow(self, size_bytes: int) -> None:
        """Count what came, and stop reading while it is too much."""
        self.size_bytes += size_bytes
        if self._source is not None and self.size_bytes > _SMALL_BYTES:
            self._bodies.came(self, self._source)

    async def turn(self) -> None:
        """Wait until there is room for more of it."""
        await self._bodies.turn(self)

    def is_of(self, response: Response) -> None:
        """Count it, now that all of it is there, until the response is let go."""
        if self._kept is not None:
            self._kept.detach()  # of what this was unpacked from
        self.size_bytes = max(self.size_bytes, len(response.body))
        if self.size_bytes <= _SMALL_BYTES:
            self.let_go()
            return
        self._bodies.settle(self)
        loop = asyncio.get_running_loop()
        loop.call_later(_LONGEST_S, self.let_go)
        self._kept = weakref.finalize(response, _told, loop, self)
        self._kept.atexit = False

    def ends(self) -> None:
        """Count it no more when it came to nothing."""
        self._source = None
        if self._kept is None:
            self.let_go()

    def let_go(self) -> None:
        """Count it no more."""
        self._bodies.let_go(self)


class Bodies:
    """All bodies that a process holds. Used from the event loop only."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._counted: dict[Body, int] = {}
        self._waiting: dict[Body, Callable[[], None]] = {}
        self.held_bytes = 0

    def came(self, body: Body, source: Source) -> None:
        """Count a body that is coming; it waits when there is too much, unless all others do."""
        self.settle(body)
        if self._is_full_for(body):
            source.pauseProducing()
            self._wait(body, source.resumeProducing)

    async def turn(self, body: Body) -> None:
        """Return when there is room, or nobody else who would make some."""
        self.settle(body)
        if self._is_full_for(body):
            turn = asyncio.Event()
            self._wait(body, turn.set)
            await turn.wait()

    def settle(self, body: Body) -> None:
        """Count a body as it is now."""
        self.held_bytes += body.size_bytes - self._counted.get(body, 0)
        self._counted[body] = body.size_bytes

    def let_go(self, body: Body) -> None:
        """Count a body no more, and let go on who waited for that."""
        self.held_bytes -= self._counted.pop(body, 0)
        self._waiting.pop(body, None)
        self._go_on()

    def _is_full_for(self, body: Body) -> bool:
        if self.held_bytes <= self._most_bytes or body in self._waiting:
            return False
        return len(self._counted) - len(self._waiting) > 1

    def _wait(self, body: Body, go_on: Callable[[], None]) -> None:
        self._waiting[body] = go_on

    def _go_on(self) -> None:
        while self._waiting:
            is_stuck = len(self._counted) == len(self._waiting)
            if self.held_bytes > self._most_bytes and not is_stuck:
                return
            self._waiting.pop(next(iter(self._waiting)))()


@cache
def bodies_of(most_bytes: int) -> Bodies:
    """Return the bodies of this process: all its crawls have one limit."""
    return Bodies(most_bytes)


def _told(loop: asyncio.AbstractEventLoop, body: Body) -> None:
    """Let a body go, from whatever thread its response was freed in."""
    with suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(body.let_go)
