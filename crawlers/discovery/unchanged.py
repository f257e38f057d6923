"""What a site's sitemap says hasn't changed since it was seen: it needs no visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawlers.visits import newest_crawls
from index.contract import Query
from index.documents import Crawl, CrawlState, Revisit, Sighting, Target, content_id
from index.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from index.contract import Records

_CRAWLS: Final = 5
_AT_ONCE: Final = 100


class Unchanged:
    """Knows the earlier crawls of what is crawled, the latest five that were finished."""

    def __init__(self, records: Records, crawl_id: str) -> None:
        self._records = records
        self._crawls = _before(records, crawl_id)

    def among(self, changed_by: dict[str, datetime]) -> set[str]:
        """Return which of these addresses were seen since they changed last, if they ever did.

        What failed then, and what was never visited, isn't among them.
        """
        found: set[str] = set()
        for crawl in self._crawls:
            old = [url for url, at in changed_by.items() if at <= crawl.started_at]
            for some in _in_parts([url for url in old if url not in found]):
                found.update(self._seen(crawl, some))
        return found

    def _seen(self, crawl: Crawl, urls: Sequence[str]) -> set[str]:
        ids = tuple(content_id("sighting", crawl.id, url) for url in urls)
        seen = self._records.find(Query(Sighting, {"id": ids}), limit=len(ids)).items
        return {one.record.url for one in seen if one.record.payload is not None}


def _in_parts(urls: Sequence[str]) -> list[Sequence[str]]:
    return [urls[place : place + _AT_ONCE] for place in range(0, len(urls), _AT_ONCE)]


def _before(records: Records, crawl_id: str) -> list[Crawl]:
    """Return the finished crawls before this one; none where it isn't on record.

    Nor of targets that are visited as often as they change: what is left out can't tell how often.
    """
    try:
        here = records.get(Crawl, crawl_id).record
        if here.target_id is not None:
            target = records.get(Target, here.target_id).record
            if target.revisit is Revisit.ADAPTIVE:
                return []
    except NotFound:
        return []
    newest = newest_crawls(records, here.plan)
    return [one for one in newest if one.number < here.number and one.state is CrawlState.FINISHED][
        :_CRAWLS
    ]
