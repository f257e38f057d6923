"""Sound as the contract wants it: music, speech and sound tracks in, a comparison out."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final, NamedTuple

import numpy as np

from fingerprints.audio import bits, chains, signature, verdict
from fingerprints.audio.chromaprint import ITEM_S
from fingerprints.audio.decode import SAMPLE_RATE, blocks
from fingerprints.audio.library import gatherer
from fingerprints.audio.peaks import PeakFinder
from fingerprints.audio.signature import PART_S, Sound
from fingerprints.audio.spans import spans
from fingerprints.container import FILM_TYPES
from fingerprints.contract import Comparison, Fingerprint, Lookup, Part, Probe
from fingerprints.errors import NothingToPrint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.audio.peaks import Peaks
    from fingerprints.contract import Limits

_STEP_S: Final = 55
"""Parts overlap by more than the longest chain, so that none is lost at a border."""

# A term is a kind in bits 58–59 and a value below 2**57.
_ITEM_KIND: Final = 1 << 58
_FOUR_KIND: Final = 2 << 58
_PAIR_KIND: Final = 3 << 58
_ITEM_STEP: Final = 4  # every fourth item is registered, every one is looked up
_MIN_ITEMS: Final = 2
_ITEMS_PART: Final = 0.1

_LEAST_ITEMS: Final = 8
_LEAST_PEAKS: Final = 16
_LINE: Final = 0.5
_BELOW: Final = 0.49


class _Chained(NamedTuple):
    """Chains that are looked up. The more terms a copy has, the more a stranger shares by chance.

    `share`: of the terms asked, that a candidate must share, held to `least` and `most`.
    """

    shape: chains.Shape
    kind: int
    near: float  # terms that each chain is looked up by, on average
    part: float  # of what a part may be looked up by
    share: float
    least: int
    most: int
    more: float  # terms to share for each doubling of a copy's parts: so many chances has chance

    def lookup(self, peaks: Peaks, terms: float, parts: int) -> Lookup:
        """Return what one of so many parts is looked up by: the strongest chains, so many terms."""
        length = max(1.0, float(np.ptp(peaks.times)) / 1000) if peaks.size else 1.0
        rate = terms * self.part / self.near / length
        near = self._near(peaks, rate)
        if near.size > terms * self.part:  # chains that are looked up by more than most
            near = self._near(peaks, rate * terms * self.part / near.size)
        least = self.least + round(self.more * log2(parts))
        return Lookup(near, int(np.clip(near.size * self.share, least, self.most)))

    def _near(self, peaks: Peaks, rate: float) -> NDArray[np.int64]:
        linked = chains.of_copy(peaks, self.shape, rate)
        return np.unique(chains.near_terms(linked).terms | self.kind)

    def terms(self, peaks: Peaks) -> NDArray[np.int64]:
        """Return what a work's part is registered by."""
        return chains.terms(chains.of_work(peaks, self.shape)).terms | self.kind


_CHAINED: Final = (
    _Chained(chains.FOURS, _FOUR_KIND, 32, part=0.5, share=1.2e-4, least=2, most=6, more=0.3),
    _Chained(chains.PAIRS, _PAIR_KIND, 5.5, part=0.4, share=6e-4, least=3, most=24, more=0.65),
)
_MOST_TERMS: Final = 45_000
_OF_A_PART: Final = 1_000
"""A copy is looked up by about so many terms, but each of its parts by so many at the least.
Of excerpts of 15 s, played as they are, all stood out of an hour of other music."""


class AudioModality:
    """Recognises sound through codecs, noise, filters, and changes of speed, tempo and pitch."""

    name: ClassVar[str] = "audio"
    version: ClassVar[int] = 2
    span_unit: ClassVar[str] = "seconds"
    media_types: ClassVar[frozenset[str]] = FILM_TYPES | frozenset(
        {
            "audio/aac",
            "audio/ac3",
            "audio/aiff",
            "audio/amr",
            "audio/basic",
            "audio/flac",
            "audio/matroska",
            "audio/mp4",
            "audio/mpeg",
            "audio/ogg",
            "audio/opus",
            "audio/wav",
            "audio/webm",
            "audio/x-aiff",
            "audio/x-ape",
            "audio/x-flac",
            "audio/x-m4a",
            "audio/x-ms-wma",
            "audio/x-wav",
            "audio/x-wavpack",
            "video/vnd.avi",
        }
    )

    def __init__(self) -> None:
        """Load what fingerprints are made by, before a process's memory is bounded."""
        self._gatherer = gatherer()

    def extract(
        self,
        source: BinaryIO,
        *,
        limits: Limits,
        media_type: str | None = None,  # noqa: ARG002 (the bytes say it better)
    ) -> Fingerprint:
        """Fingerprint the best sound track of a file, a video's too."""
        return self.print_sound(blocks(source, limits))

    def print_sound(self, sound: Iterator[NDArray[np.int16]]) -> Fingerprint:
        """Fingerprint blocks of mono samples at 11,025 Hz; raises `NothingToPrint`."""
        chroma, finder, total = self._gatherer(), PeakFinder(), 0
        for block in sound:
            chroma.feed(block)
            finder.feed(block)
            total += block.size
        items, peaks = chroma.items(), finder.finish()
        if bits.telling(items).sum() < _LEAST_ITEMS and peaks.size < _LEAST_PEAKS:
            raise NothingToPrint(f"{total / SAMPLE_RATE:.1f} s, silent, short or monotonous")
        extent = total / SAMPLE_RATE
        whole = Sound(np.arange(items.size), items, peaks)
        return Fingerprint(self.name, self.version, tuple(_parts(whole, extent)), extent)

    def probe(self, fingerprint: Fingerprint) -> Probe:
        """Ask for items and for the strongest pairs and chains of four, a part's together."""
        lookups: list[Lookup] = []
        terms = max(_OF_A_PART, _MOST_TERMS / max(1, len(fingerprint.parts)))
        for part in fingerprint.parts:
            sound = signature.unpacked(part.signature)
            items = np.unique(bits.keys(sound.items[bits.telling(sound.items)]) | _ITEM_KIND)
            step = max(1, round(items.size / (terms * _ITEMS_PART)))
            lookups.append(Lookup(np.sort(items[::step]), _MIN_ITEMS))
            lookups += [one.lookup(sound.peaks, terms, len(fingerprint.parts)) for one in _CHAINED]
        return Probe(self.name, tuple(one for one in lookups if one.terms.size))

    def facts(self, fingerprint: Fingerprint) -> dict[str, str]:  # noqa: ARG002 - of the contract
        """Return nothing: what AcoustID exchanges is longer than a document should carry."""
        return {}

    def verify(self, query: Fingerprint, reference: Fingerprint) -> Comparison:
        """Lay the work over the copy by either witness; the better one's score counts."""
        found = verdict.judged(query, reference)
        if not found:
            return Comparison(0.0, 1.0, verdict.UNITS[verdict.PEAKS])
        best = found[0]
        copies = (one.segment for one in found if one.score >= _LINE)
        aligned = spans(copies, query.extent, reference.extent)
        score = best.score if aligned else min(best.score, _BELOW)
        return Comparison(score, best.segment.distance, verdict.UNITS[best.witness], aligned)


def _parts(whole: Sound, extent: float) -> Iterator[Part]:
    count = max(1, -(-int(extent - (PART_S - _STEP_S)) // _STEP_S))
    for begin in range(0, count * _STEP_S, _STEP_S):
        low, high = np.searchsorted(whole.numbers * ITEM_S, (begin, begin + PART_S))
        since, until = np.searchsorted(whole.peaks.times, (begin * 1000, (begin + PART_S) * 1000))
        items = whole.items[low:high]
        peaks = whole.peaks.where(slice(int(since), int(until)))
        some = Sound(whole.numbers[low:high], items, peaks)
        yield Part(float(begin), _terms(some), signature.packed(some, begin * 1000))


def _terms(sound: Sound) -> NDArray[np.int64]:
    chosen = bits.telling(sound.items) & (sound.numbers % _ITEM_STEP == 0)
    items = bits.keys(sound.items[chosen]) | _ITEM_KIND
    return np.unique(np.concatenate([items, *(one.terms(sound.peaks) for one in _CHAINED)]))
