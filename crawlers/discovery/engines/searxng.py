"""SearXNG, an instance of one's own, by its JSON.

Source: SearXNG documentation, Search API (`format=json` must be allowed in the instance's
settings, `search.formats`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode, urljoin

from crawlers.discovery.engines.contract import Question, entries, found_in, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.discovery.engines.contract import Found, KeyHeader


class SearXNG:
    """As many results a page as its engines give; no key."""

    name: ClassVar[str] = "searxng"
    address: ClassVar[str] = ""
    key: ClassVar[KeyHeader | None] = None
    needs_id: ClassVar[bool] = False
    most_pages: ClassVar[int] = 10

    def question(self, address: str, words: str, page: int, *, id: str) -> Question:  # noqa: ARG002
        """Return what to ask."""
        asked = {"format": "json", "pageno": page, "q": words, "safesearch": 0}
        return Question(f"{urljoin(address.rstrip('/') + '/', 'search')}?{urlencode(asked)}")

    def results(self, answer: bytes) -> Iterator[Found]:
        """Yield the results of an answer."""
        for entry in entries(parsed(self.name, answer), "results"):
            yield from found_in(entry, "url", "title", "content")
