"""Baidu's search by the interface of Qianfan (百度千帆 AI 搜索, 百度搜索).

Source: Baidu AI Cloud, 千帆 AppBuilder, 百度搜索 `/v2/ai_search/web_search` (request: `messages`,
`search_source`, `resource_type_filter`; response: `references`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from crawlers.discovery.engines.contract import KeyHeader, Question, entries, found_in, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.discovery.engines.contract import Found

_AT_ONCE = 50


class Baidu:
    """Fifty results, and no second page."""

    name: ClassVar[str] = "baidu"
    address: ClassVar[str] = "https://qianfan.baidubce.com/v2/ai_search/web_search"
    key: ClassVar[KeyHeader | None] = KeyHeader("Authorization", "Bearer ")
    needs_id: ClassVar[bool] = False
    most_pages: ClassVar[int] = 1

    def question(self, address: str, words: str, page: int, *, id: str) -> Question:  # noqa: ARG002
        """Return what to ask."""
        asked = {
            "messages": [{"role": "user", "content": words}],
            "search_source": "baidu_search_v2",
            "resource_type_filter": [{"type": "web", "top_k": _AT_ONCE}],
        }
        return Question(address, json.dumps(asked))

    def results(self, answer: bytes) -> Iterator[Found]:
        """Yield the results of an answer."""
        for entry in entries(parsed(self.name, answer), "references"):
            yield from found_in(entry, "url", "title", "content")
