"""A crawl, from its plan to its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawlers.frontier.contract import Discovery
from crawlers.frontier.sqlite import SqliteFrontier
from crawlers.leasing import VISITED, LeasingMiddleware
from crawlers.links import canonical
from crawlers.spiders import spider_for
from crawlers.tally import CrawlReport
from crawlers.workers import is_gone, own_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from crawlers.plan import CrawlPlan

_SETTINGS = "settings.crawl"


def run(
    plan: CrawlPlan, *, on_progress: Callable[[CrawlReport], None] | None = None
) -> CrawlReport:
    """Run a crawl until nothing is left of it, and return what this run did.

    Run again with the same `crawl_id` it goes on where it was. SIGINT and SIGTERM end it in
    order: what is under way is finished, the rest given back. Can be called once in a process,
    since an event loop of Twisted can't be started twice. Raises `InvalidSeed`, and `StoreError`
    when the store fails.
    """
    frontier = SqliteFrontier(plan.frontier)
    frontier.open(plan.crawl_id, politeness=plan.politeness, budget=plan.budget)
    for worker in filter(is_gone, frontier.workers(plan.crawl_id)):
        frontier.release(worker)
    frontier.add(plan.crawl_id, seeds(plan))
    process = AsyncCrawlerProcess(scrapy_settings(plan), install_root_handler=False)
    crawler = process.create_crawler(spider_for(plan.channel))
    if on_progress is not None:
        crawler.signals.connect(_listener(on_progress), signal=VISITED, weak=False)
    task = process.crawl(crawler)
    try:
        process.start()
    finally:
        frontier.release(own_name())
    if task.done() and (error := task.exception()) is not None:
        raise error
    leasing = crawler.get_spider_middleware(LeasingMiddleware)
    assert leasing is not None
    if leasing.failure is not None:
        raise leasing.failure
    stats = frontier.stats(plan.crawl_id)
    return leasing.tally.report(stats)


def seeds(plan: CrawlPlan) -> list[Discovery]:
    """Return where the crawl starts. Raises `ValueError` for what is no address of the web."""
    found = []
    for url in plan.urls:
        address = canonical(url)
        if address is None:
            msg = f"not an http(s) address: {url}"
            raise ValueError(msg)
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
    def listen(report: CrawlReport, **_: Any) -> None:
        on_progress(report)

    return listen
