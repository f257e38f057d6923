"""What the schedule must know of a target's crawls so far; a bounded part of it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from crawlers.schedule.changes import Changes, changes
from crawlers.schedule.revisit import interval_s, rate_of_change
from crawlers.schedule.rules import is_single
from crawlers.visits import newest_crawls, next_number, plan_id, running_among
from index.contract import Query, Range
from index.documents import Crawl, CrawlState, Revisit

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.contract import Records
    from index.documents import Target

_KEPT: Final = 8192
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Past:
    """A target's crawls so far: the next one's number, the one that runs, the one begun last.

    `last_due_at`: the latest moment by schedule that a crawl was begun for. `interval_s`: after
    how long to visit again by what was seen to change; None: not asked for.
    """

    number: int = 0
    running: Crawl | None = None
    last: Crawl | None = None
    last_due_at: datetime | None = None
    interval_s: float | None = None


class Memory:
    """Reads pasts; comparisons of finished crawls, which never change, are kept."""

    def __init__(self, records: Records) -> None:
        self._records = records

        @lru_cache(maxsize=_KEPT)
        def compared(earlier: Crawl, later: Crawl) -> Changes:
            return changes(records, earlier, later)

        self._compared: Callable[[Crawl, Crawl], Changes] = compared

    def past_of(self, target: Target) -> Past:
        """Return a target's past."""
        plan = plan_id(target.channel, target.urls, target.id)
        newest = newest_crawls(self._records, plan)
        return Past(
            next_number(self._records, plan, newest),
            running_among(newest),
            newest[0] if newest else None,
            self._last_due_at(target, plan, newest),
            self._interval_s(target, newest),
        )

    def _last_due_at(self, target: Target, plan: str, newest: list[Crawl]) -> datetime | None:
        """Return the latest moment begun for; only a single crawl's may be long ago."""
        if is_single(target):
            where: dict[str, str | Range] = {"plan": plan, "due_at": Range(at_least=_EVER)}
            found = self._records.find(Query(Crawl, where, order="-due_at"), limit=1).items
            newest = [one.record for one in found]
        return max((crawl.due_at for crawl in newest if crawl.due_at), default=None)

    def _interval_s(self, target: Target, newest: list[Crawl]) -> float | None:
        if target.revisit is not Revisit.ADAPTIVE:
            return None
        finished = [crawl for crawl in newest if crawl.state is CrawlState.FINISHED]
        seen = [self._compared(earlier, later) for later, earlier in pairwise(finished)]
        usual_s = interval_s(
            [
                rate_of_change([one.pages for one in seen]),
                rate_of_change([one.finds for one in seen]),
            ],
            priority=target.priority,
            shortest_s=target.min_interval_s,
            longest_s=target.max_interval_s,
        )
        return max(usual_s / target.cadence, target.min_interval_s)
