"""Bing's Web Search API v7, and services that speak it.

Source: Microsoft, Bing Web Search API v7 reference (endpoint, headers, query parameters, Webpage
objects). Microsoft itself closed it to the public in 2025; others offer the same interface.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from crawlers.discovery.engines.contract import KeyHeader, Question, entries, found_in, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.discovery.engines.contract import Found

_AT_ONCE = 50


class Bing:
    """Pages of 50 results."""

    name: ClassVar[str] = "bing"
    address: ClassVar[str] = "https://api.bing.microsoft.com/v7.0/search"
    key: ClassVar[KeyHeader | None] = KeyHeader("Ocp-Apim-Subscription-Key")
    needs_id: ClassVar[bool] = False
    most_pages: ClassVar[int] = 10

    def question(self, address: str, words: str, page: int, *, id: str) -> Question:  # noqa: ARG002
        """Return what to ask."""
        asked = {"q": words, "count": _AT_ONCE, "offset": _AT_ONCE * (page - 1)}
        only = {"responseFilter": "Webpages", "textDecorations": "false"}
        return Question(f"{address}?{urlencode({**asked, **only})}")

    def results(self, answer: bytes) -> Iterator[Found]:
        """Yield the results of an answer."""
        for entry in entries(parsed(self.name, answer), "webPages", "value"):
            yield from found_in(entry, "url", "name", "snippet")
