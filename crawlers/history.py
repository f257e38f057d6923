"""The history of crawls: what each fetched, was refused, found and cost, from what is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from crawlers.visits import plan_id
from fingerprints.media_type import MARKUP
from index.contract import Query, Range
from index.documents import Crawl, Event, Match, Sighting
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from index.contract import Records
    from index.documents import Target

_MOST_SIGHTINGS: Final = 50_000
_MOST_MATCHES: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one crawl did so far.

    `failed`: addresses that brought nothing, by the code of the reason; `unexamined`: what came
    but could not be examined, or had nothing to be recognised by. `bytes` are those of contents,
    unpacked. `matches` are works found at an address, `new_matches` those that the crawls
    accounted before didn't find there. `complete` is False where the crawl saw more than is read:
    what its closing event doesn't count is then counted in a part.
    """

    crawl: Crawl
    pages: int = 0
    media: int = 0
    bytes: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    unexamined: Mapping[str, int] = field(default_factory=dict)
    matches: int = 0
    new_matches: int = 0
    cases: int = 0
    complete: bool = True

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        ended = self.crawl.finished_at
        return (ended - self.crawl.started_at).total_seconds() if ended else None


def history(records: Records, target: Target, *, limit: int) -> list[Account]:
    """Return accounts of a target's latest crawls, the latest first."""
    plan = plan_id(target.channel, target.urls, target.id)
    query = Query(Crawl, {"plan": plan}, order="-started_at")
    # One more is read, so that the oldest shown has one before it.
    crawls = [one.record for one in records.find(query, limit=limit + 1).items]
    return _accounts(records, crawls)[:limit]


def account_of(records: Records, crawl: Crawl) -> Account:
    """Return a crawl's account; its matches are new that the crawl before it didn't have."""
    where: dict[str, str | Range] = {
        "plan": crawl.plan,
        "started_at": Range(below=crawl.started_at),
    }
    earlier = records.find(Query(Crawl, where, order="-started_at"), limit=1).items
    return _accounts(records, [crawl, *(one.record for one in earlier)])[0]


def _accounts(records: Records, crawls: Sequence[Crawl]) -> list[Account]:
    """Return accounts of crawls that are given with the latest first."""
    known: set[tuple[str, str]] = set()
    told = [_account(records, crawl, known) for crawl in reversed(crawls)]
    return told[::-1]


def _account(records: Records, crawl: Crawl, known: set[tuple[str, str]]) -> Account:
    seen = scan(records, Query(Sighting, {"crawl_id": crawl.id}))
    counts = _counts(one.record for one in islice(seen, _MOST_SIGHTINGS))
    matches = [
        one.record
        for one in islice(scan(records, Query(Match, {"crawl_id": crawl.id})), _MOST_MATCHES)
    ]
    found = {(match.url, match.work_id) for match in matches}
    new = found - known
    known |= found
    complete = next(seen, None) is None
    return Account(
        crawl=crawl,
        matches=len(found),
        new_matches=len(new),
        cases=len({match.case_id for match in matches if match.case_id}),
        complete=complete,
        **(counts if complete else counts | _closing(records, crawl)),
    )


def _counts(sightings: Iterable[Sighting]) -> dict[str, Any]:
    pages = media = size = 0
    failed: Counter[str] = Counter()
    unexamined: Counter[str] = Counter()
    for sighting in sightings:
        came = sighting.payload is not None
        if sighting.failure is not None:
            (unexamined if came else failed)[sighting.failure.code] += 1
        if came:
            is_page = sighting.media_type in MARKUP
            pages += is_page
            media += not is_page
            size += sighting.size_bytes
    return {
        "pages": pages,
        "media": media,
        "bytes": size,
        "failed": dict(failed),
        "unexamined": dict(unexamined),
    }


def _closing(records: Records, crawl: Crawl) -> dict[str, Any]:
    """Return what was counted when the crawl was closed, as far as it was."""
    query = Query(Event, {"subject_id": crawl.id, "verb": "crawl_finished"})
    details = [one.record.details for one in records.find(query, limit=1).items]
    return {
        name: value
        for name, value in (details[0] if details else {}).items()
        if name in {"pages", "media", "bytes", "failed"}
    }
