"""Looking back: which sightings hold a work that was registered after they were seen.

Works' and sightings' prints are kept alike, so the work asks who shares terms with it, and whoever
does is identified as at the time of a crawl.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fingerprints.modalities import MODALITIES
from index.contract import OwnerId
from index.errors import NotFound
from index.identify import identify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fingerprints.contract import Modality
    from index.contract import FingerprintIndex
    from index.documents import Medium, Work

_PARTS_AT_ONCE: Final = 8
"""Parts of a work that ask together: a long work is one book on a thousand pages."""
_SIGHTINGS_AT_ONCE: Final = 1_000
_COPIES_AT_ONCE: Final = 32


def seen_with(index: FingerprintIndex, work: Work, *, threshold: float) -> set[str]:
    """Return the ids of the sightings that hold the work, by one of its media at least."""
    found: set[str] = set()
    for name, copies in _alike(index, work).items():
        modality = MODALITIES[name]
        for start in range(0, len(copies), _COPIES_AT_ONCE):
            some = copies[start : start + _COPIES_AT_ONCE]
            left = [copy for copy in some if copy.id not in found]
            found |= _holding(index, modality, left, work, threshold)
    return found


def _alike(index: FingerprintIndex, work: Work) -> dict[str, list[OwnerId]]:
    """Return whose prints share terms with the work's, by modality, in order."""
    found: dict[str, set[OwnerId]] = defaultdict(set)
    for medium in work.media:
        if medium.modality in MODALITIES:
            found[medium.modality].update(_sharing(index, work, medium))
    return {modality: sorted(owners) for modality, owners in sorted(found.items())}


def _sharing(index: FingerprintIndex, work: Work, medium: Medium) -> Iterator[OwnerId]:
    modality = MODALITIES[medium.modality]
    of = OwnerId("work", work.id, medium.sha256)
    for first in range(0, medium.parts, _PARTS_AT_ONCE):
        parts = range(first, min(first + _PARTS_AT_ONCE, medium.parts))
        with suppress(NotFound):  # withdrawn meanwhile
            probe = modality.probe(index.load(of, medium.modality, parts=parts))
            (found,) = index.candidates([probe], limit=_SIGHTINGS_AT_ONCE, among="sighting")
            yield from (candidate.owner for candidate in found)


def _holding(
    index: FingerprintIndex,
    modality: Modality,
    copies: Sequence[OwnerId],
    work: Work,
    threshold: float,
) -> set[str]:
    """Return which of these copies hold the work; they are looked up together."""
    prints = {}
    for copy in copies:
        with suppress(NotFound):  # removed since it was found
            prints[copy] = index.load(copy, modality.name)
    holding = zip(
        prints, identify([*prints.values()], index, modality, threshold=threshold), strict=True
    )
    return {
        copy.id
        for copy, findings in holding
        if any(finding.work_id == work.id for finding in findings)
    }
