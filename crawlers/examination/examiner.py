"""Examination of one sighting: decode, fingerprint, find candidates, verify, check grants, file.

Runs in a limited process of its own, because it is the part that reads hostile bytes. The sighting
is stored first, which settles what was captured, and marked as examined last, when all that it
brought is kept. Ids are derived from the sighting, so doing the rest twice changes nothing: when
the URL is fetched again after a kill, it is the first capture that is examined.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cases.filing import ACTOR, case_id, file_match
from crawlers.examination.quotation import quoted
from fingerprints.errors import FingerprintError, NothingToPrint
from fingerprints.extraction import extract, facts_of
from index.changing import change_or_create
from index.contract import OwnerId
from index.documents import Failure, Match, Sighting, Span, Work, content_id, event, now
from index.errors import NotFound
from index.grants import covering_grant
from index.identify import identify_file
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

    from fingerprints.contract import Limits, Modality
    from fingerprints.extraction import Extraction
    from index.documents import Event
    from index.identify import Finding
    from index.store import Store


@dataclass(frozen=True, slots=True)
class ExaminerSource:
    """What a worker process needs to make its examiner: plain values."""

    store: StoreLocation
    limits: Limits
    match_threshold: float
    again: bool = False

    def __call__(self) -> Examiner:
        """Make the examiner, in the process that will use it."""
        store = open_store(self.store)
        return Examiner(store, self.limits, self.match_threshold, again=self.again)


class Examiner:
    """Examines sightings, one after the other.

    `again`: those that were examined before, too, as works have been registered since.
    """

    def __init__(
        self, store: Store, limits: Limits, match_threshold: float, *, again: bool = False
    ) -> None:
        self._store = store
        self._limits = limits
        self._threshold = match_threshold
        self._again = again

    def __call__(self, sighting: Sighting) -> Sighting:
        """Examine a sighting whose payload is kept, store all that follows, and return it."""
        sighting = _settled(self._store, sighting)
        if sighting.examined_at is not None and not self._again:
            return sighting
        try:
            extraction = self._extract(sighting)
        except FingerprintError as error:
            return conclude(self._store, sighting, failure=failure_of(error))
        matches = self._examine(sighting, extraction)
        prints = list(extraction.every_print())
        facts = (fact for one in prints for fact in facts_of(one))
        return conclude(
            self._store,
            sighting.model_copy(update={"media_type": extraction.media_type}),
            modalities=tuple(dict.fromkeys(one.modality for one in prints)),
            facts=tuple(dict.fromkeys(facts)),
            matches=matches,
        )

    def _extract(self, sighting: Sighting) -> Extraction:
        if sighting.payload is None:
            raise NothingToPrint("empty")
        with self._store.blobs.open(sighting.payload) as source:
            return extract(
                source, limits=self._limits, declared=sighting.media_type, filename=sighting.url
            )

    def _examine(self, sighting: Sighting, extraction: Extraction) -> int:
        """Index what was read, file what matches, and return how many matches there are."""
        index = self._store.fingerprints
        for one in extraction.prints:
            index.add(OwnerId("sighting", sighting.id, sighting.payload or ""), one)
        for member in extraction.members:
            for one in member.prints:
                index.add(OwnerId("sighting", sighting.id, member.sha256), one)
        found = list(identify_file(extraction, index, threshold=self._threshold))
        for modality, finding in found:
            self._file(sighting, extraction, modality, finding)
        return len(found)

    def _file(
        self, sighting: Sighting, extraction: Extraction, modality: Modality, finding: Finding
    ) -> None:
        records = self._store.records
        try:
            work = records.get(Work, finding.work_id).record
        except NotFound:
            # Withdrawn, or its registration not yet complete: no claim without a work.
            return
        grant = covering_grant(records, work, url=sighting.url, seen_at=sighting.seen_at)
        match = _match(sighting, work, modality, finding, grant.id if grant else None)
        if sighting.payload is not None:
            read = (sighting.payload, extraction.read_as)
            match = quoted(self._store.blobs, match, read, work, self._limits)
        match = change_or_create(records, Match, match.id, partial(_with, new=match))
        if match.grant_id is None:
            file_match(records, match, sighting, work)


def _settled(store: Store, sighting: Sighting) -> Sighting:
    """Store what was captured, and return it; what an earlier visit captured stands.

    An earlier visit that only failed to fetch captured nothing, and gives way.
    """

    def step(old: Sighting | None) -> tuple[Sighting, tuple[()]]:
        stands = old is not None and (old.payload is not None or sighting.payload is None)
        return (old if old is not None and stands else sighting), ()

    return change_or_create(store.records, Sighting, sighting.id, step)


def conclude(
    store: Store,
    sighting: Sighting,
    *,
    modalities: tuple[str, ...] = (),
    facts: tuple[str, ...] = (),
    matches: int = 0,
    failure: Failure | None = None,
) -> Sighting:
    """Mark a sighting as examined, with what became of it; once it is, it stays as it is."""
    found = {"modalities": modalities, "facts": facts, "matches": matches, "failure": failure}

    def step(old: Sighting | None) -> tuple[Sighting, tuple[()]]:
        # What another visit captured, that one examines; a failure has nothing to add.
        if old is not None and (old.examined_at is not None or old.payload != sighting.payload):
            return old, ()
        return sighting.model_copy(update={**found, "examined_at": now()}), ()

    return change_or_create(store.records, Sighting, sighting.id, step)


def failure_of(error: FingerprintError) -> Failure:
    """Name an error for the record."""
    return Failure(code=error.code, reason=error.reason)


def _match(
    sighting: Sighting, work: Work, modality: Modality, finding: Finding, grant_id: str | None
) -> Match:
    return Match(
        id=content_id("match", sighting.id, work.id, modality.name),
        sighting_id=sighting.id,
        crawl_id=sighting.crawl_id,
        work_id=work.id,
        title=work.title,
        page_title=sighting.title,
        case_id=None if grant_id else case_id(work.id, sighting.site),
        grant_id=grant_id,
        url=sighting.url,
        site=sighting.site,
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
