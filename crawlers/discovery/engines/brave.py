"""Brave's Web Search API.

Source: Brave Search API documentation (web search: parameters, headers, response objects).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from crawlers.discovery.engines.contract import KeyHeader, Question, entries, found_in, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.discovery.engines.contract import Found

_AT_ONCE = 20


class Brave:
    """Pages of 20 results, ten at most; `offset` counts pages there."""

    name: ClassVar[str] = "brave"
    address: ClassVar[str] = "https://api.search.brave.com/res/v1/web/search"
    key: ClassVar[KeyHeader | None] = KeyHeader("X-Subscription-Token")
    needs_id: ClassVar[bool] = False
    most_pages: ClassVar[int] = 10

    def question(self, address: str, words: str, page: int, *, id: str) -> Question:  # noqa: ARG002
        """Return what to ask."""
        asked = {"q": words, "count": _AT_ONCE, "offset": page - 1}
        only = {"result_filter": "web", "safesearch": "off", "text_decorations": "false"}
        return Question(f"{address}?{urlencode({**asked, **only})}")

    def results(self, answer: bytes) -> Iterator[Found]:
        """Yield the results of an answer."""
        for entry in entries(parsed(self.name, answer), "web", "results"):
            yield from found_in(entry, "url", "title", "description")
