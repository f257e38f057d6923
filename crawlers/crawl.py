"""A crawl, from its plan to its report."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawlers.errors import ForbiddenScheme
from crawlers.frontier.contract import Discovery
from crawlers.frontier.sqlite import SqliteFrontier
from crawlers.leasing import VISITED, leasing_of
from crawlers.links import canonical
from crawlers.spiders import spider_for
from crawlers.workers import is_gone, own_name

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from typing import Any

    from scrapy.crawler import Crawler

    from crawlers.frontier.contract import Frontier, Stats
    from crawlers.plan import CrawlPlan
    from crawlers.tally import CrawlReport

_SETTINGS = "settings.crawl"


def run(
    plan: CrawlPlan, *, on_progress: Callable[[CrawlReport], None] | None = None
) -> CrawlReport:
    """Run a crawl until nothing is left of it, and return what this run did.

    Run again with the same `crawl_id` it goes on where it was. SIGINT and SIGTERM end it in
    order (what is under way is finished, the rest given back), a second one at once; the report
    then isn't `finished`. Can be called once in a process, since Twisted's event loop can't be
    started twice. Raises `ForbiddenScheme` for a seed that is no address of the web, and
    `StoreError` when the store or the frontier fails: all is kept to go on from.
    """
    frontier = _opened(plan)
    process = AsyncCrawlerProcess(scrapy_settings(plan))
    # Scrapy sets its loggers to DEBUG whatever its settings say, which is for handlers only.
    logging.getLogger("scrapy").setLevel(process.settings["LOG_LEVEL"])
    crawler = process.create_crawler(spider_for(plan.channel))
    if on_progress is not None:
        crawler.signals.connect(_listener(on_progress), signal=VISITED, weak=False)
    task = process.crawl(crawler)
    try:
        process.start()
    finally:
        frontier.release(own_name())
    return _result(crawler, task, frontier.stats(plan.crawl_id))


def _opened(plan: CrawlPlan) -> Frontier:
    """Open the crawl in the frontier; what dead workers of this machine held is taken back."""
    found = seeds(plan)
    frontier = SqliteFrontier(plan.frontier)
    frontier.open(plan.crawl_id, politeness=plan.politeness, budget=plan.budget)
    for worker in filter(is_gone, frontier.workers(plan.crawl_id)):
        frontier.release(worker)
    frontier.add(plan.crawl_id, found)
    return frontier


def _result(crawler: Crawler, task: asyncio.Task[None], stats: Stats) -> CrawlReport:
    """Return the report of a run that ended, in order or by force; raises what ended it."""
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise error
    leasing = leasing_of(crawler)
    leasing.kill()
    if leasing.failure is not None:
        raise leasing.failure
    return leasing.tally.report(stats)


def seeds(plan: CrawlPlan) -> list[Discovery]:
    """Return where the crawl starts. Raises `ForbiddenScheme` for what is no address."""
    found = []
    for url in plan.urls:
        address = canonical(url)
        if address is None:
            raise ForbiddenScheme(f"{url} is no http(s) address")
        found.append(Discovery(url=address))
    return found


def scrapy_settings(plan: CrawlPlan) -> Settings:
    """Return Scrapy's settings for a plan."""
    settings = Settings()
    settings.setmodule(_SETTINGS, priority="project")
    changes: dict[str, Any] = {
        "MARQUE_PLAN": plan,
        "USER_AGENT": plan.user_agent,
        "DOWNLOAD_MAXSIZE": plan.max_body_bytes,
        "DOWNLOAD_TIMEOUT": plan.patience.timeout_s,
    }
    for name, value in changes.items():
        settings.set(name, value, priority="cmdline")
    return settings


def _listener(on_progress: Callable[[CrawlReport], None]) -> Callable[..., None]:
    def listen(report: CrawlReport, **_: object) -> None:
        on_progress(report)

    return listen
