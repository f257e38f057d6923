"""Files of people's own: fingerprinted in limited processes, registered or matched.

The bytes are no more to be trusted than those from the web, so they are decoded in the same kind
of process as those.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self
from urllib.parse import quote, unquote_to_bytes

from pydantic import PlainSerializer, PlainValidator

from fingerprints.errors import FingerprintError
from fingerprints.extraction import extract
from fingerprints.modalities import DIGEST, MODALITIES
from index.documents import Piece, Work, now
from index.errors import NotFound
from index.grants import covering_grant
from index.identify import identify, identify_file
from index.registration import WorkFacts, register, renew
from index.store import Store, StoreLocation, open_store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawlers.errors import CrawlError
    from fingerprints.contract import Aligned, Limits, Modality
    from fingerprints.extraction import Extraction
    from index.identify import Finding


AnyPath = Annotated[
    Path,
    PlainSerializer(lambda path: quote(os.fsencode(path))),
    PlainValidator(
        lambda path: Path(os.fsdecode(unquote_to_bytes(path))) if isinstance(path, str) else path
    ),
]
"""A path that survives JSON, whatever bytes its name is made of."""


class _File(Piece):
    path: AnyPath

    @property
    def size_bytes(self) -> int:
        """How much there is to read; 0 where that can't be said."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


class FileToRegister(_File):
    """A file and the work that it is of."""

    facts: WorkFacts
    actor: str


class FileToRenew(_File):
    """A kept file of a work, which newer modalities are to print anew."""

    work_id: str
    sha256: str
    filename: str
    actor: str


class _Answer(Piece):
    """What became of a file: `error` is a stable name where nothing could be got from it."""

    path: AnyPath
    error: str | None = None
    reason: str = ""

    @classmethod
    def refused(cls, file: _File, error: FingerprintError | CrawlError) -> Self:
        """Return what kept a file out."""
        return cls(path=file.path, error=error.code, reason=error.reason)


class Registered(_Answer):
    """The work as it is now, or the named error that kept the file out of it."""

    work: Work | None = None


class FileToMatch(_File):
    """A file to be compared with the registry."""


class FoundSpan(Piece):
    """This stretch of the copy is that stretch of the work, in the modality's span unit.

    The regions are of pictures: left, top, right, bottom as shares of their sides. `member` is a
    path in an archive, `content` a kind of content such as "code"; "" where there is none.
    """

    member: str = ""
    content: str = ""
    copy_span: tuple[float, float]
    work_span: tuple[float, float]
    copy_region: tuple[float, float, float, float] | None = None
    work_region: tuple[float, float, float, float] | None = None


class Witness(Piece):
    """What one modality says of the file and the work: of a film, its pictures and its sound."""

    modality: str
    score: float
    distance: float
    unit: str
    spans: tuple[FoundSpan, ...]


class FoundWork(Piece):
    """A registered work that the file holds; `witnesses` are best first, one a modality."""

    work_id: str
    title: str
    holder: str
    witnesses: tuple[Witness, ...]
    granted: bool

    @property
    def best(self) -> Witness:
        """Return what the modality that is most sure says."""
        return self.witnesses[0]


class Matched(_Answer):
    """What the registry says of a file; `modality` is None where none could read it."""

    modality: str | None = None
    matches: tuple[FoundWork, ...] = ()


@dataclass(frozen=True, slots=True)
class RegistrarSource:
    """What a process needs to register files: plain values."""

    store: StoreLocation
    limits: Limits

    def __call__(self) -> Registrar:
        """Make the registrar, in the process that will use it."""
        return Registrar(open_store(self.store), self.limits)


class Registrar:
    """Registers files, one after the other."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits

    def __call__(self, file: FileToRegister) -> Registered:
        """Fingerprint a file and add it to its work."""
        try:
            extraction = _extracted(file.path, file.path.name, self._limits, digested=True)
        except FingerprintError as error:
            return Registered.refused(file, error)
        work = register(self._store, file.facts, file.path, extraction, actor=file.actor)
        return Registered(path=file.path, work=work)


@dataclass(frozen=True, slots=True)
class RenewerSource:
    """What a process needs to print kept files anew: plain values."""

    store: StoreLocation
    limits: Limits

    def __call__(self) -> Renewer:
        """Make the renewer, in the process that will use it."""
        return Renewer(open_store(self.store), self.limits)


class Renewer:
    """Prints kept files of works anew, one after the other."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits

    def __call__(self, file: FileToRenew) -> Registered:
        """Fingerprint a file and put that in the place of what was printed of it before."""
        try:
            extraction = _extracted(file.path, file.filename, self._limits, digested=True)
            work = renew(
                *(self._store, file.work_id, file.sha256, file.filename, extraction),
                actor=file.actor,
            )
        except FingerprintError as error:
            return Registered.refused(file, error)
        except NotFound as error:
            return Registered(path=file.path, error="withdrawn", reason=str(error))
        return Registered(path=file.path, work=work)


@dataclass(frozen=True, slots=True)
class MatcherSource:
    """What a process needs to match files: plain values."""

    store: StoreLocation
    limits: Limits
    threshold: float

    def __call__(self) -> Matcher:
        """Make the matcher, in the process that will use it."""
        return Matcher(open_store(self.store), self.limits, self.threshold)


class Matcher:
    """Matches files with the registry, one after the other; stores nothing."""

    def __init__(self, store: Store, limits: Limits, threshold: float) -> None:
        self._store = store
        self._limits = limits
        self._threshold = threshold

    def __call__(self, file: FileToMatch) -> Matched:
        """Say which registered works a file holds, best first."""
        try:
            extraction = _extracted(file.path, file.path.name, self._limits)
        except FingerprintError as error:
            return self._by_hash(file) or Matched.refused(file, error)
        found = identify_file(extraction, self._store.fingerprints, threshold=self._threshold)
        read_by = next(extraction.every_print()).modality
        return Matched(path=file.path, modality=read_by, matches=self._matches(found))

    def _by_hash(self, file: FileToMatch) -> Matched | None:
        """Say whose very file it is that no modality reads; None where it is nobody's."""
        if not file.path.is_file():
            return None
        modality = MODALITIES[DIGEST]
        try:
            with file.path.open("rb") as source:
                print_ = modality.extract(source, limits=self._limits)
        except (OSError, FingerprintError):
            return None
        index = self._store.fingerprints
        (findings,) = identify([print_], index, modality, threshold=self._threshold)
        matches = self._matches((modality, finding) for finding in findings)
        return Matched(path=file.path, modality=DIGEST, matches=matches) if matches else None

    def _matches(self, found: Iterable[tuple[Modality, Finding]]) -> tuple[FoundWork, ...]:
        """Return the works that were found, best first."""
        witnesses: dict[str, list[Witness]] = defaultdict(list)
        for modality, finding in found:
            witnesses[finding.work_id].append(_witness(modality.name, finding))
        works = (self._found(work_id, several) for work_id, several in witnesses.items())
        matches = [work for work in works if work is not None]
        return tuple(sorted(matches, key=lambda match: (-match.best.score, match.work_id)))

    def _found(self, work_id: str, witnesses: list[Witness]) -> FoundWork | None:
        try:
            work = self._store.records.get(Work, work_id).record
        except NotFound:
            return None
        grant = covering_grant(self._store.records, work, url="", seen_at=now())
        return FoundWork(
            work_id=work.id,
            title=work.title,
            holder=work.holder,
            witnesses=tuple(sorted(witnesses, key=lambda one: (-one.score, one.modality))),
            granted=grant is not None,
        )


def _witness(modality: str, finding: Finding) -> Witness:
    spans = [
        _span(span, verdict.member)
        for verdict in finding.verdicts
        for span in verdict.comparison.spans
    ]
    return Witness(
        modality=modality,
        score=finding.best.score,
        distance=finding.best.distance,
        unit=finding.best.unit,
        spans=tuple(sorted(spans, key=lambda span: (span.member, span.copy_span))),
    )


def _span(span: Aligned, member: str) -> FoundSpan:
    return FoundSpan(
        member=member,
        content=span.content,
        copy_span=span.copy,
        work_span=span.work,
        copy_region=span.copy_region,
        work_region=span.work_region,
    )


class _Unreadable(FingerprintError):
    """The system gives no bytes of it."""

    code = "unreadable"


def _extracted(path: Path, filename: str, limits: Limits, *, digested: bool = False) -> Extraction:
    """Fingerprint a regular file; a pipe or device might never end."""
    try:
        if path.exists() and not path.is_file():
            raise _Unreadable("not a regular file")
        with path.open("rb") as source:
            return extract(source, limits=limits, filename=filename, digested=digested)
    except OSError as error:
        raise _Unreadable(str(error.strerror)) from error
