"""The standing of profiles: whether what they say of a site still holds, as crawls have found it.

Each sighting says by which profile its page was read, and which fields it had to have and hadn't.
From these follows, for each field of each kind of page of a site, whether it is found in most pages
of a crawl. Where that changes, an event is appended whose subject is the site: so what was found is
kept, several workers find the same, and finding it twice changes nothing. The last event of a field
says how it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import structlog

from crawlers.metrics import PROFILE_BREAKS
from index.contract import Query, Range
from index.documents import Crawl, Event, Sighting, content_id, now
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crawlers.profiles.shelf import Shelf
    from index.contract import Records, Value

log = structlog.get_logger()

SUBJECT: Final = "profiles"
HOLDS: Final = "profile_holds"
BROKEN: Final = "profile_broken"
_ENOUGH: Final = 3
"""How many pages must lack a field, while a crawl goes on, for it to be more than an exception."""
_MOST_SITES: Final = 200
_MOST_KINDS: Final = 50
_PAGE: Final = "text/html"


class Point(NamedTuple):
    """A field that a profile says a kind of page (`jieqi/chapter`) has; "": that there are such."""

    pages: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a point stands on a site, since a crawl: of `pages` pages, `without` lacked the field."""

    site: str
    point: Point
    holds: bool
    since: datetime
    crawl_id: str
    pages: int
    without: int


def standings(records: Records, site: str | None = None) -> list[Standing]:
    """Return how each point stands on a site, or on all."""
    where = {"subject_kind": SUBJECT} if site is None else {"subject_id": site}
    last: dict[tuple[str, Point], Standing] = {}
    for stored in scan(records, Query(Event, where, order="at")):
        if (found := _standing(stored.record)) is not None:
            last[found.site, found.point] = found
    return [last[key] for key in sorted(last)]


def conclude(records: Records, shelf: Shelf, crawl_id: str) -> list[Standing]:
    """Put on record what a crawl that is over has found to have changed, and return that.

    Doing it twice changes nothing.
    """
    crawl = records.get(Crawl, crawl_id).record
    changed = []
    for site in _sites(records, crawl_id):
        before = {one.point: one for one in standings(records, site)}
        found = (*_found(records, shelf, crawl, site), *_vanished(records, crawl, site, before))
        changed += [one for one in found if _is_news(one, before.get(one.point))]
    for standing in changed:
        record(records, standing)
    return changed


def look(records: Records, shelf: Shelf, crawl_id: str, site: str, pages: str) -> list[Standing]:
    """Do as `conclude` for one kind of page while the crawl goes on: only what broke is told."""
    before = {one.point: one for one in standings(records, site)}
    broken = [
        one
        for one in _of_pages(records, shelf, crawl_id, site, pages)
        if not one.holds and one.without >= _ENOUGH and _is_news(one, before.get(one.point))
    ]
    for standing in broken:
        record(records, standing)
    return broken


def broken_in(records: Records, shelf: Shelf, crawl: Crawl) -> list[Standing]:
    """Return what a crawl lacked that its sites had before: as far as it has come, if it runs."""
    told = []
    for site in _sites(records, crawl.id):
        before = {one.point: one for one in standings(records, site)}
        for one in _found(records, shelf, crawl, site):
            known = before.get(one.point)
            if known is not None and not one.holds:
                told.append(one if known.holds else replace(one, since=known.since))
        told += [one for one in before.values() if _is_gone(one, crawl.id)]
    return told


def _is_gone(one: Standing, crawl_id: str) -> bool:
    """Tell whether it was this crawl that missed a kind of page."""
    return one.crawl_id == crawl_id and not one.holds and not one.point.field


def record(records: Records, standing: Standing) -> None:
    """Append the event that a point stands otherwise now; tell the log and the counters."""
    site, point = standing.site, standing.point
    verb = HOLDS if standing.holds else BROKEN
    records.append(
        Event(
            id=content_id("event", verb, site, point.pages, point.field, standing.crawl_id),
            at=standing.since,
            actor="marque",
            verb=verb,
            subject_kind=SUBJECT,
            subject_id=site,
            details={
                "page_kind": point.pages,
                "field": point.field,
                "crawl_id": standing.crawl_id,
                "pages": standing.pages,
                "without": standing.without,
            },
        )
    )
    if standing.holds:
        return
    PROFILE_BREAKS.labels(point.pages.partition("/")[0]).inc()
    log.warning(
        "profile_broken",
        site=site,
        pages_of=point.pages,
        field=point.field or "(page)",
        crawl_id=standing.crawl_id,
        pages=standing.pages,
        without=standing.without,
    )


def _is_news(found: Standing, before: Standing | None) -> bool:
    """Tell whether a point stands otherwise than before: nothing breaks that never held."""
    return found.holds if before is None else found.holds is not before.holds


def _sites(records: Records, crawl_id: str) -> list[str]:
    """Return the sites whose pages a crawl has seen."""
    query = Query(Sighting, {"crawl_id": crawl_id, "media_type": _PAGE})
    facets = records.facets(query, "site", limit=_MOST_SITES)
    return [facet.value for facet in facets if isinstance(facet.value, str)]


def _found(records: Records, shelf: Shelf, crawl: Crawl, site: str) -> Iterator[Standing]:
    query = Query(Sighting, {"crawl_id": crawl.id, "site": site})
    for facet in records.facets(query, "profile", limit=_MOST_KINDS):
        if facet.value and isinstance(facet.value, str):
            yield from _of_pages(records, shelf, crawl.id, site, facet.value)


def _of_pages(
    records: Records, shelf: Shelf, crawl_id: str, site: str, pages: str
) -> Iterator[Standing]:
    """Yield how the fields of a kind of page stand: held where most pages have them."""
    query = Query(Sighting, {"crawl_id": crawl_id, "site": site, "profile": pages})
    total = records.count(query)
    lacking = {one.value: one.count for one in records.facets(query, "profile_missing", limit=100)}
    for field in ("", *_required(shelf, pages)):
        without = lacking.get(field, 0) if field else 0
        yield Standing(
            site=site,
            point=Point(pages, field),
            holds=2 * without <= total,
            since=now(),
            crawl_id=crawl_id,
            pages=total,
            without=without,
        )


def _vanished(
    records: Records, crawl: Crawl, site: str, before: dict[Point, Standing]
) -> Iterator[Standing]:
    """Yield kinds of pages that the crawl before this one of the same plan saw, and this didn't.

    Where the site gave no page at all, nothing is said.
    """
    where: dict[str, Value | Range] = {
        "plan": crawl.plan,
        "started_at": Range(below=crawl.started_at),
    }
    earlier = records.find(Query(Crawl, where, order="-started_at"), limit=1).items
    here: dict[str, Value | Range] = {"crawl_id": crawl.id, "site": site, "media_type": _PAGE}
    total = records.count(Query(Sighting, here))
    if not earlier or not total:
        return
    for point in before:
        if point.field or _seen(records, crawl.id, site, point.pages):
            continue
        if _seen(records, earlier[0].record.id, site, point.pages):
            yield Standing(
                site=site,
                point=point,
                holds=False,
                since=now(),
                crawl_id=crawl.id,
                pages=total,
                without=total,
            )


def _seen(records: Records, crawl_id: str, site: str, pages: str) -> int:
    where: dict[str, Value | Range] = {"crawl_id": crawl_id, "site": site, "profile": pages}
    return records.count(Query(Sighting, where))


def _required(shelf: Shelf, pages: str) -> tuple[str, ...]:
    found = shelf.kind(pages)
    return found[0].required(found[1]) if found is not None else ()


def _standing(event: Event) -> Standing | None:
    if event.verb not in {HOLDS, BROKEN} or event.subject_kind != SUBJECT:
        return None
    said = event.details
    pages, without = said.get("pages"), said.get("without")
    return Standing(
        site=event.subject_id,
        point=Point(str(said.get("page_kind", "")), str(said.get("field", ""))),
        holds=event.verb == HOLDS,
        since=event.at,
        crawl_id=str(said.get("crawl_id", "")),
        pages=pages if isinstance(pages, int) else 0,
        without=without if isinstance(without, int) else 0,
    )
