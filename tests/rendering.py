"""Crawls a site with its pages shown, and says what is on record of each.

python -m tests.rendering RENDER URL ALLOWED_HOST [OPTIONS]   prints one JSON object a page
RENDER "later" shows no page when it comes, and each when it is examined.
MARQUE_TEST_FOLDER names the data folder; OPTIONS are the browser's, in JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog

from crawlers import crawl as crawls
from crawlers.browser.crawls import snapshot
from crawlers.browser.options import BrowserOptions
from crawlers.browser.snapshot import keep
from crawlers.crawl import run
from crawlers.examination.examiner import conclude
from crawlers.frontier.contract import Politeness
from crawlers.frontier.location import FrontierLocation
from crawlers.plan import CrawlPlan, Patience
from crawlers.sightings import as_shown
from index.contract import Query
from index.documents import Channel, Rendering, Sighting
from index.errors import StoreError
from index.store import Store, StoreLocation, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler


CRAWLERS: list[Crawler] = []


class ExaminationHere:
    """Finds nothing, without processes of its own."""

    def __init__(self, plan: CrawlPlan) -> None:
        self._store = open_store(plan.store)

    async def __call__(self, sighting: Sighting) -> Sighting:
        """Show what is to be shown later, and conclude."""
        if CRAWLERS:
            taken = await snapshot(CRAWLERS[0], sighting.url)
            sighting = as_shown(sighting, keep(taken, self._store.blobs))
        return await asyncio.to_thread(conclude, self._store, sighting)

    def kill(self) -> None:
        """End nothing."""


def plan(render: str, url: str, host: str, options: dict[str, Any], folder: Path) -> CrawlPlan:
    """Return the plan of a crawl of one site."""
    return CrawlPlan(
        crawl_id="crawl",
        channel=Channel.WEB,
        urls=(url,),
        store=StoreLocation(folder),
        frontier=FrontierLocation(folder / "frontier.db"),
        user_agent="marque/0.1 (+https://example.org/contact)",
        allow=frozenset({host}),
        politeness=Politeness(delay_s=options.pop("delay_s", 0.0), concurrency=8),
        patience=Patience(tries=2, base_s=0.1, timeout_s=10.0),
        jobs=1,
        lease_s=60.0,
        render=Rendering.NEVER if render == "later" else Rendering(render),
        browser=BrowserOptions(**{"time_s": 40.0, **options}),
    )


def on_record(store: Store, sighting: Sighting) -> dict[str, Any]:
    """Return what is known of a page, with its content and the record of its showing."""
    record: dict[str, Any] = {}
    if sighting.rendering is not None:
        record = json.loads(store.blobs.path(sighting.rendering).read_bytes())
    return {
        "url": sighting.url,
        "path": urlsplit(sighting.url).path,
        "payload": sighting.payload,
        "rendered": sighting.rendered,
        "screenshot": sighting.screenshot,
        "capture": sighting.capture,
        "unrendered": sighting.unrendered.code if sighting.unrendered else None,
        "failure": sighting.failure.code if sighting.failure else None,
        "environment": record.get("environment"),
        "asked": record.get("asked", []),
        "content": store.blobs.path(sighting.payload).read_text("utf-8", "replace")
        if sighting.payload
        else "",
    }


def _known(make: Callable[..., Crawler]) -> Callable[..., Crawler]:
    def known(*arguments: object) -> Crawler:
        CRAWLERS.append(make(*arguments))
        return CRAWLERS[-1]

    return known


def main() -> None:
    """Crawl."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    render, url, host, *options = sys.argv[1:]
    folder = Path(os.environ["MARQUE_TEST_FOLDER"])
    crawls.examination_pool = ExaminationHere  # type: ignore[assignment]
    if render == "later":
        crawls.crawler_of = _known(crawls.crawler_of)
    crawl = plan(render, url, host, json.loads(options[0]) if options else {}, folder)
    try:
        run(crawl)
    except StoreError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    store = open_store(crawl.store)
    for stored in store.records.find(Query(Sighting), limit=1_000).items:
        sys.stdout.write(json.dumps(on_record(store, stored.record)) + "\n")


if __name__ == "__main__":
    main()
