"""The server's clock, as seen from here: the only one that a crawl goes by."""

from __future__ import annotations

import time

_US = 1_000_000


class Clock:
    """Turns the server's times into those of this machine's clock, whatever that one shows.

    An answer that says when it was made was made between question and answer. What is taken for
    the difference of the clocks changes only as far as that proves it wrong.
    """

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def heard(self, server_us: int, asked_at: float) -> None:
        """Learn from an answer: when it was made, and when it was asked for, by our clock."""
        made_at = server_us / _US
        earliest, latest = asked_at - made_at, time.time() - made_at
        self._ahead_s = min(max(self._ahead_s, earliest), latest)

    def ours(self, server_us: int) -> float:
        """Return a time of the server in seconds since 1970 by our clock."""
        return server_us / _US + self._ahead_s


def microseconds(seconds: float) -> int:
    """Return a duration as scripts take it."""
    return round(seconds * _US)
