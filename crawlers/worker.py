"""A worker: runs whatever crawls are under way, beside any number of others.

It looks at the store every few seconds for the crawls that are running, and takes some of them in
turn, by their priority. A crawl of which nothing is left is closed by whoever sees it first. When
the store or the frontier fails, the worker waits and looks again: all is kept to go on from.
"""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import structlog

from crawlers.crawl import (
    close,
    crawler_of,
    crawler_process,
    examination_pool,
    examiner_source,
    opened,
    result_of,
)
from crawlers.metrics import CRAWLS
from crawlers.worker_names import own_name
from index.contract import Query
from index.documents import Crawl, CrawlState, Sighting
from index.errors import StoreError
from index.scan import scan
from index.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler

    from crawlers.examination.examiner import ExaminerSource
    from crawlers.examination.pool import ExaminationPool
    from crawlers.frontier.contract import Frontier
    from crawlers.plan import CrawlPlan
    from crawlers.tally import CrawlReport
    from index.store import Store, StoreLocation

log = structlog.get_logger()

_LONGEST_REST_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How a worker works: `crawls` at once, each for `turn_s` while others wait for theirs.

    `until_idle`: it ends when no crawl is running any more.
    """

    look_s: float = 2.0
    crawls: int = 8
    turn_s: float = 60.0
    until_idle: bool = False


@dataclass(slots=True)
class _Seat:
    """A crawl that this worker works on."""

    plan: CrawlPlan
    frontier: Frontier
    crawler: Crawler
    task: asyncio.Task[None]
    left: asyncio.Task[None]
    since: float = field(default_factory=time.monotonic)
    leaving: asyncio.Task[None] | None = None

    def leave(self) -> None:
        """End the work on it in order; what isn't begun is given back."""
        if self.leaving is None:
            self.leaving = asyncio.ensure_future(self.crawler.stop_async())


@dataclass(slots=True)
class _Rest:
    """After a failure a crawl is left alone for a while, each time for longer."""

    seconds: float = 1.0
    until: float = 0.0

    def begin(self) -> None:
        self.until = time.monotonic() + self.seconds
        self.seconds = min(2 * self.seconds, _LONGEST_REST_S)


class Worker:
    """Runs crawls until it is told to end. `plan_of` turns a crawl's record into its plan."""

    def __init__(
        self,
        location: StoreLocation,
        plan_of: Callable[[Crawl], CrawlPlan],
        *,
        actor: str,
        shift: Shift | None = None,
    ) -> None:
        self._location = location
        self._plan_of = plan_of
        self._actor = actor
        self._shift = shift or Shift()
        self._process = crawler_process()
        self._pools: dict[ExaminerSource, ExaminationPool[Sighting, Sighting]] = {}
        self._seats: dict[str, _Seat] = {}
        self._rests: dict[str, _Rest] = {}
        self._turns: dict[str, float] = {}
        self._ending = asyncio.Event()
        self._looked_at = time.monotonic()
        self.failure: Exception | None = None

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; a second one ends at once, leases run out by themselves.

        Can be called once in a process.
        """
        asyncio.get_event_loop().create_task(self._work())
        try:
            self._process.start(stop_after_crawl=False, install_signal_handlers=False)
        finally:
            for pool in self._pools.values():
                pool.kill()

    def health(self) -> dict[str, Any]:
        """Say how it is; `ok` is False when the store hasn't been seen for a while."""
        unseen_s = time.monotonic() - self._looked_at
        return {
            "ok": unseen_s < _LONGEST_REST_S,
            "crawls": sorted(self._seats),
            "seconds_since_look": round(unseen_s, 1),
            "failure": str(self.failure) if self.failure else None,
        }

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        try:
            rest = _Rest()
            while not self._ending.is_set():
                pause_s = self._shift.look_s
                try:
                    await self._look()
                    self.failure, rest = None, _Rest()
                    self._looked_at = time.monotonic()
                except StoreError as error:
                    self.failure = error
                    log.warning("store_failed", exc_info=error, again_in_s=rest.seconds)
                    pause_s = rest.seconds
                    rest.begin()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ending.wait(), pause_s)
            await self._leave_all()
        except Exception as error:  # noqa: BLE001  `failure` is what it ended with
            self.failure = error
        finally:
            self._stop_loop()

    def _end(self) -> None:
        if self._ending.is_set():
            self._stop_loop()
            return
        log.info("worker_draining", crawls=len(self._seats))
        self._ending.set()

    @staticmethod
    def _stop_loop() -> None:
        from twisted.internet import error, reactor  # noqa: PLC0415  importing it installs one

        with suppress(error.ReactorNotRunning):
            reactor.stop()  # type: ignore[misc]

    async def _look(self) -> None:
        """Leave crawls that are over, and take up what runs, as far as there are seats."""
        running = await asyncio.to_thread(self._running)
        for id, seat in self._seats.items():
            if id not in running:
                seat.leave()
        waiting = [crawl for crawl in running.values() if self._may_take(crawl.id)]
        for crawl in waiting:
            if len(self._seats) < self._shift.crawls:
                await self._take(crawl)
        untaken = [crawl for crawl in waiting if crawl.id not in self._seats]
        CRAWLS.labels("working").set(len(self._seats))
        CRAWLS.labels("waiting").set(len(untaken))
        if untaken and len(self._seats) >= self._shift.crawls:
            self._end_a_turn()
        if self._shift.until_idle and not running and not self._seats:
            self._ending.set()

    @cached_property
    def _store(self) -> Store:
        """The store, opened when it can be."""
        return open_store(self._location)

    def _running(self) -> dict[str, Crawl]:
        """Return the crawls that are running, those first whose turn comes first."""
        query = Query(Crawl, {"state": CrawlState.RUNNING.value}, order="started_at")
        found = [stored.record for stored in scan(self._store.records, query)]
        found.sort(key=lambda crawl: (self._turns.get(crawl.id, 0.0), -crawl.priority))
        return {crawl.id: crawl for crawl in found}

    def _may_take(self, id: str) -> bool:
        rest = self._rests.get(id)
        return id not in self._seats and (rest is None or rest.until <= time.monotonic())

    async def _take(self, crawl: Crawl) -> None:
        """Take a seat at a crawl that has something to do now, or close it when all is done."""
        try:
            plan = self._plan_of(crawl)
            frontier = await asyncio.to_thread(opened, plan)
            # What this worker held when the frontier failed, it could not give back then.
            await asyncio.to_thread(frontier.release, own_name(plan.crawl_id))
            stats = await asyncio.to_thread(frontier.stats, plan.queue)
        except StoreError:
            raise
        except Exception:
            log.exception("crawl_refused", crawl_id=crawl.id)
            self._rests.setdefault(crawl.id, _Rest()).begin()
            return
        if stats.finished:
            await asyncio.to_thread(self._close, plan)
            return
        idle_s = (stats.next_due or 0.0) - time.time()
        if idle_s > self._shift.look_s:
            self._rests[crawl.id] = _Rest(until=time.monotonic() + min(idle_s, _LONGEST_REST_S))
            return
        crawler = crawler_of(plan)
        task = self._process.crawl(crawler, examine=self._pool(plan))
        left = asyncio.ensure_future(self._left(plan.crawl_id, task))
        self._seats[crawl.id] = _Seat(plan, frontier, crawler, task, left)
        log.info("crawl_taken", crawl_id=crawl.id, urls=list(plan.urls)[:3])

    def _pool(self, plan: CrawlPlan) -> ExaminationPool[Sighting, Sighting]:
        source = examiner_source(plan)
        if source not in self._pools:
            self._pools[source] = examination_pool(plan)
        return self._pools[source]

    def _end_a_turn(self) -> None:
        """Let the crawl that has been worked on longest give its seat to one that waits."""
        seat = min(self._seats.values(), key=lambda one: one.since)
        if time.monotonic() - seat.since > self._shift.turn_s:
            seat.leave()

    async def _left(self, id: str, task: asyncio.Task[None]) -> None:
        """Wait for the end of a crawl, in order or not, and settle what it leaves to do."""
        await asyncio.wait([task])
        seat = self._seats[id]
        try:
            await asyncio.to_thread(seat.frontier.release, own_name(id))
            stats = await asyncio.to_thread(seat.frontier.stats, seat.plan.queue)
            report = result_of(seat.crawler, seat.task, stats)
            if report.finished:
                await asyncio.to_thread(self._close, seat.plan)
            self._rests.pop(id, None)
            _tell(seat, report)
        except StoreError as error:
            self.failure = error
            log.warning("crawl_interrupted", crawl_id=id, exc_info=error)
            self._rests.setdefault(id, _Rest()).begin()
        except Exception:
            log.exception("crawl_failed", crawl_id=id)
            self._rests.setdefault(id, _Rest()).begin()
        finally:
            self._turns[id] = time.monotonic()
            self._seats.pop(id, None)

    def _close(self, plan: CrawlPlan) -> None:
        close(plan, actor=self._actor)
        self._store.fingerprints.tidy()

    async def _leave_all(self) -> None:
        for seat in self._seats.values():
            seat.leave()
        while self._seats:
            await asyncio.wait([seat.left for seat in self._seats.values()])
        for pool in self._pools.values():
            await pool.close()


def _tell(seat: _Seat, report: CrawlReport) -> None:
    log.info(
        "crawl_left",
        crawl_id=seat.plan.crawl_id,
        finished=report.finished,
        pages=report.pages,
        media=report.media,
        failed=dict(report.failed),
        seconds=round(report.seconds, 1),
        scrapy=seat.crawler.stats.get_stats() if seat.crawler.stats else {},
    )
