"""Coverage: which parts of a work stand on a site, and what share of it that is."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from index.documents import Covered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.documents import Match, Medium, Work


def covered_by(match: Match) -> list[Covered]:
    """Return the stretches of the work that a match shows."""
    return [
        Covered(
            medium=span.medium,
            modality=match.modality,
            start=span.work_span[0],
            end=span.work_span[1],
        )
        for span in match.spans
    ]


def united(stretches: Iterable[Covered]) -> tuple[Covered, ...]:
    """Join stretches that overlap or touch; ordered by medium, modality, then start."""
    joined: list[Covered] = []
    for next_ in sorted(stretches, key=lambda one: (*_of(one), one.start, one.end)):
        last = joined[-1] if joined else None
        if last is not None and _of(last) == _of(next_) and next_.start <= last.end:
            joined[-1] = last.model_copy(update={"end": max(last.end, next_.end)})
        else:
            joined.append(next_)
    return tuple(joined)


def share(work: Work, covered: Iterable[Covered]) -> float:
    """Return the share [0, 1] of the work that is covered.

    Where the work has media of several modalities (pictures and sound), the largest share counts.
    `covered` must be united.
    """
    found: dict[tuple[str, str], float] = defaultdict(float)
    for one in covered:
        found[_of(one)] += one.end - one.start
    media: dict[str, list[Medium]] = defaultdict(list)
    for medium in work.media:
        media[medium.modality].append(medium)
    return max((_share(group, found) for group in media.values()), default=0.0)


def _of(stretch: Covered) -> tuple[str, str]:
    return stretch.medium, stretch.modality


def _share(media: list[Medium], found: dict[tuple[str, str], float]) -> float:
    whole = sum(medium.extent for medium in media)
    seen = sum(
        min(found.get((medium.sha256, medium.modality), 0.0), medium.extent) for medium in media
    )
    return seen / whole if whole else 0.0
