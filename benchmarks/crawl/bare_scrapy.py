"""Bare Scrapy over the sites: obeys robots.txt, follows every link of the site, keeps nothing.

With the URL of a Redis its queue and its filter of duplicates are scrapy-redis's.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response


class BareSpider(Spider):
    name = "bare"

    def __init__(self, *args: Any, hosts: frozenset[str], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.hosts = hosts

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the first pages as for all others, so that they aren't fetched twice."""
        for url in self.start_urls:
            yield Request(url)

    def parse(self, response: Response) -> Iterator[Request]:
        for link in response.css("a::attr(href)").getall():
            if urlsplit(url := response.urljoin(link)).netloc in self.hosts:
                yield response.follow(url)


def crawl(hosts: list[str], concurrency: int, redis_url: str) -> None:
    shared = {
        "SCHEDULER": "scrapy_redis.scheduler.Scheduler",
        "DUPEFILTER_CLASS": "scrapy_redis.dupefilter.RFPDupeFilter",
        "SCHEDULER_PERSIST": False,
        "REDIS_URL": redis_url,
    }
    process = AsyncCrawlerProcess(
        {
            "CONCURRENT_REQUESTS": concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": True,
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            **(shared if redis_url else {}),
        }
    )
    process.crawl(
        BareSpider, hosts=frozenset(hosts), start_urls=[f"http://{host}/" for host in hosts]
    )
    process.start()


if __name__ == "__main__":
    crawl(sys.argv[3:], int(sys.argv[1]), sys.argv[2])
