"""Looking back: which sightings hold a work that was registered after they were seen.

Works' and sightings' prints are kept alike, so the work asks who shares terms with it, and whoever
does is identified as at the time of a crawl.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fingerprints.modalities import MODALITIES
from index.contract import OwnerId
from index.errors import NotFound
from index.identify import identify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.contract import Modality
    from index.contract import FingerprintIndex
    from index.documents import Medium, Work

_PARTS_AT_ONCE: Final = 8
"""Parts of a work that ask together: a long work is one book on a thousand pages."""
_SIGHTINGS_AT_ONCE: Final = 1_000


def seen_with(index: FingerprintIndex, work: Work, *, threshold: float) -> set[str]:
    """Return the ids of the sightings that hold the work, by one of its media at least."""
    found: set[str] = set()
    for modality, copy in sorted(_alike(index, work)):
        if copy.id not in found and _holds(index, MODALITIES[modality], copy, work, threshold):
            found.add(copy.id)
    return found


def _alike(index: FingerprintIndex, work: Work) -> set[tuple[str, OwnerId]]:
    """Return whose prints share terms with the work's, by modality."""
    return {
        (medium.modality, owner)
        for medium in work.media
        if medium.modality in MODALITIES
        for owner in _sharing(index, work, medium)
    }


def _sharing(index: FingerprintIndex, work: Work, medium: Medium) -> Iterator[OwnerId]:
    modality = MODALITIES[medium.modality]
    of = OwnerId("work", work.id, medium.sha256)
    for first in range(0, medium.parts, _PARTS_AT_ONCE):
        parts = range(first, min(first + _PARTS_AT_ONCE, medium.parts))
        with suppress(NotFound):  # withdrawn meanwhile
            probe = modality.probe(index.load(of, medium.modality, parts=parts))
            (found,) = index.candidates([probe], limit=_SIGHTINGS_AT_ONCE, among="sighting")
            yield from (candidate.owner for candidate in found)


def _holds(
    index: FingerprintIndex, modality: Modality, copy: OwnerId, work: Work, threshold: float
) -> bool:
    try:
        print_ = index.load(copy, modality.name)
    except NotFound:
        return False
    (findings,) = identify([print_], index, modality, threshold=threshold)
    return any(finding.work_id == work.id for finding in findings)
