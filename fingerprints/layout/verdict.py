"""What two pages, and two books, show of being one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.calibration import calibration
from fingerprints.contract import Aligned, Region
from fingerprints.layout import signature, terms
from fingerprints.page_chain import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fingerprints.contract import Fingerprint
    from fingerprints.layout.letters import Letters

NAME: Final = "layout"
PAGE: Final = "page"
FOUND_BY_TERMS: Final = True
"""Pages that share no terms never meet."""

_ALIKE: Final = 13  # bits of 64; strangers differ in 32, give or take 4.5
_LEAST_PAIRS: Final = 4
_OFF: Final = 1.0  # lines: as far from its place may one be found on a page photographed askew
_STRETCH: Final = (0.85, 1.18)  # pages are laid straight and to one size before
_A_LINE: Final = 3  # places of one line that count: running heads are shared by strangers
_LINES: Final = 5  # with fewer, all counts less
_FEW: Final = 16  # pairs of pages: all are compared
_SHARED: Final = 2
_MOST: Final = 300  # pairs otherwise, those of the most terms in common
_WORTH_ADDING: Final = 0.4  # score of a page: below, pages of one series may all be as good
_DECADES: Final = 12.0  # of a score of 1: see `fingerprints.calibration`
_OVERLAP: Final = 0.5


class Found(NamedTuple):
    """`raw`: places found again, few a line. `share`: of the poorer page's. Where on both pages."""

    raw: float
    share: float
    ours: Region
    theirs: Region


class Match(NamedTuple):
    """A page of the copy that has on it, or is, a page of the work."""

    ours: float
    theirs: float
    score: float
    found: Found


class Verdict(NamedTuple):
    """`score` of the whole; `matches` in the order of both."""

    score: float
    matches: tuple[Match, ...]


def verdict(query: Fingerprint, reference: Fingerprint) -> Verdict:
    """Compare pages with pages, and weigh those that match in order together."""
    return _judged(_found(query, reference), query, reference)


def _judged(
    found: list[tuple[float, float, Found]], query: Fingerprint, reference: Fingerprint
) -> Verdict:
    matches = [one for one in _matches(found) if one.score > 0]
    if _pages(query) * _pages(reference) == 1:
        return Verdict(matches[0].score if matches else 0.0, tuple(matches[:1]))
    chain = in_order((one for one in matches if one.score >= _WORTH_ADDING), strictly=False)
    if not chain:
        return Verdict(0.0, ())
    return Verdict(min(1.0, _together(chain, query, reference) / _DECADES), chain)


def evidence(query: Fingerprint, reference: Fingerprint) -> dict[str, float]:
    """Return the raw statistics of the one witness: what the most alike pages show.

    Pages that match in order need no calibration of their own: their chances are multiplied.
    """
    pages = _found(query, reference)
    return {PAGE: max((found.raw for _, _, found in pages), default=0.0)}


def pieces(fingerprint: Fingerprint) -> list[Fingerprint]:
    """Cut into pages: of single pages all ways of lying are compared, whatever terms they share."""
    places = sorted({part.position for part in fingerprint.parts})
    alone = ([part for part in fingerprint.parts if part.position == place] for place in places)
    return [replace(fingerprint, parts=tuple(parts), extent=1.0) for parts in alone]


def spans(judged: Verdict) -> tuple[Aligned, ...]:
    """Say which page is which; a page of the copy that shows several is divided among them."""
    aligned = []
    for one in judged.matches:
        others = [other for other in judged.matches if other.ours == one.ours]
        start = one.ours + others.index(one) / len(others)
        end = one.ours + (others.index(one) + 1) / len(others)
        work = (one.theirs, one.theirs + 1)
        aligned.append(Aligned((start, end), work, one.found.ours, one.found.theirs))
    return tuple(aligned)


def compared(ours: Letters, theirs: Letters) -> Found | None:
    """Lay one page on the other; None where too few places do."""
    pairs = _alike(ours.codes, theirs.codes)
    if len(pairs) < _LEAST_PAIRS:
        return None
    mine, other = ours.places[pairs[:, 0]], theirs.places[pairs[:, 1]]
    lie, inside = cv2.estimateAffine2D(mine, other, ransacReprojThreshold=_OFF)
    if lie is None or not np.isfinite(lie).all():
        return None
    stretch = np.linalg.svd(lie[:, :2], compute_uv=False)
    if not (_STRETCH[0] <= stretch.min() and stretch.max() <= _STRETCH[1]) or lie[0, 0] < 0:
        return None
    kept = inside.ravel().astype(bool)
    mine, other = mine[kept], other[kept]
    raw = min(_counted(mine), _counted(other))
    share = len(mine) / min(len(ours), len(theirs))
    return Found(raw, share, _region(mine, ours.laid), _region(other, theirs.laid))


def _alike(ours: NDArray[np.uint64], theirs: NDArray[np.uint64]) -> NDArray[np.intp]:
    """(n, 2) indices of places that are each other's nearest, and near."""
    away = np.bitwise_count(ours[:, None] ^ theirs)
    nearest = away.argmin(axis=1)
    rows = np.arange(len(ours))
    mutual = (away.argmin(axis=0)[nearest] == rows) & (away[rows, nearest] <= _ALIKE)
    return np.column_stack([rows[mutual], nearest[mutual]])


def _counted(places: NDArray[np.float32]) -> float:
    """Count places, few of each line; less where all stand in few lines."""
    lines, numbers = np.unique(np.rint(places[:, 1]), return_counts=True)
    return float(np.minimum(numbers, _A_LINE).sum() * min(1.0, len(lines) / _LINES))


def _region(places: NDArray[np.float32], laid: NDArray[np.float32]) -> Region:
    back = np.linalg.solve(laid[:, :2].astype(float), places.T - laid[:, 2:])
    low, high = (np.clip(side, 0.0, 1.0) for side in (back.min(axis=1), back.max(axis=1)))
    return Region(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _matches(pages: list[tuple[float, float, Found]]) -> list[Match]:
    """Score all pairs; on one page of the copy, another of the work must stand beside the first."""
    curve = calibration(NAME)
    rated = [
        Match(ours, theirs, curve.score(PAGE, found.raw), found) for ours, theirs, found in pages
    ]
    kept: list[Match] = []
    for one in sorted(rated, key=lambda one: -one.found.raw):
        here = [other for other in kept if other.ours == one.ours]
        if all(_overlap(one.found.ours, other.found.ours) < _OVERLAP for other in here):
            kept.append(one)
    return kept


def _overlap(one: Region, other: Region) -> float:
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min(_area(one), _area(other))
    return max(0.0, wide) * max(0.0, high) / smaller if smaller else 1.0


def _area(region: Region) -> float:
    return (region.right - region.left) * (region.bottom - region.top)


def _found(query: Fingerprint, reference: Fingerprint) -> list[tuple[float, float, Found]]:
    ours = [signature.unpacked(part.signature) for part in query.parts]
    theirs = [signature.unpacked(part.signature) for part in reference.parts]
    found = []
    for i, j in _worth_comparing(ours, reference):
        both = compared(ours[i], theirs[j])
        if both is not None:
            found.append((query.parts[i].position, reference.parts[j].position, both))
    return found


def _worth_comparing(ours: Sequence[Letters], reference: Fingerprint) -> list[tuple[int, int]]:
    """Choose pairs of indices: all of few, else those with terms in common."""
    count = len(reference.parts)
    if len(ours) * count <= _FEW:
        return [(i, j) for i in range(len(ours)) for j in range(count)]
    known = np.concatenate([part.terms for part in reference.parts])
    owner = np.repeat(np.arange(count), [part.terms.size for part in reference.parts])
    order = np.argsort(known, kind="stable")
    known, owner = known[order], owner[order]
    shared = np.zeros((len(ours), count), int)
    for i, page in enumerate(ours):
        asked = terms.asked(page)
        low, high = (np.searchsorted(known, asked, side) for side in ("left", "right"))
        hits = [owner[a:b] for a, b in zip(low, high, strict=True) if a < b]
        if hits:
            shared[i] = np.bincount(np.concatenate(hits), minlength=count)
    rows, columns = np.nonzero(shared >= _SHARED)
    best = np.argsort(-shared[rows, columns], kind="stable")[:_MOST]
    return [(int(i), int(j)) for i, j in zip(rows[best], columns[best], strict=True)]


def _together(chain: Sequence[Match], query: Fingerprint, reference: Fingerprint) -> float:
    """Decades of chance: the pages' own, less those of having had so many pages to choose from."""
    chance = np.log10(_pages(query) * _pages(reference)) / 2
    gained = (max(0.0, one.score * _DECADES - chance) for one in chain)
    return max(0.0, float(sum(gained) - chance))


def _pages(fingerprint: Fingerprint) -> int:
    return len({part.position for part in fingerprint.parts})
