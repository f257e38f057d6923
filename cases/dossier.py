"""The dossier: everything a case holds, brought together for the people who judge it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fingerprints.media_type import MARKUP
from index.contract import Query
from index.documents import Case, CaseUrl, Event, Match, Sighting, Work, content_id
from index.errors import NotFound
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.contract import Records
    from index.store import Store

_CERTIFICATE = "certificate:"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One address of a case, what was captured there last, and its matches with the work.

    `matches` are best first, one a modality: of a film, its pictures and its sound.
    `page` is where it was seen, as a browser showed it: itself, or the page a medium stands on;
    None where it wasn't shown. `is_holders_own` of a program: signed with a certificate that a
    registered version has.
    """

    url: CaseUrl
    matches: tuple[Match, ...]
    sighting: Sighting
    page: Sighting | None
    is_holders_own: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case, its work (None where it was withdrawn since), exhibits in order, and its history."""

    case: Case
    work: Work | None
    exhibits: tuple[Exhibit, ...]
    events: tuple[Event, ...]


def dossier(store: Store, case_id: str) -> Dossier:
    """Bring a case's file together. Raises `NotFound`."""
    records = store.records
    case = records.get(Case, case_id).record
    work = _work(records, case.work_id)
    events = Query(Event, {"subject_id": case_id}, order="at")
    return Dossier(
        case,
        work,
        tuple(exhibits(store, case_id, work)),
        tuple(stored.record for stored in scan(records, events)),
    )


def exhibits(store: Store, case_id: str, work: Work | None) -> Iterator[Exhibit]:
    """Yield the addresses of a case, in the order of their first sight."""
    facts = (fact for medium in (work.media if work else ()) for fact in medium.facts)
    own = {fact for fact in facts if fact.startswith(_CERTIFICATE)}
    for stored in scan(store.records, Query(CaseUrl, {"case_id": case_id}, order="first_seen")):
        url = stored.record
        latest = store.records.get(Match, url.last_match_id).record
        sighting = store.records.get(Sighting, latest.sighting_id).record
        is_own = not own.isdisjoint(sighting.facts)
        page = _shown_page(store.records, sighting)
        yield Exhibit(url, _matches(store.records, latest), sighting, page, is_own)


def _matches(records: Records, latest: Match) -> tuple[Match, ...]:
    same = Query(Match, {"sighting_id": latest.sighting_id, "work_id": latest.work_id})
    found = (stored.record for stored in scan(records, same))
    return tuple(sorted(found, key=lambda match: (-match.score, match.modality)))


def _shown_page(records: Records, sighting: Sighting) -> Sighting | None:
    is_medium = sighting.media_type not in MARKUP  # a page is its own witness, or has none
    if sighting.screenshot is None and is_medium and sighting.referrer is not None:
        id = content_id("sighting", sighting.crawl_id, sighting.referrer)
        with suppress(NotFound):
            sighting = records.get(Sighting, id).record
    return sighting if sighting.screenshot is not None else None


def _work(records: Records, id: str) -> Work | None:
    try:
        return records.get(Work, id).record
    except NotFound:
        return None
