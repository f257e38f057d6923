"""Passages: the words of the copy beside the words of the work, where the modality is text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fingerprints.contract import Limits
from fingerprints.errors import FingerprintError
from fingerprints.text import TextModality, read_text
from index.errors import NotFound

if TYPE_CHECKING:
    from index.blobs import Blobs
    from index.documents import Match, Sighting
    from index.store import Store


@dataclass(frozen=True, slots=True)
class Passage:
    """One aligned stretch, quoted from both sides; offsets are code points of the texts read."""

    copy_span: tuple[int, int]
    work_span: tuple[int, int]
    copied: str
    original: str


def passages(store: Store, match: Match, sighting: Sighting) -> tuple[Passage, ...]:
    """Quote the aligned stretches of a text match; empty for other modalities.

    Also empty where the bytes are no longer kept or no longer readable: the spans still stand.
    """
    if match.modality != TextModality.name or sighting.payload is None:
        return ()
    try:
        copy = _read(store.blobs, sighting.payload, sighting.media_type)
        works = {one: _read(store.blobs, one, None) for one in {s.medium for s in match.spans}}
    except (FingerprintError, NotFound):
        return ()
    return tuple(
        _passage(copy, works[span.medium], span.copy_span, span.work_span) for span in match.spans
    )


def _read(blobs: Blobs, digest: str, media_type: str | None) -> str:
    with blobs.open(digest) as source:
        return read_text(source, limits=Limits(), media_type=media_type)


def _passage(
    copy: str, work: str, copy_span: tuple[float, float], work_span: tuple[float, float]
) -> Passage:
    a, b = (round(place) for place in copy_span)
    c, d = (round(place) for place in work_span)
    return Passage((a, b), (c, d), copy[a:b], work[c:d])
