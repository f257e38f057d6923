"""robots.txt, obeyed (RFC 9309)."""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import structlog
from protego import Protego
from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK

from crawlers.capture.middleware import CAPTURE
from crawlers.errors import BodyTooLarge, RefusedByRobots, RobotsUnreachable
from crawlers.leasing import LeasingMiddleware

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.plan import CrawlPlan

log = structlog.get_logger()

NEEDS_NO_LEAVE = "marque_needs_no_leave"
"""Marks requests for robots.txt itself, and for what a page that may be visited is made of."""

_KEPT_S = 24 * 3600.0  # RFC 9309, 2.4
_KEPT_FAILURE_S = 60.0
_PARSED_BYTES = 500 * 1024  # RFC 9309, 2.5
_MOST_REDIRECTS = 5  # RFC 9309, 2.3.1.2
_MOST_AUTHORITIES = 2_000
_LONGEST_DELAY_S = 300.0
_TOKEN = re.compile(r"[A-Za-z_-]+")  # RFC 9309, 2.2.1
_USER_AGENT = re.compile(r"\s*user(?:-|\s*)agent(?![\w-])[\s:]*(.*)", re.IGNORECASE)
_REDIRECTION, _CLIENT_ERROR, _TOO_MANY_REQUESTS, _SERVER_ERROR = 300, 400, 429, 500  # RFC 9110


@dataclass(frozen=True, slots=True)
class _Rules:
    """What an authority's robots.txt says until `until`; None that the server fails to say."""

    parser: Protego | None
    until: float


class RobotsMiddleware:
    """Lets a request pass when robots.txt does, which is asked once a day and authority.

    Raises `RefusedByRobots`, `RobotsUnreachable`, or what the download of robots.txt failed with.
    """

    def __init__(self, crawler: Crawler) -> None:
        plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        if plan.ignore_robots_because:
            raise NotConfigured(f"robots.txt is ignored: {plan.ignore_robots_because}")
        self._crawler = crawler
        self._token = product_token(plan.user_agent)
        self._known: OrderedDict[str, _Rules] = OrderedDict()
        self._asking: dict[str, asyncio.Task[_Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it, as Scrapy does."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse, or let pass."""
        if NEEDS_NO_LEAVE in request.meta:
            return
        rules = await self._rules(_authority(request.url))
        if rules.parser is None:
            raise RobotsUnreachable("robots.txt can't be had, its server fails")
        if not rules.parser.can_fetch(request.url, self._token):
            raise RefusedByRobots(f"robots.txt asks {self._token} not to visit {request.url}")

    async def _rules(self, authority: str) -> _Rules:
        known = self._known.get(authority)
        if known is not None and known.until > time.monotonic():
            self._known.move_to_end(authority)
            return known
        asking = self._asking.get(authority)
        if asking is None:
            asking = asyncio.ensure_future(self._ask(authority, known))
            self._asking[authority] = asking
            asking.add_done_callback(lambda _: self._asking.pop(authority))
        return await asyncio.shield(asking)

    async def _ask(self, authority: str, before: _Rules | None) -> _Rules:
        response = await self._fetch(f"{authority}/robots.txt")
        parser = await asyncio.to_thread(_parse, response, self._token)
        kept_s = _KEPT_FAILURE_S if parser is None else _KEPT_S
        if parser is None and before is not None:
            parser = before.parser  # RFC 9309, 2.4: what was known is better than nothing
        rules = _Rules(parser, time.monotonic() + kept_s)
        self._known[authority] = rules
        while len(self._known) > _MOST_AUTHORITIES:
            self._known.popitem(last=False)
        await self._hand_on(authority, rules)
        return rules

    async def _fetch(self, url: str) -> Response | None:
        """Return the answer at the end of its redirects; None when a server fails on the way.

        What the first request fails with is raised: the URL asked for would fail so too.
        """
        for hop in range(_MOST_REDIRECTS + 1):
            try:
                response = await self._download(url)
            except BodyTooLarge:
                return None
            except Exception:
                if hop == 0:
                    raise
                return None
            location = response.headers.get("Location")
            if not _REDIRECTION <= response.status < _CLIENT_ERROR or location is None:
                break
            url = urljoin(url, location.decode("utf-8", "replace"))
        return response

    async def _download(self, url: str) -> Response:
        """Have it fetched through the other middlewares, which capture it, but no redirect."""
        meta = {NEEDS_NO_LEAVE: True, "dont_redirect": True, "dont_retry": True}
        request = Request(url, meta=meta, callback=NO_CALLBACK, dont_filter=True)
        response = await self._crawler.engine.download_async(request)
        captured = request.meta.get(CAPTURE)
        log.info(
            "robots_fetched",
            url=url,
            status=response.status,
            capture=captured.digest if captured else None,
        )
        return response

    async def _hand_on(self, authority: str, rules: _Rules) -> None:
        """Tell the frontier how long the host wants to be left alone."""
        leasing = self._crawler.get_spider_middleware(LeasingMiddleware)
        if leasing is None:
            return
        if rules.parser is None:
            await leasing.leases.block_host(authority, seconds=_KEPT_FAILURE_S)
            return
        # 0 takes back what it said another day.
        wait_s = min(rules.parser.crawl_delay(self._token) or 0.0, _LONGEST_DELAY_S)
        await leasing.leases.block_host(authority, seconds=wait_s, crawl_delay_s=wait_s)


def product_token(user_agent: str) -> str:
    """Return the name that robots.txt files know a crawler by. Raises `ValueError`."""
    token = _TOKEN.match(user_agent)
    if token is None:
        raise ValueError(f"{user_agent!r} does not begin with a product token")
    return token[0]


def _authority(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _parse(response: Response | None, token: str) -> Protego | None:
    """Return the rules; without robots.txt these are none, and None while its server fails."""
    if response is None or response.status >= _SERVER_ERROR:
        return None
    if response.status == _TOO_MANY_REQUESTS:  # a no for now, though RFC 9309 calls it a yes
        return None
    found = response.body[:_PARSED_BYTES] if response.status < _REDIRECTION else b""
    lines = found.decode("utf-8-sig", "replace").splitlines()
    return Protego.parse("\n".join(_addressed(line, token) for line in lines))


def _addressed(line: str, token: str) -> str:
    """Have a group speak to us, to all, or to others: by names alone, not by parts of them.

    Protego keeps every rule for every name of its group, so that 500 KiB with many of both would
    fill the memory; with three names they can't.
    """
    speaking = _USER_AGENT.fullmatch(line)
    if speaking is None:
        return line
    name = _TOKEN.match(speaking[1])
    if name is not None and name[0].casefold() == token.casefold():
        return f"User-agent: {token}"
    return "User-agent: *" if speaking[1].startswith("*") else "User-agent: ~"
