"""Scrapy's settings for every crawl; `crawlers.crawl` adds what the plan says.

Values that this module doesn't name are Scrapy's defaults, except where these are dangerous or
replaced: its queue, retries, redirects, robots.txt, cookies and remote consoles are all off.
"""

from __future__ import annotations

BOT_NAME = "marque"
SPIDER_MODULES = ["crawlers.spiders"]

SCHEDULER = "crawlers.scheduler.FrontierScheduler"
SPIDER_MIDDLEWARES = {"crawlers.leasing.LeasingMiddleware": 10}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}

DOWNLOADER_MIDDLEWARES = {
    "crawlers.robots.RobotsMiddleware": 100,
    "crawlers.media.middleware.PartsMiddleware": 200,
    "crawlers.browser.middleware.BrowserMiddleware": 300,
    "crawlers.capture.middleware.CaptureMiddleware": 990,
    "crawlers.discovery.keys.KeyMiddleware": 995,
}
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "crawlers.safety.compression.BoundedCompressionMiddleware": 590,
}
DOWNLOAD_HANDLERS = {
    "http": "crawlers.safety.handler.GuardedHTTPHandler",
    "https": "crawlers.safety.handler.GuardedHTTPHandler",
}
DOWNLOAD_HANDLERS_BASE: dict[str, str] = {}
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_WARNSIZE = 0

# How hard a host is pressed is the frontier's to say, for all workers together.
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 32
DOWNLOAD_DELAY = 0
DOWNLOAD_DELAY_JITTER = 0.0
# What pages that are shown ask of other hosts than their own: each is asked little.
DOWNLOAD_SLOTS = {"requisites": {"concurrency": 16, "delay": 0.0}}
AUTOTHROTTLE_ENABLED = False

EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
}
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
COOKIES_ENABLED = False
HTTPCACHE_ENABLED = False
HTTPPROXY_ENABLED = False
METAREFRESH_ENABLED = False
REDIRECT_ENABLED = False
REFERER_ENABLED = False
RETRY_ENABLED = False
ROBOTSTXT_OBEY = False

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
}

LOG_LEVEL = "ERROR"
LOG_INSTALL_ROOT_HANDLER = False
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
# Both cost more than the rest of a page: nothing is left to the engine to do with items, and
# spiders' sources need no look at each response.
CONCURRENT_ITEMS = 1
WARN_ON_GENERATOR_RETURN_VALUE = False
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
