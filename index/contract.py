"""The contracts of storage. Every backend passes one suite; other rooms know no backend."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, NewType, Protocol, TypeVar

from index.documents import Event, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from fingerprints.contract import Fingerprint, Probe
    from index.errors import Conflict

R = TypeVar("R", bound=Record)
Version = NewType("Version", str)
"""What a document was when it was read; opaque."""
Cursor = NewType("Cursor", str)
"""Where a page ended; opaque, and good only for the query that gave it."""

Value = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Range:
    """From `at_least` (included) to `below` (excluded); None leaves a side open."""

    at_least: float | datetime | None = None
    below: float | datetime | None = None


@dataclass(frozen=True, slots=True)
class Query(Generic[R]):
    """Documents of one kind whose fields equal a value, one of a tuple, or lie in a range.

    A field that holds a list fits when one of its items does; None fits a missing value. `words`
    are all to be found in the document's fields of words, whatever their case and width: words of
    letters whole, Chinese, Japanese and Korean ones as part of a longer one. `order` names a field,
    with a minus in front for descending; equals are ordered by id.
    """

    kind: type[R]
    where: Mapping[str, Value | tuple[Value, ...] | Range] = field(default_factory=dict)
    order: str = "id"
    words: str = ""


@dataclass(frozen=True, slots=True)
class Stored(Generic[R]):
    """A document as it is stored, and which version of it this is."""

    record: R
    version: Version


@dataclass(frozen=True, slots=True)
class Facet:
    """A value of a field, and how many documents have it; None: no value."""

    value: Value
    count: int


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Some of the documents that fit; `after` is None on the last page."""

    items: tuple[Stored[R], ...]
    after: Cursor | None


class Records(Protocol):
    """Where documents are kept. Safe for several processes at once."""

    def get(self, kind: type[R], id: str) -> Stored[R]:
        """Return a document, or raise `NotFound`."""
        ...

    def get_all(self, kind: type[R], ids: Sequence[str]) -> dict[str, Stored[R]]:
        """Return those of the documents that are there, by id; costs less than one by one."""
        ...

    def put(self, record: R, *, expect: Version | None, events: Sequence[Event] = ()) -> Version:
        """Store a document durably: a new one (`expect=None`), or in place of that very version.

        `events` are appended with it: both are kept, or neither. Raises `Conflict`. Events
        themselves are not put but appended.
        """
        ...

    def put_all(self, puts: Sequence[tuple[Record, Version | None]]) -> list[Version | Conflict]:
        """Store documents as `put` does, each for itself; return what came of each, in order.

        No id is given twice. Costs less than one by one.
        """
        ...

    def delete(self, kind: type[R], id: str, *, expect: Version) -> None:
        """Remove that very version of a document; raises `NotFound` or `Conflict`."""
        ...

    def find(self, query: Query[R], *, after: Cursor | None = None, limit: int = 50) -> Page[R]:
        """Return the next documents that fit. Raises `InvalidQuery`."""
        ...

    def count(self, query: Query[R]) -> int:
        """Return how many documents fit."""
        ...

    def facets(self, query: Query[R], name: str, *, limit: int = 20) -> list[Facet]:
        """Count the documents that fit by the values of a field, the most frequent first.

        A document whose field holds a list counts for each of its items. Raises `InvalidQuery`.
        """
        ...

    def resolve(self, kind: type[R], prefix: str) -> str:
        """Complete a shortened id; raises `NotFound` or `Ambiguous`."""
        ...

    def append(self, event: Event) -> None:
        """Add to the audit trail; an event whose id is there already changes nothing."""
        ...


Side = Literal["work", "sighting"]


class OwnerId(NamedTuple):
    """Whose a fingerprint is: a work's medium or a sighting's content.

    `id` is the document's; `medium` the SHA-256 of the bytes that were fingerprinted.
    """

    side: Side
    id: str
    medium: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be alike.

    `shared` counts common terms; `parts` are the owner's parts that share them, as ordinals in the
    stored fingerprint, ascending; `of` is how many parts that has.
    """

    owner: OwnerId
    shared: int
    parts: tuple[int, ...]
    of: int


class FingerprintIndex(Protocol):
    """Fingerprints by their terms. Safe for several processes at once."""

    def add(self, owner: OwnerId, fingerprint: Fingerprint) -> None:
        """Index a fingerprint durably; it replaces the owner's earlier one of the same modality."""
        ...

    def add_all(self, prints: Iterable[tuple[OwnerId, Fingerprint]]) -> None:
        """Index several fingerprints durably, which costs less than one by one."""
        ...

    def remove(self, side: Side, id: str) -> int:
        """Forget all fingerprints of a document; return how many there were."""
        ...

    def load(
        self, owner: OwnerId, modality: str, *, parts: Sequence[int] | None = None
    ) -> Fingerprint:
        """Return a stored fingerprint, or only some of its parts, in order. Raises `NotFound`."""
        ...

    def candidates(
        self, probes: Sequence[Probe], *, limit: int, among: Side = "work"
    ) -> list[list[Candidate]]:
        """Return, for each probe, who may be alike: most shared terms first.

        At most `limit` documents, each with all of its media that may be alike.
        """
        ...

    def older(self, modality: str, version: int) -> list[OwnerId]:
        """Return whose fingerprints of a modality another version of it has made."""
        ...

    def tidy(self) -> None:
        """Do upkeep that keeps queries fast, where the backend needs it; it may take minutes."""
        ...

    def rebuild(self) -> None:
        """Make anew what queries are answered from, out of the stored fingerprints."""
        ...


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What one index or table holds; None where the backend keeps no such thing by itself."""

    name: str
    documents: int
    size_bytes: int | None = None
    segments: int | None = None


@dataclass(frozen=True, slots=True)
class Renewal:
    """What migrating did with an index."""

    name: str
    change: Literal["made", "renewed", "kept"]


class Upkeep(Protocol):
    """What operators do with the store as a whole."""

    def migrate(self) -> Iterator[Renewal]:
        """Bring what is stored to this program's form, and yield what was done."""
        ...

    def stats(self) -> list[IndexStats]:
        """Return what is stored, and how much of it."""
        ...
