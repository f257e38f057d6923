"""Text: novels, articles, lyrics, standards; in files or in pages."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final

import numpy as np

from fingerprints.contract import Aligned, Comparison, Fingerprint, Limits, Lookup, Part, Probe
from fingerprints.errors import NothingToPrint
from fingerprints.text.align import LONGEST_INSERTION, Passage, align
from fingerprints.text.normalise import Normalised, normalise
from fingerprints.text.reading import read_text
from fingerprints.text.seeds import keyed
from fingerprints.text.signature import Stretch, packed, unpacked
from fingerprints.text.verdict import judged
from fingerprints.text.winnow import distinct, grams, terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

PART_CHARACTERS: Final = 8192
LEAST_CHARACTERS: Final = 40
MIN_SHARED: Final = 2
"""A verbatim run of 60 gives at least 3 terms; 2 are left where the work's parts cut it."""
_OVERLAP: Final = 128
"""Characters a part shares with each neighbour, so that one of them holds any short passage."""
_COPY_GAP: Final = 1
_WORK_GAP: Final = 0


class TextModality:
    """Recognises a text by the passages it shares with another."""

    name: ClassVar[str] = "text"
    version: ClassVar[int] = 1
    span_unit: ClassVar[str] = "code points"
    media_types: ClassVar[frozenset[str]] = frozenset(
        {"text/plain", "text/html", "application/xhtml+xml"}
    )

    def extract(
        self, source: BinaryIO, *, limits: Limits, media_type: str | None = None
    ) -> Fingerprint:
        """Fingerprint one text or page; spans will be of what `read_text` gives for the same."""
        text = read_text(source, limits=limits, media_type=media_type)
        return self.print_text(text)

    def print_text(self, text: str) -> Fingerprint:
        """Fingerprint a text already read; raises `NothingToPrint`."""
        normalised = normalise(text)
        if normalised.characters.size < LEAST_CHARACTERS:
            raise NothingToPrint(f"{normalised.characters.size} letters are too few")
        parts = tuple(_parts(normalised))
        if max(part.terms.size for part in parts) < MIN_SHARED:
            raise NothingToPrint("the text only repeats itself")
        return Fingerprint(self.name, self.version, parts, float(len(text)))

    def probe(self, fingerprint: Fingerprint) -> Probe:
        """Ask for every k-gram of the copy, not only the winnowed.

        A changed character then costs the copy the k-grams it is in, and no others.
        """
        stretches = (unpacked(part.signature) for part in fingerprint.parts)
        asked = (distinct(np.concatenate(grams(one.text.characters))) for one in stretches)
        return Probe(self.name, tuple(Lookup(terms, MIN_SHARED) for terms in asked))

    def verify(self, query: Fingerprint, reference: Fingerprint) -> Comparison:
        """Align the copy with the work; see `verdict` for what counts as a copy."""
        copied, worked = _joined(query.parts, _COPY_GAP), _joined(reference.parts, _WORK_GAP)
        copy, work = keyed(copied.characters), keyed(worked.characters)
        verdict = judged(align(copy, work), copy, work)
        share = verdict.equal / max(1, copied.characters.size)
        spans = tuple(_aligned(one, copied, worked) for one in verdict.passages)
        return Comparison(verdict.score, 1 - share, "share of text", spans)


def _parts(text: Normalised) -> Iterator[Part]:
    size = text.characters.size
    count = -(-size // PART_CHARACTERS)  # even shares, so that the last isn't a scrap
    edges = [size * number // count for number in range(count + 1)]
    for inner_start, inner_end in pairwise(edges):
        start, end = max(0, inner_start - _OVERLAP), min(size, inner_end + _OVERLAP)
        some = Normalised(text.characters[start:end], text.offsets[start:end])
        yield Part(
            position=float(some.offsets[0]),
            terms=terms(some.characters),
            signature=packed(Stretch(start, some)),
        )


def _joined(parts: Sequence[Part], gap: int) -> Normalised:
    """Characters of all parts; where some are missing between, a gap no passage can cross."""
    stretches = sorted((unpacked(part.signature) for part in parts), key=lambda one: one.first)
    characters: list[NDArray[np.uint32]] = []
    offsets: list[NDArray[np.int64]] = []
    reached = None
    for stretch in stretches:
        start = 0
        if reached is not None and stretch.first > reached:
            characters.append(np.full(LONGEST_INSERTION + 1, gap, np.uint32))
            offsets.append(np.zeros(LONGEST_INSERTION + 1, np.int64))
        elif reached is not None:
            start = reached - stretch.first
        characters.append(stretch.text.characters[start:])
        offsets.append(stretch.text.offsets[start:])
        reached = stretch.first + stretch.text.characters.size
    if not characters:
        return Normalised(np.zeros(0, np.uint32), np.zeros(0, np.int64))
    return Normalised(np.concatenate(characters), np.concatenate(offsets))


def _aligned(passage: Passage, copy: Normalised, work: Normalised) -> Aligned:
    return Aligned(_span(copy, *passage.copy), _span(work, *passage.work))


def _span(text: Normalised, start: int, end: int) -> tuple[float, float]:
    return float(text.offsets[start]), float(text.offsets[end - 1] + 1)
