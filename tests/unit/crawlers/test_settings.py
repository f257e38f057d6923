"""Scrapy's settings are Scrapy's, and what must be off is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scrapy.settings import default_settings
from scrapy.utils.misc import load_object

from crawlers.crawl import scrapy_settings
from crawlers.frontier.location import FrontierLocation
from crawlers.plan import CrawlPlan
from index.documents import Channel
from index.store import StoreLocation
from settings import crawl

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.settings import Settings

NAMES = [name for name in vars(crawl) if name.isupper() and name != "TYPE_CHECKING"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return scrapy_settings(
        CrawlPlan(
            crawl_id="crawl",
            channel=Channel.WEB,
            urls=(),
            store=StoreLocation(tmp_path),
            frontier=FrontierLocation(tmp_path / "frontier.db"),
            user_agent="marque (+https://example.org/contact)",
        )
    )


@pytest.mark.parametrize("name", NAMES)
def test_scrapy_knows_the_setting(name: str) -> None:
    assert hasattr(default_settings, name)


@pytest.mark.parametrize(
    "name",
    [
        *("REMOTE_CONTROL_ENABLED", "TELNETCONSOLE_ENABLED", "COOKIES_ENABLED", "RETRY_ENABLED"),
        *("REDIRECT_ENABLED", "METAREFRESH_ENABLED", "HTTPCACHE_ENABLED", "HTTPPROXY_ENABLED"),
        *("AUTOTHROTTLE_ENABLED", "ROBOTSTXT_OBEY", "REFERER_ENABLED"),
    ],
)
def test_what_is_replaced_or_dangerous_is_off(settings: Settings, name: str) -> None:
    assert not settings.getbool(name)


def test_only_the_web_can_be_downloaded(settings: Settings) -> None:
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert set(handlers) == {"http", "https"}
    assert {load_object(handler).__name__ for handler in handlers.values()} == {
        "GuardedHTTPHandler"
    }


def test_every_part_can_be_loaded(settings: Settings) -> None:
    for name in ("SPIDER_MIDDLEWARES", "DOWNLOADER_MIDDLEWARES", "EXTENSIONS"):
        for part in settings.getwithbase(name):
            assert load_object(part)
    assert load_object(settings["SCHEDULER"])
    assert settings["USER_AGENT"] == "marque (+https://example.org/contact)"
