"""Responses as a crawl has them, without a crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import Response

from crawlers.frontier.contract import Discovery, Lease
from crawlers.spiders.pages import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue


def page_of(
    markup: str | bytes,
    url: str = "http://a.example/",
    *,
    role: str = "page",
    depth: int = 0,
    context: Mapping[str, JsonValue] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Page:
    """Return the page that a leased URL brought."""
    body = markup if isinstance(markup, bytes) else markup.encode()
    discovery = Discovery(url=url, role=role, depth=depth, context=context or {})
    lease = Lease(crawl_id="crawl", token="1", discovery=discovery, attempt=1, expires_at=0.0)  # noqa: S106
    said = {"Content-Type": "text/html", **(headers or {})}
    return Page(Response(url, body=body, headers=said), lease)
