"""Text: novels, articles, lyrics, standards; in files or in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final

import numpy as np

from fingerprints import document
from fingerprints.contract import Aligned, Comparison, Fingerprint, Limits, Lookup, Part, Probe
from fingerprints.errors import NothingToPrint
from fingerprints.media_type import CARRIERS, MARKUP, PLAIN
from fingerprints.text.boilerplate import boilerplate, without_boilerplate
from fingerprints.text.normalise import Normalised, joined, normalised_blocks
from fingerprints.text.reading import read_text
from fingerprints.text.signature import Stretch, packed, unpacked
from fingerprints.text.verdict import judged
from fingerprints.text.winnow import DENSE, SPARSE, distinct, grams, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from fingerprints.text.align import Passage

PART_CHARACTERS: Final = 8192
LEAST_CHARACTERS: Final = 40
MIN_SHARED: Final = 2
SHORT_TERMS: Final = 125
"""Winnowed k-grams of some 550 Han or 370 letters: of a copy with no more, one is enough, for it
asks for so few that chance brings hardly any works."""
LONG_TERMS: Final = 500
"""Winnowed k-grams of some 2,300 Han or 1,500 letters: a copy with more is long."""
MIN_SHARED_OF_LONG: Final = 4
"""A verbatim run of 60 gives at least 5 terms in the part that holds it."""
_OVERLAP: Final = 128
"""Twice so many characters a part shares with each neighbour: one of them holds a short passage."""
_LEAST_LAST: Final = 2048
_NOTHING: Final = Normalised(np.zeros(0, np.uint32), np.zeros(0, np.int64))


class TextModality:
    """Recognises a text by the passages it shares with another."""

    name: ClassVar[str] = "text"
    version: ClassVar[int] = 6
    span_unit: ClassVar[str] = "code points"
    media_types: ClassVar[frozenset[str]] = document.TEXT_TYPES | CARRIERS | MARKUP | PLAIN

    def extract(
        self, source: BinaryIO, *, limits: Limits, media_type: str | None = None
    ) -> Fingerprint:
        """Fingerprint one text or page; spans will be of what `read_text` gives for the same."""
        text = read_text(source, limits=limits, media_type=media_type)
        return self.print_text(text)

    def print_text(self, text: str) -> Fingerprint:
        """Fingerprint a text already read; raises `NothingToPrint`."""
        parts = tuple(_parts(normalised_blocks(text)))
        if max((part.terms.size for part in parts), default=0) < MIN_SHARED:
            raise NothingToPrint("too few letters, or nothing but the same ones")
        return Fingerprint(self.name, self.version, parts, float(len(text)))

    def probe(self, fingerprint: Fingerprint) -> Probe:
        """Ask for every k-gram of a short copy, for the winnowed of a long one.

        A changed character then costs a short copy the k-grams it is in, and no others. What is
        common to many texts isn't asked for.
        """
        count = sum(part.terms.size for part in fingerprint.parts)
        if count > LONG_TERMS:
            known = [without_boilerplate(part.terms) for part in fingerprint.parts]
            return Probe(self.name, tuple(Lookup(one, MIN_SHARED_OF_LONG) for one in known))
        stretches = [unpacked(part.signature) for part in fingerprint.parts]
        asked = [_asked(one.text.characters) for one in stretches]
        least = 1 if count <= SHORT_TERMS else MIN_SHARED
        return Probe(self.name, tuple(Lookup(one, least) for one in asked))

    def facts(self, fingerprint: Fingerprint) -> dict[str, str]:  # noqa: ARG002 - of the contract
        """Return nothing: a text is known by its words."""
        return {}

    def verify(self, query: Fingerprint, reference: Fingerprint) -> Comparison:
        """Align the copy with the work; see `verdict` for what counts as a copy."""
        verdict, copied, worked = judged(query, reference)
        share = verdict.equal / max(1, copied.characters.size)
        spans = tuple(_aligned(one, copied, worked) for one in verdict.passages)
        return Comparison(verdict.score, 1 - share, "share of text", spans)


def _parts(blocks: Iterable[Normalised]) -> Iterator[Part]:
    """Parts as the text comes in, so that a long one never lies in memory as a whole."""
    held, first = _NOTHING, 0
    reach = PART_CHARACTERS + 2 * _OVERLAP
    for block in blocks:
        held = joined([held, block])
        # The last part takes what would be a scrap.
        while held.characters.size > reach + _LEAST_LAST:
            yield _part(held[:reach], first)
            held = held[PART_CHARACTERS:]
            first += PART_CHARACTERS
    if held.characters.size >= LEAST_CHARACTERS:
        yield _part(held, first)


def _part(text: Normalised, first: int) -> Part:
    return Part(
        position=float(text.offsets[0]),
        terms=terms(text.characters),
        signature=packed(Stretch(first, text)),
    )


def _asked(characters: NDArray[np.uint32]) -> NDArray[np.int64]:
    """All k-grams but those of common texts."""
    rare = np.concatenate(([0], np.cumsum(~boilerplate(characters))))
    kept = []
    for hashes, size in zip(grams(characters), (DENSE, SPARSE), strict=True):
        inside = rare[size.gram :][: hashes.size] > rare[: hashes.size]
        kept.append(hashes[inside])
    return distinct(np.concatenate(kept))


def _aligned(passage: Passage, copy: Normalised, work: Normalised) -> Aligned:
    return Aligned(_span(copy, *passage.copy), _span(work, *passage.work))


def _span(text: Normalised, start: int, end: int) -> tuple[float, float]:
    return float(text.offsets[start]), float(text.offsets[end - 1] + 1)
