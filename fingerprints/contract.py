"""What every modality does: bytes in, a fingerprint out; two fingerprints in, a comparison out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, ClassVar, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one file may cost. Modalities raise `TooLarge` before they pass one of these.

    `input_bytes` is for any file; texts, pictures and documents, which are read whole, are held to
    `whole_bytes`, too.
    """

    input_bytes: int = 16 * 2**30
    whole_bytes: int = 512 * 2**20
    text_characters: int = 20_000_000
    markup_depth: int = 2_000
    image_pixels: int = 100_000_000
    duration_s: float = 6 * 3600.0
    archive_depth: int = 3
    archive_ratio: float = 200.0
    archive_bytes: int = 2 * 2**30


class Region(NamedTuple):
    """A rectangle on a picture or page: shares [0, 1] of its width and height from the top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the work. Long works have many, so that no stored document grows without bound.

    `position`: where it starts, in the modality's span unit (code points, seconds, pages).
    `terms`: (n,) int64, distinct, sorted: what an inverted index finds candidates by.
    `signature`: what `verify` compares; opaque to everything outside the modality.
    """

    position: float
    terms: NDArray[np.int64]
    signature: bytes


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What one file looks like to one modality.

    `extent`: length of the whole in the span unit; 1.0 for a picture. Shares of a work are of it.
    """

    modality: str
    version: int
    parts: tuple[Part, ...]
    extent: float


@dataclass(frozen=True, slots=True)
class Lookup:
    """Terms looked up together: of a part, of a mirrored view …, neighbouring terms included.

    `terms`: (n,) int64, distinct. A stored part that shares at least `min_shared` of them is a
    candidate.
    """

    terms: NDArray[np.int64]
    min_shared: int = 1


@dataclass(frozen=True, slots=True)
class Probe:
    """What to look up to find a fingerprint's near-duplicates in an inverted index.

    A stored part is a candidate where one of the look-ups finds it.
    """

    modality: str
    lookups: tuple[Lookup, ...]


@dataclass(frozen=True, slots=True)
class Aligned:
    """This stretch of the copy is that stretch of the work: [start, end) in the span unit.

    `content`: what kind of content it is of, where a modality tells several apart and the place
    does not say it: of an app "code", "pictures" …; a stored name, never renamed.
    """

    copy: tuple[float, float]
    work: tuple[float, float]
    copy_region: Region | None = None
    work_region: Region | None = None
    content: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike a copy and a work are.

    `score`: [0, 1], calibrated so that 0.5 is the line between a copy and a stranger, with the
    same error rate in every modality. `distance` is the modality's own measure, in `unit`.
    `spans` are evidence: ordered by place in the copy, not overlapping in it, empty below 0.5.
    """

    score: float
    distance: float
    unit: str
    spans: tuple[Aligned, ...] = ()


class Modality(Protocol):
    """One way to recognise a work: text, image, audio, video, app."""

    name: ClassVar[str]
    """Stored with every fingerprint, never renamed."""
    version: ClassVar[int]
    """Raised when the bytes of a fingerprint change; older prints are extracted anew."""
    span_unit: ClassVar[str]
    """"code points", "seconds" or "pages"."""
    media_types: ClassVar[frozenset[str]]

    def extract(
        self, source: BinaryIO, *, limits: Limits, media_type: str | None = None
    ) -> Fingerprint:
        """Fingerprint one seekable file; same bytes and version, same fingerprint.

        `media_type` is what the sender claimed, with parameters (`text/html; charset=gbk`); it is a
        hint and may lie. Raises `Undecodable`, `TooLarge` or `NothingToPrint`, and nothing else.
        """
        ...

    def probe(self, fingerprint: Fingerprint) -> Probe:
        """Say which terms find the near-duplicates of this fingerprint."""
        ...

    def facts(self, fingerprint: Fingerprint) -> Mapping[str, str]:
        """What people and other programs know such a file by: hashes in exchange, a certificate.

        Names are stored, never renamed. Empty where there is nothing of the kind.
        """
        ...

    def verify(self, query: Fingerprint, reference: Fingerprint) -> Comparison:
        """Compare a copy (`query`) with a work (`reference`): pure, exact, the oracle of the index.

        `reference` may hold only some of the work's parts, in order; `extent` is still the whole's.
        """
        ...
