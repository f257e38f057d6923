"""What two pages show of being one picture, by several witnesses, each in its own measure.

`view`: bits by which hashes of areas are nearer than strangers' are. `laid`: how well the pictures
agree where local features lay one over the other. `dense`: how many blocks agree there, or where a
search of all places lays it. `shading`: how far the tones of smooth pictures agree, where a search
lays them. `plain view` is a view with little in it, which is like others more often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from fingerprints.contract import Region
from fingerprints.image import blocks, dense, hashes
from fingerprints.image.alignment import Similarity, lies
from fingerprints.image.frequencies import masses, signs
from fingerprints.image.overlay import overlay
from fingerprints.image.places import DETAILS, places
from fingerprints.image.shading import crispness, shadings
from fingerprints.image.views import ViewKind, plain_share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fingerprints.image.alignment import Lie
    from fingerprints.image.blocks import Agreement
    from fingerprints.image.overlay import Canvas, Overlay
    from fingerprints.image.signature import View

WITNESSES: Final = ("view", "plain view", "laid", "dense", "shading")

STRANGERS: Final = hashes.BITS // 2
"""Bits by which two unrelated hashes differ on average."""

_RICH: Final = 50
_PLAIN: Final = 20
_PLAINEST: Final = 1.5  # what a bit counts for between the plainest areas
_FOR_LADDER: Final = 4  # bits that one of the many areas of a ladder must be nearer
_LEAST_AREA: Final = 0.3  # of one of the pictures: a shared logo or bar is no evidence
_SURE: Final = STRANGERS - 24  # no need to lay what is as near as this
_WORTH_LAYING: Final = 28  # views nearer than this by chance may lie on each other as they are
_SAME_SHAPE: Final = 0.06  # natural logarithm of the ratio of two areas' aspects

_MOST_INLIERS: Final = 60
_CHANCE: Final = 2  # features, and standard deviations of signs, that strangers have as well
_MASSES: Final = 0.7
_FULL_SHARE: Final = 0.3  # of the smaller picture
_FULL_SPREAD: Final = 0.1  # of the square of the longer side
_LEAST_SHARE: Final = 0.08
_LEAST_INLIERS: Final = 3
_SURE_LAID: Final = 16.0
_SURE_DENSE: Final = 10.0
_FULL_AGREEMENT: Final = 0.3  # of blocks: as much as shows between the letters of a heavy mark
_CRISP: Final = 0.24  # of the contrast: below, blocks show nothing but noise
_PAPER: Final = 0.45  # of a picture, in one tone
_WORTH_REFINING: Final = 2  # of the ways to lay it that features propose


class Found(NamedTuple):
    """The evidence of one witness, and where on both pages it lies."""

    witness: str
    raw: float
    distance: int
    ours: Region
    theirs: Region


def found(ours: Sequence[View], theirs: Sequence[View], *, search: bool = False) -> list[Found]:
    """Return the best that each witness has to say of two pages; none for what says nothing.

    `search`: look at all places where one may lie on the other, which takes some milliseconds.
    """
    views, near = _by_views(ours, theirs)
    best = _best(views)
    if max((one.raw for one in best), default=0.0) >= _SURE:
        return best
    best = _best([*best, *_laid(ours, theirs, near)])
    if not search or _most(best, "laid") > _SURE_LAID:
        return best
    best = _best([*best, *_searched(ours, theirs)])
    if _most(best, "dense") > _SURE_DENSE:
        return best
    return _best([*best, *_shaded(ours, theirs)])


def by_views(ours: Sequence[View], theirs: Sequence[View]) -> list[Found]:
    """Return what the hashes of areas have to say, which takes next to no time."""
    return _best(_by_views(ours, theirs)[0])


def _most(shown: Iterable[Found], witness: str) -> float:
    return max((one.raw for one in shown if one.witness == witness), default=0.0)


def _best(all_found: Iterable[Found]) -> list[Found]:
    best: dict[str, Found] = {}
    for one in all_found:
        known = best.get(one.witness)
        if one.raw > 0 and (known is None or known.raw < one.raw):
            best[one.witness] = one
    return list(best.values())


class _Near(NamedTuple):
    """Two views, and the way of flipping and turning ours that makes them alike."""

    ours: View
    theirs: View
    way: int


def _by_views(ours: Sequence[View], theirs: Sequence[View]) -> tuple[list[Found], list[_Near]]:
    """Compare all areas in all flips and turns; and say which may lie on each other as they are."""
    everything = np.concatenate([view.hashed for view in ours])
    there = _away(everything, theirs).reshape(len(ours), hashes.VARIANTS, len(theirs))
    turned = np.concatenate([view.hashed for view in theirs])
    back = _away(turned, ours).reshape(len(theirs), hashes.VARIANTS, len(ours))
    away = np.minimum(there.min(axis=1), back.min(axis=1).T)
    ways = there.argmin(axis=1)
    views, near = [], []
    for i, mine in enumerate(ours):
        for j, other in enumerate(theirs):
            if max(_area(mine.region), _area(other.region)) < _LEAST_AREA:
                continue
            distance = int(away[i, j])
            views.append(_of_views(mine, other, distance))
            if distance <= STRANGERS - _WORTH_LAYING:
                near.append(_Near(mine, other, int(ways[i, j])))
    return views, near


def _away(hashed: np.ndarray, views: Sequence[View]) -> np.ndarray:
    return hashes.distances(hashed, np.stack([view.hashed[0] for view in views]))


def _of_views(mine: View, other: View, distance: int) -> Found:
    quality = min(mine.quality, other.quality)
    dearness = _PLAINEST if quality < _PLAIN else 1.0
    raw = STRANGERS - distance * dearness
    if ViewKind.LADDER in (mine.kind, other.kind):
        raw -= _FOR_LADDER
    witness = "view" if quality >= _RICH else "plain view"
    return Found(witness, raw, distance, mine.region, other.region)


def _area(region: Region) -> float:
    return (region.right - region.left) * (region.bottom - region.top)


def _laid(ours: Sequence[View], theirs: Sequence[View], near: list[_Near]) -> Iterator[Found]:
    """Lay every detailed view of one over every one of the other's."""
    for mine in ours:
        for other in theirs:
            if mine.detail is None or other.detail is None:
                continue
            known = [_as_it_is(one) for one in near if one.ours is mine and one.theirs is other]
            canvases = mine.detail.canvas, other.detail.canvas
            for one in _lies_both_ways(*canvases, [lie for lie in known if lie]):
                sides = _within(mine.region, one.ours), _within(other.region, one.theirs)
                if max(_area(side) for side in sides) >= _LEAST_AREA:
                    yield one._replace(ours=sides[0], theirs=sides[1])


def _searched(ours: Sequence[View], theirs: Sequence[View]) -> Iterator[Found]:
    """Lay the whole of one over the whole of the other wherever it may lie."""
    for first, second, order in _wholes(ours, theirs):
        for place in places(first, second, DETAILS):
            for laid, agreed in _exact(first, second, place):
                yield _turned(_blocks(laid, agreed), order)


def _shaded(ours: Sequence[View], theirs: Sequence[View]) -> Iterator[Found]:
    """Do the same by their tones alone; those of plain paper are shared by all drawings on it."""
    for first, second, order in _wholes(ours, theirs):
        crisp = min(crispness(first), crispness(second)) > _CRISP
        if crisp and min(plain_share(side.averages) for side in (first, second)) > _PAPER:
            continue
        for one in shadings(first, second):
            laid = one.laid
            sureness = one.sureness * (blocks.allowed(laid) if crisp else 1.0)
            shown = Found("shading", sureness, signs(laid)[1], laid.ours, laid.theirs)
            yield _turned(shown, order)


def _wholes(
    ours: Sequence[View], theirs: Sequence[View]
) -> Iterator[tuple[Canvas, Canvas, Literal[-1, 1]]]:
    """Yield both pictures where they have details, in one order whichever is the copy."""
    if ours[0].detail is None or theirs[0].detail is None:
        return
    first, second = ours[0].detail.canvas, theirs[0].detail.canvas
    if first.averages.tobytes() > second.averages.tobytes():
        yield second, first, -1
    else:
        yield first, second, 1


def _turned(one: Found, order: Literal[-1, 1]) -> Found:
    return one if order == 1 else one._replace(ours=one.theirs, theirs=one.ours)


def _lies_both_ways(ours: Canvas, theirs: Canvas, known: list[Similarity]) -> Iterator[Found]:
    """Lay in one order whichever is the copy, so that both orders agree."""
    if ours.averages.tobytes() <= theirs.averages.tobytes():
        yield from _agreements(ours, theirs, known)
        return
    for one in _agreements(theirs, ours, [lie.inverse() for lie in known]):
        yield one._replace(ours=one.theirs, theirs=one.ours)


def _agreements(ours: Canvas, theirs: Canvas, known: list[Similarity]) -> Iterator[Found]:
    for place, lie in enumerate(lies(ours.features, theirs.features, known)):
        if lie.inliers < _LEAST_INLIERS and not known:
            continue
        laid = overlay(ours, theirs, lie.similarity)
        if laid is None or laid.share < _LEAST_SHARE:
            continue
        exact, agreed = laid, blocks.agreement(laid)
        if place < _WORTH_REFINING:
            exact, agreed = max(
                [(exact, agreed), *_exact(ours, theirs, lie.similarity)],
                key=lambda one: one[1].sureness,
            )
        raw, distance = _agreement(laid, lie)
        yield Found("laid", raw * _trust(agreed), distance, laid.ours, laid.theirs)
        yield _blocks(exact, agreed)


def _trust(agreed: Agreement) -> float:
    """Features and masses agree on all pages of one layout, what is on the pages does not.

    Nor is it evidence when a window, a bar or a logo is all that there is on a plain ground.
    """
    return min(1.0, agreed.share / _FULL_AGREEMENT) * agreed.told


def _blocks(laid: Overlay, agreed: Agreement) -> Found:
    """Boards and bricks are alike block by block, but rarely are the masses."""
    raw = agreed.sureness * (1 - _MASSES + _MASSES * masses(laid))
    return Found("dense", raw, signs(laid)[1], laid.ours, laid.theirs)


def _exact(ours: Canvas, theirs: Canvas, lie: Similarity) -> Iterator[tuple[Overlay, Agreement]]:
    exact = dense.refined(ours, theirs, lie)
    laid = overlay(ours, theirs, exact) if exact else None
    if laid is not None and laid.share >= _LEAST_SHARE:
        yield laid, blocks.agreement(laid)


def _agreement(laid: Overlay, lie: Lie) -> tuple[float, int]:
    """Weigh what lies together; also say how many of 256 bits differ in it.

    It takes both features and signs of frequencies that agree. A watermark that two strangers share
    brings as many of them as one likes; the masses of what is under it do not agree.
    """
    sureness, distance = signs(laid)
    beyond = max(0.0, sureness - _CHANCE) * max(0, min(lie.inliers, _MOST_INLIERS) - _CHANCE)
    weight = min(1.0, laid.share / _FULL_SHARE) * min(1.0, lie.spread / _FULL_SPREAD)
    weight *= 1 - _MASSES + _MASSES * masses(laid)
    return float(np.sqrt(beyond) * weight), distance


def _as_it_is(near: _Near) -> Similarity | None:
    """Say how one view lies on the other if the whole of it does; None where shapes differ."""
    mine, other = near.ours.detail, near.theirs.detail
    if mine is None or other is None:
        return None
    ours, theirs = mine.canvas, other.canvas
    wide, high = ours.width, ours.height
    if near.way & 4:
        wide, high = high, wide
    if abs(np.log(wide / high * theirs.height / theirs.width)) > _SAME_SHAPE:
        return None
    lie = Similarity(mirrored=False, turn=1 + 0j, shift=0j)
    for bit, turn in ((4, -1j), (1, 1 + 0j), (2, -1 + 0j)):
        if near.way & bit:
            lie = Similarity(not lie.mirrored, turn * lie.turn.conjugate(), 0j)
    scale = np.sqrt(theirs.width * theirs.height / (wide * high))
    lie = lie._replace(turn=lie.turn * scale)
    middle = np.array([complex(ours.width, ours.height) / 2])
    shift = complex(theirs.width, theirs.height) / 2 - complex(lie.there(middle)[0])
    return lie._replace(shift=shift)


def _within(outer: Region, inner: Region) -> Region:
    wide, high = outer.right - outer.left, outer.bottom - outer.top
    return Region(
        outer.left + inner.left * wide,
        outer.top + inner.top * high,
        outer.left + inner.right * wide,
        outer.top + inner.bottom * high,
    )
