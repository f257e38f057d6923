"""Reading all that a query finds, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.contract import Cursor, Query, R, Records, Stored

_PAGE = 500


def scan(records: Records, query: Query[R]) -> Iterator[Stored[R]]:
    """Yield every document that fits, in the query's order."""
    after: Cursor | None = None
    while True:
        page = records.find(query, after=after, limit=_PAGE)
        yield from page.items
        after = page.after
        if after is None:
            return
