"""Google's Custom Search JSON API, over a Programmable Search Engine.

Source: Google, Custom Search JSON API (REST reference of `cse.list` and `Search`) and, for the
header of the key, the system parameters of Google's APIs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from crawlers.discovery.engines.contract import KeyHeader, Question, entries, found_in, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.discovery.engines.contract import Found

_AT_ONCE = 10


class Google:
    """Pages of ten results, ten at most; `cx` is the id of the engine that was set up."""

    name: ClassVar[str] = "google"
    address: ClassVar[str] = "https://customsearch.googleapis.com/customsearch/v1"
    key: ClassVar[KeyHeader | None] = KeyHeader("X-Goog-Api-Key")
    needs_id: ClassVar[bool] = True
    most_pages: ClassVar[int] = 10

    def question(self, address: str, words: str, page: int, *, id: str) -> Question:
        """Return what to ask."""
        asked = {"cx": id, "num": _AT_ONCE, "q": words, "start": _AT_ONCE * (page - 1) + 1}
        return Question(f"{address}?{urlencode(asked)}")

    def results(self, answer: bytes) -> Iterator[Found]:
        """Yield the results of an answer."""
        for entry in entries(parsed(self.name, answer), "items"):
            yield from found_in(entry, "link", "title", "snippet")
