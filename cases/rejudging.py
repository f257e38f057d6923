"""Judging stored matches anew, when what is allowed has changed.

A grant that ended allows nothing from then on: what it covered becomes a case, to be visited again
and decided. A grant recorded late holds for the time it names: what it covers is no longer
pursued. Every step may be repeated; what a kill cut short is done by the next review.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.decisions import decided
from cases.filing import ACTOR, case_id, file_match
from index.changing import change
from index.contract import Query, Range
from index.documents import Case, CaseState, Grant, Match, Sighting, Work, event, folded, now
from index.errors import NotFound
from index.grants import covering_grant, covers
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pydantic import JsonValue

    from index.contract import Records
    from index.documents import Event


def review(records: Records) -> set[str]:
    """File what grants covered that have run out or were revoked; return the ids of the cases."""
    past = Range(below=now())
    return {
        case
        for end in ("ends_at", "revoked_at")
        for stored in scan(records, Query(Grant, {end: past}))
        for case in grant_ended(records, stored.record)
    }


def grant_ended(records: Records, grant: Grant) -> set[str]:
    """File what a revoked or expired grant covered and no other covers; return the cases' ids."""
    cases = set()
    for stored in list(scan(records, Query(Match, {"grant_id": grant.id}))):
        match = stored.record
        try:
            work = records.get(Work, match.work_id).record
            sighting = records.get(Sighting, match.sighting_id).record
        except NotFound:  # the work was withdrawn: nobody's claim
            continue
        if covering_grant(records, work, url=match.url, seen_at=now(), place=match.site) is None:
            cases.add(_uncovered(records, grant, match, sighting, work))
    return cases


def grant_recorded(records: Records, grant: Grant) -> set[str]:
    """Mark the matches that a grant covers; return the ids of the cases that fell with them."""
    touched: set[str] = set()
    for stored in scan(records, Query(Work)):
        work = stored.record
        if folded(work.holder) == grant.grantor_key:
            touched |= _covered(records, grant, work)
    return {id for id in touched if _fallen(records, id, grant)}


def _uncovered(records: Records, grant: Grant, match: Match, sighting: Sighting, work: Work) -> str:
    told: dict[str, JsonValue] = {"grant_ended": grant.id, "seen_at": match.seen_at.isoformat()}
    free = match.model_copy(update={"grant_id": None, "case_id": case_id(work.id, match.site)})
    case = file_match(records, free, sighting, work, told=told)
    _reopened(records, case.id, grant, told)

    def freed(old: Match) -> tuple[Match, tuple[Event, ...]]:
        if old.grant_id != grant.id:
            return old, ()
        new = old.model_copy(update={"grant_id": None, "case_id": case.id})
        return new, (event("match_uncovered", old, at=now(), actor=ACTOR, details=told),)

    # The match is freed last: until then the next review finds it again.
    change(records, Match, match.id, freed)
    return case.id


def _reopened(records: Records, id: str, grant: Grant, told: Mapping[str, JsonValue]) -> None:
    """Make a case that was dismissed while the grant was in force one to be decided again."""

    def step(old: Case) -> tuple[Case, tuple[Event, ...]]:
        if old.state is not CaseState.DISMISSED or not _was_before(old.decided_at, grant):
            return old, ()
        new = old.model_copy(update={"state": CaseState.LEAD})
        return new, (event("case_reopened", old, at=now(), actor=ACTOR, details=told),)

    change(records, Case, id, step)


def _was_before(decided_at: datetime | None, grant: Grant) -> bool:
    """Tell whether a case was decided while the grant was in force."""
    ends = [at for at in (grant.revoked_at, grant.ends_at) if at is not None]
    return decided_at is not None and bool(ends) and decided_at < min(ends)


def _covered(records: Records, grant: Grant, work: Work) -> set[str]:
    """Put the grant into the work's matches that it covers; return the ids of their cases."""
    told: dict[str, JsonValue] = {"grant": grant.id}

    def step(old: Match) -> tuple[Match, tuple[Event, ...]]:
        if old.grant_id is not None:
            return old, ()
        new = old.model_copy(update={"grant_id": grant.id})
        return new, (event("match_covered", old, at=now(), actor=ACTOR, details=told),)

    cases: set[str] = set()
    for stored in list(scan(records, Query(Match, {"work_id": work.id, "grant_id": None}))):
        match = stored.record
        if covers(grant, work, url=match.url, at=match.seen_at, place=match.site):
            change(records, Match, match.id, step)
            cases.add(match.case_id or case_id(work.id, match.site))
    return cases


def _fallen(records: Records, id: str, grant: Grant) -> bool:
    """Dismiss a lead of which every match is covered; what a person decided stays decided."""
    if records.count(Query(Match, {"case_id": id, "grant_id": None})):
        return False
    fell = False
    reason = f"authorised: grant {grant.id} · 已获授权：{grant.id}"

    def step(old: Case) -> tuple[Case, tuple[Event, ...]]:
        nonlocal fell
        fell = old.state is CaseState.LEAD
        return decided(old, CaseState.DISMISSED, actor=ACTOR, reason=reason) if fell else (old, ())

    change(records, Case, id, step)
    return fell
