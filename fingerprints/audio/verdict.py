"""What two fingerprints of sound say of each other: the evidence, and what it is worth."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.audio import alignment, bits
from fingerprints.audio.signature import PART_S, Sound, joined, packed, unpacked
from fingerprints.calibration import calibration
from fingerprints.contract import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.audio.segment import Segment
    from fingerprints.contract import Fingerprint

BITS: Final = "chromaprint"
PEAKS: Final = "peaks"
_TRIED_S: Final = 10.0
_HELD_S: Final = 60.0
FOUND_BY_TERMS: Final = True
UNITS: Final = {BITS: "bit error rate", PEAKS: "share of peaks"}


class Judged(NamedTuple):
    """A segment, the witness that found it, and its score."""

    segment: Segment
    witness: str
    score: float


def evidence(query: Fingerprint, reference: Fingerprint) -> dict[str, float]:
    """Return how much each witness finds at best; 0.0 where it finds nothing."""
    found = {BITS: 0.0, PEAKS: 0.0}
    for witness, segment in _segments(query, reference):
        found[witness] = max(found[witness], segment.evidence)
    return found


def pieces(fingerprint: Fingerprint) -> list[Fingerprint]:
    """Cut into its parts, each as of a file of its own: what strangers show allows for length."""
    return [_alone(fingerprint, part) for part in fingerprint.parts]


def _alone(fingerprint: Fingerprint, part: Part) -> Fingerprint:
    sound = unpacked(part.signature)
    peaks = sound.peaks._replace(times=sound.peaks.times - int(part.position * 1000))
    written = packed(Sound(np.arange(sound.items.size), sound.items, peaks), 0)
    extent = min(fingerprint.extent, part.position + PART_S) - part.position
    return replace(fingerprint, parts=(Part(0.0, part.terms, written),), extent=extent)


def judged(query: Fingerprint, reference: Fingerprint) -> list[Judged]:
    """Return every segment that a witness finds, the best first."""
    known = calibration("audio")
    found = [
        Judged(segment, witness, known.score(witness, segment.evidence))
        for witness, segment in _segments(query, reference)
    ]
    return sorted(found, key=lambda one: (-one.score, -one.segment.evidence))


def _segments(query: Fingerprint, reference: Fingerprint) -> Iterator[tuple[str, Segment]]:
    copy, sky = _copy(tuple(part.signature for part in query.parts))
    sound, work = _work(tuple(part.signature for part in reference.parts))
    for segment in bits.segments(copy, sound):
        yield BITS, segment
    # Long ones have more places at which strangers may seem alike.
    less = log(max(1.0, query.extent / _TRIED_S)) + log(max(1.0, reference.extent / _HELD_S))
    for segment in alignment.segments(sky, work):
        yield PEAKS, segment._replace(evidence=segment.evidence - less)


@lru_cache(maxsize=4)
def _copy(signatures: tuple[bytes, ...]) -> tuple[Sound, alignment.Sky]:
    sound = joined(unpacked(one) for one in signatures)
    return sound, alignment.sky(sound.peaks)


@lru_cache(maxsize=64)
def _work(signatures: tuple[bytes, ...]) -> tuple[Sound, alignment.Work]:
    parts = [unpacked(one) for one in signatures]
    sound = joined(parts)
    return sound, alignment.work(sound.peaks, [part.peaks for part in parts])
