"""Matching: what a sighting holds of a work becomes a match, and without a grant a case."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cases.filing import ACTOR, case_id, file_match
from crawlers.examination.pages import pictured
from crawlers.examination.quotation import quoted
from index.changing import change_or_create
from index.documents import Match, Span, Work, content_id, event, now
from index.errors import NotFound
from index.grants import covering_grant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

    from fingerprints.contract import Limits, Modality
    from index.documents import Event, Sighting
    from index.identify import Finding
    from index.store import Store


def file(
    store: Store,
    sighting: Sighting,
    modality: Modality,
    finding: Finding,
    read_as: str | None,
    limits: Limits,
) -> None:
    """File what was found: a match, and its case. `read_as` is the media type of the payload."""
    records = store.records
    try:
        work = records.get(Work, finding.work_id).record
    except NotFound:
        # Withdrawn, or its registration not yet complete: no claim without a work.
        return
    grant = covering_grant(
        records, work, url=sighting.url, seen_at=sighting.seen_at, place=sighting.offered_on
    )
    match = _match(sighting, work, modality, finding, grant.id if grant else None)
    if sighting.payload is not None and read_as is not None:
        copy = (sighting.payload, read_as)
        match = quoted(store.blobs, match, copy, work, limits)
        match = pictured(store.blobs, match, copy, work, limits)
    match = change_or_create(records, Match, match.id, partial(_with, new=match))
    if match.grant_id is None:
        file_match(records, match, sighting, work)


def _match(
    sighting: Sighting, work: Work, modality: Modality, finding: Finding, grant_id: str | None
) -> Match:
    place = sighting.offered_on or sighting.site
    return Match(
        id=content_id("match", sighting.id, work.id, modality.name),
        sighting_id=sighting.id,
        crawl_id=sighting.crawl_id,
        work_id=work.id,
        title=work.title,
        page_title=sighting.title,
        case_id=None if grant_id else case_id(work.id, place),
        grant_id=grant_id,
        url=sighting.url,
        site=place,
        hosted_on=sighting.site,
        channel=sighting.channel,
        seen_at=sighting.seen_at,
        modality=modality.name,
        modality_version=modality.version,
        score=finding.best.score,
        distance=finding.best.distance,
        unit=finding.best.unit,
        spans=tuple(sorted(_spans(finding), key=lambda span: (span.member, span.copy_span))),
    )


def _with(old: Match | None, *, new: Match) -> tuple[Match, tuple[Event, ...]]:
    """Return the match as it is to be stored: what is there, and what media registered since add.

    What was found before stands as it was found.
    """
    if old is None:
        return new, ()
    known = {span.medium for span in old.spans}
    added = tuple(span for span in new.spans if span.medium not in known)
    if not added:
        return old, ()
    spans = sorted((*old.spans, *added), key=lambda span: (span.member, span.copy_span))
    best = max(old, new, key=lambda match: match.score)
    more = old.model_copy(
        update={"spans": tuple(spans), "score": best.score, "distance": best.distance}
    )
    told: dict[str, JsonValue] = {"media": [*dict.fromkeys(span.medium for span in added)]}
    return more, (event("match_extended", old, at=now(), actor=ACTOR, details=told),)


def _spans(finding: Finding) -> Iterator[Span]:
    for verdict in finding.verdicts:
        for span in verdict.comparison.spans:
            yield Span(
                medium=verdict.medium,
                member=verdict.member,
                content=span.content,
                copy_span=span.copy,
                work_span=span.work,
                copy_region=span.copy_region,
                work_region=span.work_region,
            )
