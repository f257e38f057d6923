"""Filing: a match that no grant covers opens a case, or joins the one that is open.

One case gathers one work on one site, or on one account where that is known. Its id is derived
from the two, so that whoever files it, however often, files the same case.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from cases.coverage import covered_by, share, united
from index.changing import change_or_create
from index.contract import Query
from index.documents import Case, CaseUrl, content_id, event, now
from index.sites import platform_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from index.contract import Records
    from index.documents import Event, Match, Sighting, Work

S = TypeVar("S", bound=str)

ACTOR = "marque"
"""Who opens cases: the program itself."""


def case_id(work_id: str, site: str) -> str:
    """Name the case of a work on a site or account."""
    return content_id("case", work_id, site)


def file_match(
    records: Records,
    match: Match,
    sighting: Sighting,
    work: Work,
    *,
    told: Mapping[str, JsonValue] = MappingProxyType({}),
) -> Case:
    """Put a match into its case, opening it when it is the first; again changes nothing.

    The match must be stored already. Several processes may file into one case at once. `told`: what
    else the opening of the case is to say.
    """
    id = case_id(work.id, match.site)
    _note_url(records, id, match, sighting)

    def step(old: Case | None) -> tuple[Case, tuple[Event, ...]]:
        case = _grown(records, old or _opened(id, match, work), match, work)
        return case, () if old else (_opening(case, match, told),)

    return change_or_create(records, Case, id, step)


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
            "sites": _involved(case, match),
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


def _involved(case: Case, match: Match) -> tuple[str, ...]:
    """Return who can end it: the platform, or the site itself, and whoever hosts the copies."""
    platform = platform_of(match.site)
    return _with(_with(case.sites, platform), match.hosted_on or platform)


def _note_url(records: Records, id: str, match: Match, sighting: Sighting) -> None:
    url_id = content_id("case-url", id, match.url)

    def step(old: CaseUrl | None) -> tuple[CaseUrl, tuple[()]]:
        if old is not None:
            return _seen_again(old, match), ()
        new = CaseUrl(
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
        return new, ()

    change_or_create(records, CaseUrl, url_id, step)


def _seen_again(url: CaseUrl, match: Match) -> CaseUrl:
    is_latest = match.seen_at >= url.last_seen
    return url.model_copy(
        update={
            "first_seen": min(url.first_seen, match.seen_at),
            "last_seen": max(url.last_seen, match.seen_at),
            "score": max(url.score, match.score),
            "last_match_id": match.id if is_latest else url.last_match_id,
        }
    )


def _opening(case: Case, match: Match, told: Mapping[str, JsonValue]) -> Event:
    facts = {"match": match.id, "url": match.url, "score": match.score, **told}
    return event("case_opened", case, at=case.opened_at, actor=ACTOR, details=facts, once=True)


def _with(old: tuple[S, ...], new: S) -> tuple[S, ...]:
    return tuple(sorted({*old, new}))
