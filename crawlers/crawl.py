"""Crawls, from their plans to their reports."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawlers import visits
from crawlers.discovery.seeds import seeds
from crawlers.discovery.spider import spider_of
from crawlers.examination.examiner import ExaminerSource
from crawlers.examination.pool import ExaminationPool
from crawlers.frontier.location import open_frontier
from crawlers.leasing import VISITED, leasing_of
from crawlers.profiles.shelf import open_shelf
from crawlers.profiles.standing import conclude
from crawlers.worker_names import is_gone, own_name
from index.documents import Sighting
from index.store import open_store

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence
    from typing import Any

    from crawlers.frontier.contract import Frontier, Stats
    from crawlers.plan import CrawlPlan
    from crawlers.tally import CrawlReport

_SETTINGS = "settings.crawl"
_TOGETHER = 8
"""Sightings that an examining process keeps at once: more would hold others up."""


def run(
    plan: CrawlPlan, *, on_progress: Callable[[CrawlReport], None] | None = None
) -> CrawlReport:
    """Run one crawl, as `run_all` does."""

    def progress(_: str, report: CrawlReport) -> None:
        if on_progress is not None:
            on_progress(report)

    (report,) = run_all((plan,), on_progress=progress)
    return report


def run_all(
    plans: Sequence[CrawlPlan], *, on_progress: Callable[[str, CrawlReport], None] | None = None
) -> list[CrawlReport]:
    """Run crawls side by side until nothing is left of them; return what this run did of each.

    Run again with the same `crawl_id` they go on where they were. SIGINT and SIGTERM end them in
    order (what is under way is finished, the rest given back), a second one at once; a report
    then isn't `finished`. Can be called once in a process, since Twisted's event loop can't be
    started twice. `on_progress` gets a crawl's id and report after each visit. Raises
    `ForbiddenScheme` for a seed that is no address of the web, and, when all have ended,
    `StoreError` when the store or the frontier failed: all is kept to go on from.
    """
    frontiers = [opened(plan) for plan in plans]
    process = crawler_process()
    crawlers = [crawler_of(plan, on_progress) for plan in plans]
    pools = {examiner_source(plan): examination_pool(plan) for plan in plans}
    tasks = [
        process.crawl(crawler, examine=pools[examiner_source(plan)])
        for plan, crawler in zip(plans, crawlers, strict=True)
    ]
    try:
        process.start()
        for location in {plan.store for plan in plans}:
            open_store(location).fingerprints.tidy()
    finally:
        for pool in pools.values():
            pool.kill()  # nothing is under way any more, unless it is to be cut short
        for plan, frontier in zip(plans, frontiers, strict=True):
            frontier.release(own_name(plan.crawl_id))
    return [
        result_of(crawler, task, frontier.stats(plan.queue))
        for plan, frontier, crawler, task in zip(plans, frontiers, crawlers, tasks, strict=True)
    ]


def crawler_process() -> AsyncCrawlerProcess:
    """Make the process that crawlers run in: one at a time, and one event loop in all."""
    process = AsyncCrawlerProcess(_project_settings())
    # Scrapy sets its loggers to DEBUG whatever its settings say, which is for handlers only.
    logging.getLogger("scrapy").setLevel(process.settings["LOG_LEVEL"])
    return process


def examination_pool(plan: CrawlPlan) -> ExaminationPool[Sighting, Sighting]:
    """Make the pool that examines a plan's sightings."""
    return ExaminationPool(
        examiner_source(plan),
        takes=Sighting,
        gives=Sighting,
        jobs=plan.jobs,
        limits=plan.examination,
        together=_TOGETHER,
    )


def examiner_source(plan: CrawlPlan) -> ExaminerSource:
    """Return what a plan's sightings are examined by: plans that agree in it can share a pool."""
    return ExaminerSource(plan.store, plan.examination.files, plan.match_threshold)


def opened(plan: CrawlPlan) -> Frontier:
    """Open the crawl in the frontier; what dead workers of this machine held is taken back.

    Raises `ForbiddenScheme` or `StoreError`.
    """
    found = seeds(plan)
    frontier = open_frontier(plan.frontier)
    frontier.open(plan.queue, politeness=plan.politeness, budget=plan.budget)
    for worker in filter(is_gone, frontier.workers(plan.queue)):
        frontier.release(worker)
    frontier.add(plan.queue, found)
    return frontier


def close(plan: CrawlPlan, *, actor: str) -> None:
    """Close a crawl of which nothing is left: its counts go on record, its queue is freed.

    Doing it twice changes nothing.
    """
    frontier = open_frontier(plan.frontier)
    counts = visits.counts_of(frontier.stats(plan.queue))
    records = open_store(plan.store).records
    conclude(records, open_shelf(plan.profiles), plan.crawl_id)
    visits.finish(records, plan.crawl_id, actor=actor, counts=counts)
    frontier.forget(plan.queue)


def crawler_of(
    plan: CrawlPlan, on_progress: Callable[[str, CrawlReport], None] | None = None
) -> Crawler:
    """Make the crawler of a plan."""
    crawler = Crawler(spider_of(plan), scrapy_settings(plan))
    if on_progress is not None:

        def listen(report: CrawlReport, **_: object) -> None:
            on_progress(plan.crawl_id, report)

        crawler.signals.connect(listen, signal=VISITED, weak=False)
    return crawler


def result_of(crawler: Crawler, task: asyncio.Task[None], stats: Stats) -> CrawlReport:
    """Return the report of a run that ended, in order or by force; raises what ended it."""
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise error
    leasing = leasing_of(crawler)
    if leasing.failure is not None:
        raise leasing.failure
    return leasing.tally.report(stats)


def scrapy_settings(plan: CrawlPlan) -> Settings:
    """Return Scrapy's settings for a plan."""
    settings = _project_settings()
    changes: dict[str, Any] = {
        "MARQUE_PLAN": plan,
        "USER_AGENT": plan.user_agent,
        "DOWNLOAD_MAXSIZE": plan.max_body_bytes,
        "DOWNLOAD_TIMEOUT": plan.patience.timeout_s,
    }
    for name, value in changes.items():
        settings.set(name, value, priority="cmdline")
    return settings


def _project_settings() -> Settings:
    settings = Settings()
    settings.setmodule(_SETTINGS, priority="project")
    return settings
