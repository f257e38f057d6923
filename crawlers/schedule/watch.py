"""The watch: begins the crawls that are due, beside any number of other watches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import structlog

from crawlers import visits
from crawlers.schedule.errors import ScheduleError
from crawlers.schedule.metrics import BEGUN, LOOKED, SKIPPED, TARGETS
from crawlers.schedule.outlook import Outlook, Standing, outlook
from crawlers.schedule.past import Memory, Past
from index.contract import Query
from index.documents import Event, Target, content_id, now
from index.errors import Conflict, NotFound, Unavailable
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from threading import Event as Signal

    from index.contract import Records
    from index.documents import Crawl

log = structlog.get_logger()

ACTOR: Final = "scheduler"
"""Who begins due crawls, in the audit trail."""
_LONGEST_PAUSE_S: Final = 60.0
_UNHEALTHY_S: Final = 180.0
_SHORTEST_PAUSE_S: Final = 0.05
_NEVER: Final = timedelta(days=36_500)
_UNREADABLE_AGAIN: Final = timedelta(minutes=10)


class _Due(NamedTuple):
    target: Target
    past: Past
    due_at: datetime


@dataclass(slots=True)
class Watch:
    """Looks after all targets. Those that are known to be due later are not looked at till then."""

    records: Records
    _asleep: dict[str, tuple[Target, datetime]] = field(default_factory=dict)
    _skipped: dict[str, datetime] = field(default_factory=dict)
    _looked: datetime = field(default_factory=now)
    _saw_all: datetime = field(default_factory=now)
    _memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self._memory = Memory(self.records)

    def look(self, at: datetime | None = None) -> Iterator[Crawl]:
        """Begin what is due, by priority, and yield what this watch, and no other, has begun."""
        self._looked = at = at or now()
        due = sorted(self._due(at), key=lambda one: (-one.target.priority, one.due_at))
        for one in due:
            if (crawl := self._begin(*one)) is not None:
                yield crawl
        self._saw_all = now()
        TARGETS.set(len(self._asleep))
        LOOKED.set(self._saw_all.timestamp())

    def wakes_at(self) -> datetime | None:
        """Return when, after the last look, a target is due as far as is known; None: none is."""
        far = self._looked + _NEVER / 2
        moments = (at for _, at in self._asleep.values() if self._looked < at < far)
        return min(moments, default=None)

    def health(self) -> dict[str, Any]:
        """Say how it is; `ok` is False when it hasn't seen all targets for a while."""
        unseen_s = (now() - self._saw_all).total_seconds()
        wakes_at = self.wakes_at()
        return {
            "ok": unseen_s < _UNHEALTHY_S,
            "targets": len(self._asleep),
            "next_due_at": wakes_at.isoformat() if wakes_at else None,
            "seconds_since_look": round(unseen_s, 1),
        }

    def outlooks(self, at: datetime | None = None) -> Iterator[tuple[Target, Outlook | None]]:
        """Yield all targets with how they stand; None: the schedule can't be read."""
        at = at or now()
        for stored in scan(self.records, Query(Target, order="-created_at")):
            target = stored.record
            try:
                yield target, outlook(target, self._memory.past_of(target), at)
            except ScheduleError:
                yield target, None

    def _due(self, at: datetime) -> list[_Due]:
        due, asleep = [], {}
        for stored in scan(self.records, Query(Target, {"paused": False})):
            target = stored.record
            known, wakes_at = self._asleep.get(target.id, (None, at))
            if known != target or wakes_at <= at:
                found, wakes_at = self._looked_at(target, at)
                due += found
            asleep[target.id] = (target, wakes_at)
        self._asleep = asleep
        return due

    def _looked_at(self, target: Target, at: datetime) -> tuple[list[_Due], datetime]:
        """Return the crawl that is due, if one is, and when to look again."""
        past = self._memory.past_of(target)
        try:
            seen = outlook(target, past, at)
        except ScheduleError as error:
            log.warning("target_unschedulable", target_id=target.id, reason=str(error))
            return [], at + _UNREADABLE_AGAIN
        if past.running is not None and seen.skipped not in {None, self._skipped.get(target.id)}:
            self._skip(target, seen.skipped, past.running)
        if seen.standing is Standing.RUNNING:
            return [], at
        if seen.standing is Standing.DUE and seen.due_at is not None:
            return [_Due(target, past, seen.due_at)], at
        return [], seen.begins_at or at + _NEVER

    def _begin(self, target: Target, past: Past, due_at: datetime) -> Crawl | None:
        try:
            if self.records.get(Target, target.id).record != target:
                return None
            crawl = visits.begin_due(
                self.records, target, due_at=due_at, number=past.number, actor=ACTOR
            )
        except (Conflict, NotFound):
            log.debug("crawl_begun_elsewhere", target_id=target.id, due_at=due_at.isoformat())
            return None
        BEGUN.inc()
        late_s = (crawl.started_at - due_at).total_seconds()
        log.info("crawl_begun", target_id=target.id, crawl_id=crawl.id, late_s=round(late_s, 3))
        return crawl

    def _skip(self, target: Target, due_at: datetime, running: Crawl) -> None:
        """Record that a moment fell into a crawl that runs: once, whoever sees it."""
        self._skipped[target.id] = due_at
        SKIPPED.inc()
        log.warning("crawl_skipped", target_id=target.id, crawl_id=running.id)
        skipped = Event(
            id=content_id("event", "crawl_skipped", target.id, due_at.isoformat()),
            at=now(),
            actor=ACTOR,
            verb="crawl_skipped",
            subject_kind=target.kind,
            subject_id=target.id,
            details={"due_at": due_at.isoformat(), "because": "running", "crawl_id": running.id},
        )
        self.records.append(skipped)


def keep_watch(watch: Watch, *, poll_s: float, ends: Signal, told: Callable[[Crawl], None]) -> None:
    """Begin due crawls until `ends` is set; targets that are new or changed count within `poll_s`.

    While the store doesn't answer it is asked again and again, at last once a minute.
    """
    failures = 0
    while not ends.is_set():
        try:
            for crawl in watch.look():
                told(crawl)
            failures = 0
        except Unavailable as error:
            failures += 1
            log.warning("store_unavailable", reason=str(error), failures=failures)
        ends.wait(_pause_s(watch, poll_s, failures))


def _pause_s(watch: Watch, poll_s: float, failures: int) -> float:
    if failures:
        return float(min(poll_s * 2.0 ** min(failures - 1, 10), max(poll_s, _LONGEST_PAUSE_S)))
    wakes_at = watch.wakes_at()
    until_s = (wakes_at - now()).total_seconds() if wakes_at else poll_s
    return min(max(until_s, _SHORTEST_PAUSE_S), poll_s)
