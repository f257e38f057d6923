"""Examination of sightings: decode, fingerprint, find candidates, verify, check grants, file.

Runs in a limited process of its own, because it is the part that reads hostile bytes. A sighting
is marked as examined when all that it brought is kept; where there are matches it is stored before
them, which settles what was captured. Ids are derived from the sighting, so doing it twice changes
nothing: when the URL is fetched again, what was captured and stored first stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.examination.matching import file
from crawlers.examination.reading import read
from fingerprints.modalities import DIGEST, MODALITIES
from index.changing import change_or_create, change_or_create_all
from index.documents import Sighting, now
from index.identify import identify, identify_files
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from crawlers.examination.reading import Reading
    from fingerprints.contract import Limits, Modality
    from index.documents import Failure
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
    """Examines sightings whose payload is kept, and stores all that follows.

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
        """Return a sighting as it is on record when it has been examined."""
        (examined,) = self.several((sighting,))
        return examined

    def several(self, sightings: Sequence[Sighting]) -> list[Sighting]:
        """Return sightings, examined, in order; the store is asked for all of them at once."""
        stand = _standing(self._store, sightings)
        due = [one for one in stand if one.examined_at is None or self._again]
        done = dict(zip((one.id for one in due), self._examined(due), strict=True))
        # Another visit may have captured something else meanwhile: that stands, and is examined.
        return [
            one if one.examined_at is not None else self(one)
            for one in (done.get(one.id, one) for one in stand)
        ]

    def _examined(self, sightings: Sequence[Sighting]) -> list[Sighting]:
        """Read, index, look up and file; prints first, so that a work that comes finds them."""
        readings = [read(self._store.blobs, one, self._limits) for one in sightings]
        self._store.fingerprints.add_all(one for reading in readings for one in reading.prints())
        found = self._found(readings)
        concluded = change_or_create_all(
            self._store.records,
            Sighting,
            {
                reading.sighting.id: _concluding(reading.sighting, **reading.outcome(its))
                for reading, its in zip(readings, found, strict=True)
                if not its
            },
        )
        return [
            self._filed(reading, its) if its else concluded[reading.sighting.id]
            for reading, its in zip(readings, found, strict=True)
        ]

    def _found(self, readings: Sequence[Reading]) -> list[list[tuple[Modality, Finding]]]:
        """Return the works that each holds, by what was read of it, then by hashes alone."""
        index = self._store.fingerprints
        files = [one.extraction for one in readings if one.extraction is not None]
        by_content = iter(identify_files(files, index, threshold=self._threshold))
        found = []
        for reading in readings:
            its = next(by_content) if reading.extraction is not None else []
            found.append([*its, *self._by_hashes(reading, {one.work_id for _, one in its})])
        return found

    def _by_hashes(
        self, reading: Reading, known: Container[str]
    ) -> Iterator[tuple[Modality, Finding]]:
        """Yield the works whose files the hashes are of, but those that are known to be held."""
        if reading.hashes is not None:
            modality = MODALITIES[DIGEST]
            (findings,) = identify(
                [reading.hashes], self._store.fingerprints, modality, threshold=self._threshold
            )
            yield from ((modality, one) for one in findings if one.work_id not in known)

    def _filed(self, reading: Reading, found: Sequence[tuple[Modality, Finding]]) -> Sighting:
        """File what was found; what was captured is settled before, and examined when all is."""
        stored = _settled(self._store, reading.sighting)
        if stored.payload != reading.sighting.payload:
            return self(stored)
        read_as = reading.extraction.read_as if reading.extraction else None
        for modality, finding in found:
            file(self._store, reading.sighting, modality, finding, read_as, self._limits)
        return conclude(self._store, reading.sighting, **reading.outcome(found))


def _standing(store: Store, sightings: Sequence[Sighting]) -> list[Sighting]:
    """Return what is to be examined: what an earlier visit captured, if one has, stands."""
    earlier = store.records.get_all(Sighting, [one.id for one in sightings])
    return [
        old.record if (old := earlier.get(one.id)) and _stands(old.record, one) else one
        for one in sightings
    ]


def _stands(old: Sighting, sighting: Sighting) -> bool:
    """Tell whether a sighting stands before a later one of the same address.

    An earlier visit that only failed to fetch captured nothing, and gives way.
    """
    return old.payload is not None or sighting.payload is None


def _is_settled(old: Sighting, sighting: Sighting) -> bool:
    return old.examined_at is not None or old.payload != sighting.payload


def _settled(store: Store, sighting: Sighting) -> Sighting:
    """Store what was captured, and return it; what an earlier visit captured stands."""

    def step(old: Sighting | None) -> tuple[Sighting, tuple[()]]:
        return (old if old is not None and _stands(old, sighting) else sighting), ()

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
    step = _concluding(
        sighting, modalities=modalities, facts=facts, matches=matches, failure=failure
    )
    return change_or_create_all(store.records, Sighting, {sighting.id: step})[sighting.id]


def _concluding(sighting: Sighting, **outcome: object) -> Callable[[Sighting | None], Sighting]:
    """Return what makes of the sighting that is stored the one that is examined."""

    def step(old: Sighting | None) -> Sighting:
        # What another visit captured, that one examines; a failure has nothing to add.
        if old is not None and _stands(old, sighting) and _is_settled(old, sighting):
            return old
        return sighting.model_copy(update={**outcome, "examined_at": now()})

    return step
