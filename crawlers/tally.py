"""The tally of a crawl: what this run of it did so far."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.frontier.contract import Discovery, Stats
    from index.documents import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """What one run of a crawl did: pages and media that came, and what was given up, by its code.

    `trapped` are links that were not followed, for they lead on into traps. `waiting` and
    `over_budget` are URLs of the whole crawl, known at the end; `finished` when none waits, in
    this run's or any other worker's hands.
    """

    pages: int = 0
    media: int = 0
    sightings: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    bytes: int = 0
    trapped: int = 0
    seconds: float = 0.0
    waiting: int = 0
    over_budget: int = 0
    finished: bool = False


@dataclass(slots=True)
class Tally:
    """Counts visits as they end."""

    pages: int = 0
    media: int = 0
    sightings: int = 0
    bytes: int = 0
    trapped: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    def visited(self, discovery: Discovery, sighting: Sighting) -> None:
        """Add a visit that brought content."""
        self.sightings += 1
        self.bytes += sighting.size_bytes
        if discovery.role == "media":
            self.media += 1
        else:
            self.pages += 1

    def refused(self, sighting: Sighting, code: str) -> None:
        """Add a visit given up; its sighting may be one that was there before."""
        self.failed[code] += 1
        self.sightings += sighting.payload is None

    def report(self, stats: Stats | None = None) -> CrawlReport:
        """Return the counts as they are, with those of the whole crawl where they are known."""
        return CrawlReport(
            pages=self.pages,
            media=self.media,
            sightings=self.sightings,
            failed=dict(self.failed),
            bytes=self.bytes,
            trapped=self.trapped,
            seconds=time.monotonic() - self.began,
            waiting=stats.waiting + stats.leased if stats else 0,
            over_budget=stats.over_budget if stats else 0,
            finished=stats is not None and stats.finished,
        )
