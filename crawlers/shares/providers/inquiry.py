"""An inquiry about one share: its state, and its files to any depth within a budget."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.shares.providers.contract import Ask, Entry, Reading, Reply, ShareState

if TYPE_CHECKING:
    from collections.abc import Generator

    from crawlers.shares.providers.contract import Adapter
    from crawlers.shares.share import Share


@dataclass(frozen=True, slots=True)
class Budget:
    """How far an inquiry goes: requests in all, entries kept, levels below the top."""

    requests: int = 40
    entries: int = 5000
    depth: int = 12


@dataclass(frozen=True, slots=True)
class Listing:
    """What an inquiry found. `complete`: whether all folders were listed to their end.

    `expires` is as the provider writes it.
    """

    state: ShareState
    reason: str = ""
    title: str = ""
    owner: str = ""
    owner_id: str = ""
    expires: str = ""
    entries: tuple[Entry, ...] = ()
    complete: bool = True
    requests: int = 0


def inquire(
    adapter: Adapter, share: Share, budget: Budget | None = None
) -> Generator[Ask, Reply | None, Listing]:
    """Yield requests, take their replies (None where none came), return what was found.

    Folders are listed breadth first, so that a small budget still sees every top folder. A share
    that was seen alive stays so, if a later request fails.
    """
    limits = budget or Budget()
    waiting: deque[Ask] = deque([adapter.first(share)])
    asked: set[tuple[str, bytes]] = set()
    found = _Found()
    while waiting and len(asked) < limits.requests and len(found.entries) < limits.entries:
        ask = waiting.popleft()
        key = (ask.url, ask.body)
        if key in asked:
            continue
        asked.add(key)
        reply = yield ask
        reading = (
            Reading(ShareState.UNKNOWN, "no_reply")
            if reply is None
            else adapter.read(share, ask, reply)
        )
        found.add(reading, limits.entries)
        if reading.state not in (None, ShareState.LIVE):
            found.complete = False
            if found.state is not ShareState.LIVE:
                break
        further = [one for one in reading.asks if one.depth <= limits.depth]
        found.complete = found.complete and len(further) == len(reading.asks)
        waiting.extend(further)
    return found.listing(len(asked), is_done=not waiting)


class _Found:
    """What the replies so far said."""

    def __init__(self) -> None:
        self.state: ShareState | None = None
        self.entries: dict[tuple[str, str], Entry] = {}
        self.complete = True
        self._said: dict[str, str] = {}

    def add(self, reading: Reading, most: int) -> None:
        """Take a reading in: the first that is said of the share stays, but a state gets better."""
        if reading.state is not None and self.state is not ShareState.LIVE:
            self.state = reading.state
        for name in ("reason", "title", "owner", "owner_id", "expires"):
            said = getattr(reading, name)
            if said and (name != "reason" or reading.state is not None):
                self._said.setdefault(name, said)
        for entry in reading.entries:
            if len(self.entries) >= most:
                self.complete = False
                break
            self.entries.setdefault((entry.path, entry.id), entry)

    def listing(self, requests: int, *, is_done: bool) -> Listing:
        """Return what was found."""
        state = self.state or ShareState.UNKNOWN
        return Listing(
            state=state,
            entries=tuple(self.entries.values()),
            complete=self.complete and is_done and state is ShareState.LIVE,
            requests=requests,
            **self._said,
        )
