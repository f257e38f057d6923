"""Pages that show nothing unless their scripts are run: what a crawl without a browser misses."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final

from crawlers.browser.suspicion import Suspicion, suspicion
from crawlers.spiders.pages import decode
from fingerprints.errors import NothingToPrint
from fingerprints.media_type import MARKUP
from index.contract import Query
from index.documents import Sighting
from index.errors import NotFound
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.store import Store

_MOST_SIGHTINGS: Final = 20_000
_MOST_PAGES: Final = 100
_BODY_BYTES: Final = 2**20


def unshown(store: Store, crawl_id: str) -> int:
    """Return how many of a crawl's empty pages look as if scripts built them, of 100 at most."""
    empty = islice(_empty(store, crawl_id), _MOST_PAGES)
    looks = (suspicion(decode(body), url) for url, body in empty)
    return sum(one in {Suspicion.SHELL, Suspicion.HINTS} for one in looks)


def _empty(store: Store, crawl_id: str) -> Iterator[tuple[str, bytes]]:
    """Yield what was downloaded of pages that weren't shown and had nothing to recognise."""
    unexamined = {"modalities": None, "rendered": None, "media_type": tuple(MARKUP)}
    found = scan(store.records, Query(Sighting, {"crawl_id": crawl_id, **unexamined}))
    for stored in islice(found, _MOST_SIGHTINGS):
        seen = stored.record
        if seen.payload is None or seen.failure is None or seen.failure.code != NothingToPrint.code:
            continue
        with suppress(NotFound), store.blobs.open(seen.payload) as body:
            yield seen.url, body.read(_BODY_BYTES)
