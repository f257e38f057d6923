"""Leases: what this worker holds, and its way to the frontier from the event loop."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from scrapy.utils.datatypes import LocalCache

from crawlers.metrics import LEASES
from crawlers.together import Together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scrapy import Request

    from crawlers.frontier.contract import Discovery, Frontier, Lease, Stats

_MOST_ABANDONED = 3
_AT_ONCE = 1000
_MOST_KNOWN = 100_000

P = ParamSpec("P")
T = TypeVar("T")
_Outcome = tuple[Any, Exception | None]


class Leases:
    """The leases of one worker in one crawl. `changed` is set when a URL may have become due.

    `changes` counts how often that was. The frontier is asked from one thread, so that a disk or
    network never stops the event loop.
    """

    def __init__(self, frontier: Frontier, crawl_id: str, *, worker: str, ttl_s: float) -> None:
        self._frontier = frontier
        self._crawl_id = crawl_id
        self._worker = worker
        self._ttl_s = ttl_s
        self._asked: Together[Callable[[], Any], _Outcome] = Together(_outcomes, name="frontier")
        self._held: dict[str, Lease] = {}
        self._requests: WeakValueDictionary[str, Request] = WeakValueDictionary()
        self._known = LocalCache[str, None](_MOST_KNOWN)
        self.changed = asyncio.Event()
        self.changes = 0

    @property
    def held(self) -> int:
        """How many leases the worker holds."""
        return len(self._held)

    async def take(self, limit: int) -> list[Lease]:
        """Lease what may be visited now, at most `limit`."""
        taken = await self._ask(
            self._frontier.lease,
            self._crawl_id,
            worker=self._worker,
            limit=limit,
            ttl_s=self._ttl_s,
        )
        self._held.update((lease.token, lease) for lease in taken)
        LEASES.inc(len(taken))
        return taken

    def follow(self, lease: Lease, request: Request) -> None:
        """Note which request carries a lease: when it is gone, nobody will end the lease."""
        self._requests[lease.token] = request

    async def finish(
        self, lease: Lease, discoveries: Sequence[Discovery], *, size_bytes: int = 0
    ) -> bool:
        """Acknowledge a visit with all it led to; False when the lease was lost meanwhile.

        A great many discoveries are queued before, part by part, so that nobody waits long.
        """
        discoveries = self._unknown(discoveries)
        whole, rest = divmod(len(discoveries), _AT_ONCE)
        for part in range(whole):
            await self.add(discoveries[part * _AT_ONCE : (part + 1) * _AT_ONCE])
        last = discoveries[-rest:] if rest else []
        held = await self._ask(self._frontier.ack, lease, last, size_bytes=size_bytes)
        self._know(last)
        self._drop(lease)
        return held

    async def give_back(
        self, lease: Lease, *, code: str, reason: str, retry_in_s: float | None
    ) -> None:
        """Give a URL back to be tried again, or (None) up."""
        await self._ask(self._frontier.nack, lease, code=code, reason=reason, retry_in_s=retry_in_s)
        self._drop(lease)

    async def add(self, discoveries: Sequence[Discovery]) -> None:
        """Queue what was met."""
        await self._ask(self._frontier.add, self._crawl_id, discoveries)
        self._know(discoveries)
        self._change()

    async def block_host(
        self, url: str, *, seconds: float, crawl_delay_s: float | None = None
    ) -> None:
        """Leave a host in peace for some seconds."""
        await self._ask(
            self._frontier.block_host, url, seconds=seconds, crawl_delay_s=crawl_delay_s
        )

    async def stats(self) -> Stats:
        """Count the crawl's URLs."""
        return await self._ask(self._frontier.stats, self._crawl_id)

    async def renew(self) -> None:
        """Prolong what is held and give back what nobody works on any more."""
        for lease in [one for one in self._held.values() if one.token not in self._requests]:
            again_in_s = 0.0 if lease.attempt < _MOST_ABANDONED else None
            await self.give_back(
                lease, code="abandoned", reason="its request vanished", retry_in_s=again_in_s
            )
        await self._ask(self._frontier.renew, list(self._held.values()), ttl_s=self._ttl_s)

    async def release(self) -> None:
        """Give everything back at once; nothing may be asked afterwards."""
        await self._ask(self._frontier.release, self._worker)
        LEASES.dec(len(self._held))
        self._held.clear()
        self._asked.close()

    def _unknown(self, discoveries: Sequence[Discovery]) -> list[Discovery]:
        """Leave out what was queued a while ago: the pages of a site lead to the same places."""
        return [one for one in discoveries if one.url not in self._known]

    def _know(self, discoveries: Sequence[Discovery]) -> None:
        """Remember what is queued for good."""
        for one in discoveries:
            self._known[one.url] = None

    def _drop(self, lease: Lease) -> None:
        if self._held.pop(lease.token, None) is not None:
            LEASES.dec()
        self._change()

    def _change(self) -> None:
        self.changes += 1
        self.changed.set()

    async def _ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        answer, error = await self._asked(partial(call, *args, **kwargs))
        if error is not None:
            raise error
        return answer  # type: ignore[no-any-return]


def _outcomes(calls: Iterable[Callable[[], Any]]) -> list[_Outcome]:
    """Make calls in order; return what each answered or raised."""
    outcomes: list[_Outcome] = []
    for call in calls:
        try:
            outcomes.append((call(), None))
        except Exception as error:  # noqa: BLE001  who asked raises it
            outcomes.append((None, error))
    return outcomes
