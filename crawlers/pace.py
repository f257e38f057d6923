"""The pace of this process: the moments at which it asks a host are a delay apart.

The frontier gives turns to all workers; this keeps them where the event loop was busy between a
turn and its use.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from scrapy.core.downloader import Downloader
from scrapy.utils.datatypes import LocalCache

from crawlers.frontier.hosts import host_of

if TYPE_CHECKING:
    from scrapy import Request

_MOST_HOSTS: Final = 10_000
_VISITS: Final = "visits:"


def slot_of(url: str) -> str:
    """Name the slot of Scrapy's downloader, and the line at this pace, that visits wait in.

    robots.txt is asked for in another, so that it doesn't shift a visit's turn.
    """
    return _VISITS + host_of(url)


class Pace:
    """Lets requests of one slot go `delay_s` seconds apart."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._free_at = LocalCache[str, float](_MOST_HOSTS)

    async def turn(self, request: Request) -> None:
        """Wait until a request may be sent."""
        slot = str(request.meta.get(Downloader.DOWNLOAD_SLOT, ""))
        if self._delay_s <= 0 or not slot.startswith(_VISITS):
            return
        now = time.monotonic()
        at = max(now, self._free_at.get(slot, 0.0))
        self._free_at[slot] = at + self._delay_s
        if (wait_s := at - time.monotonic()) > 0:
            await asyncio.sleep(wait_s)
