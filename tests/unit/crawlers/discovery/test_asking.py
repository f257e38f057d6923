from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest
from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawlers.capture.exchange import Exchange
from crawlers.discovery.asking import RESULT, prepared
from crawlers.discovery.engines import access
from crawlers.discovery.keys import WITHHELD, KeyMiddleware
from crawlers.discovery.queries import Asked, Search, asked_by
from crawlers.discovery.ranks import inherited, priority_of, rank_of
from crawlers.frontier.contract import Discovery, Lease
from crawlers.leasing import LEASE
from crawlers.robots import NEEDS_NO_LEAVE
from crawlers.safety.handler import EXCHANGE
from crawlers.sightings import HOPS

if TYPE_CHECKING:
    from crawlers.plan import CrawlPlan

BRAVE = access("brave", key="the-key")
SITE = "https://s.example/s?q={title}"


class Plan:
    """What the middleware reads of a plan."""

    search = Search(engines=(BRAVE,))


def query(via: str, url: str, body: str = "") -> Discovery:
    return Asked(95, "w", via, "三体 下载", "三体", "刘慈欣", 1, url, body).discovery(0)


def request_for(found: Discovery) -> Request:
    lease = Lease(crawl_id="c", token="t", discovery=found, attempt=1, expires_at=0.0)  # noqa: S106
    headers = {"Referer": found.referrer} if found.referrer else None
    return prepared(Request(found.url, headers=headers, meta={LEASE: lease}), found)


def test_a_form_is_posted_and_its_redirect_fetched() -> None:
    found = query(SITE, "https://s.example/s#q=1", "q=%C8%FD%CC%E5")
    posted = request_for(found)
    assert (posted.method, posted.body) == ("POST", b"q=%C8%FD%CC%E5")
    assert posted.headers["Content-Type"] == b"application/x-www-form-urlencoded"
    assert posted.meta[LEASE].discovery == found
    assert NEEDS_NO_LEAVE not in posted.meta
    moved = replace(found, url="https://s.example/r", context={**found.context, HOPS: [found.url]})
    assert (request_for(moved).method, request_for(moved).body) == ("GET", b"")


def test_an_engine_is_asked_by_leave_of_its_key() -> None:
    asked = request_for(query("baidu", "https://qianfan.baidubce.com/v2#q=1", '{"a": 1}'))
    assert asked.headers["Content-Type"] == b"application/json"
    assert asked.meta[NEEDS_NO_LEAVE]


def test_results_hear_of_no_referrer_but_the_pages_after_them_do() -> None:
    result = Discovery(url="https://p.example/", referrer=SITE, context={RESULT: {}})
    assert "Referer" not in request_for(result).headers
    assert "Referer" in request_for(replace(result, depth=1)).headers
    assert "Referer" in request_for(replace(result, context={})).headers


def test_pages_are_no_queries() -> None:
    found = Discovery(url="https://p.example/", context={"query": {"rank": 1}})
    assert asked_by(found) is None
    assert asked_by(replace(found, role="query", context={})) is None


def exchanged(request: Request) -> Request:
    """Return a request as it is after its exchange, with what was sent in the meta."""
    sent = b"GET /x HTTP/1.1\r\n" + request.headers.to_string() + b"\r\n\r\n"
    request.meta[EXCHANGE] = Exchange(
        url=request.url,
        request=sent,
        head=b"HTTP/1.1 200 OK\r\n\r\n",
        body=b"",
        chunked=False,
        address=None,
        certificates=(),
        began_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return request


def middleware() -> KeyMiddleware:
    return KeyMiddleware(cast("CrawlPlan", Plan()))


def test_a_key_goes_to_its_engine_and_is_taken_out_of_what_is_kept() -> None:
    keys, asked = middleware(), request_for(query("brave", f"{BRAVE.address}?q=1"))
    keys.process_request(asked)
    assert asked.headers["X-Subscription-Token"] == b"the-key"
    exchanged(asked)
    keys.process_response(asked, Response(asked.url))
    kept: Exchange = asked.meta[EXCHANGE]
    assert b"X-Subscription-Token: " + WITHHELD in kept.request
    assert b"the-key" not in kept.request
    assert "X-Subscription-Token" not in asked.headers
    keys.process_request(asked)
    keys.process_exception(asked, OSError())
    assert "X-Subscription-Token" not in asked.headers


@pytest.mark.parametrize(
    "found",
    [
        query("brave", "https://elsewhere.example/?q=1"),
        query("brave", BRAVE.address.replace("https", "http")),
        query("bing", f"{BRAVE.address}?q=1"),
        query(SITE, f"{BRAVE.address}?q=1"),
        replace(
            query("brave", f"{BRAVE.address}?q=1"),
            context={**query("brave", "").context, HOPS: ["https://elsewhere.example/"]},
        ),
        Discovery(url=BRAVE.address),
    ],
)
def test_a_key_goes_nowhere_else(found: Discovery) -> None:
    asked = request_for(found)
    middleware().process_request(asked)
    assert "X-Subscription-Token" not in asked.headers


def test_without_an_engine_there_is_nothing_to_do() -> None:
    plan: Any = Plan()
    plan.search = Search()
    with pytest.raises(NotConfigured):
        KeyMiddleware(plan)


@pytest.mark.parametrize("rank", [-9, -1, 0, 1, 100])
def test_what_a_page_leads_to_has_its_rank_and_an_order_of_its_own(rank: int) -> None:
    here = priority_of(rank) + 1  # a page that a spider wants first
    found = inherited(Discovery(url="https://p.example/", priority=1), here)
    assert (rank_of(found.priority), found.priority - priority_of(rank)) == (rank, 1)
    assert rank_of(inherited(found, 0).priority) == rank
