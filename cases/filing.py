"""Filing: a match that no grant covers opens a case, or joins the one that is open.

One case gathers one work on one site. Its id is derived from the two, so that whoever files it,
however often, files the same case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from cases.coverage import covered_by, share, united
from index.contract import Query
from index.documents import Case, CaseUrl, Event, content_id, now
from index.errors import Conflict, NotFound

if TYPE_CHECKING:
    from index.contract import Records, Stored, Version
    from index.documents import Match, Sighting, Work

S = TypeVar("S", bound=str)

ACTOR = "marque"
"""Who opens cases: the program itself."""


def case_id(work_id: str, site: str) -> str:
    """Name the case of a work on a site."""
    return content_id("case", work_id, site)


def file_match(records: Records, match: Match, sighting: Sighting, work: Work) -> Case:
    """Put a match into its case, opening it when it is the first; again changes nothing.

    The match must be stored already. Several processes may file into one case at once.
    """
    id = case_id(work.id, match.site)
    _note_url(records, id, match, sighting)
    while True:
        stored = _existing(records, id)
        case = _grown(records, stored.record if stored else _opened(id, match, work), match, work)
        if stored is not None and case == stored.record:
            return case
        try:
            records.put(
                case,
                expect=stored.version if stored else None,
                events=() if stored else (_opening(case, match),),
            )
        except Conflict:
            continue
        return case


def _existing(records: Records, id: str) -> Stored[Case] | None:
    try:
        return records.get(Case, id)
    except NotFound:
        return None


def _opened(id: str, match: Match, work: Work) -> Case:
    return Case(
        id=id,
        work_id=work.id,
        title=work.title,
        category=work.category,
        holder=work.holder,
        site=match.site,
        opened_at=now(),
        first_seen=match.seen_at,
        last_seen=match.seen_at,
    )


def _grown(records: Records, case: Case, match: Match, work: Work) -> Case:
    # Counted after the case was read: whoever stores it last has counted every address before.
    covered = united((*case.covered, *covered_by(match)))
    return case.model_copy(
        update={
            "channels": _with(case.channels, match.channel),
            "modalities": _with(case.modalities, match.modality),
            "first_seen": min(case.first_seen, match.seen_at),
            "last_seen": max(case.last_seen, match.seen_at),
            "url_count": records.count(Query(CaseUrl, {"case_id": case.id})),
            "score": max(case.score, match.score),
            "covered": covered,
            "coverage": share(work, covered),
        }
    )


def _note_url(records: Records, id: str, match: Match, sighting: Sighting) -> None:
    url_id = content_id("case-url", id, match.url)
    while True:
        version: Version | None = None
        try:
            stored = records.get(CaseUrl, url_id)
            version, old = stored.version, stored.record
            seen = old.model_copy(
                update={
                    "first_seen": min(old.first_seen, match.seen_at),
                    "last_seen": max(old.last_seen, match.seen_at),
                    "score": max(old.score, match.score),
                    "last_match_id": match.id
                    if match.seen_at >= old.last_seen
                    else old.last_match_id,
                }
            )
            if seen == old:
                return
        except NotFound:
            seen = CaseUrl(
                id=url_id,
                case_id=id,
                url=match.url,
                page_title=sighting.title,
                referrer=sighting.referrer,
                first_seen=match.seen_at,
                last_seen=match.seen_at,
                last_match_id=match.id,
                score=match.score,
            )
        try:
            records.put(seen, expect=version)
        except Conflict:
            continue
        return


def _opening(case: Case, match: Match) -> Event:
    return Event(
        id=content_id("event", "case_opened", case.id),
        at=case.opened_at,
        actor=ACTOR,
        verb="case_opened",
        subject_kind=Case.kind,
        subject_id=case.id,
        details={"match": match.id, "url": match.url, "score": match.score},
    )


def _with(old: tuple[S, ...], new: S) -> tuple[S, ...]:
    return tuple(sorted({*old, new}))
