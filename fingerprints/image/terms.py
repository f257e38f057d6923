"""The terms of a view: what it is found by, and what is asked for to find what it may be of.

A term is kind, place and value: bits 40 to 47, 32 to 39 and 0 to 31.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.contract import Lookup
from fingerprints.image import hashes, local, masses
from fingerprints.image.views import WHOLE, ViewKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from fingerprints.contract import Region
    from fingerprints.image.signature import Detail, View

_SLOT_KIND: Final = 1 << 40
_LOCAL_KIND: Final = 2 << 40
_MASSES_KIND: Final = 3 << 40
_SLOT_PLACES: Final = np.arange(16, dtype=np.int64)[:, None] << 32

_SHARED_SLOTS: Final = 2
_TURNED_SLOTS: Final = 8  # of the lowest frequencies, which are the surest
_REGISTERED: Final = 330  # terms of features, the surest
_ASKED: Final = 1400


def terms(view: View) -> NDArray[np.int64]:
    """(n,) distinct, sorted: what is stored of a view."""
    slots = _slot_terms(hashes.slots(view.hashed[0])[:, None])
    if view.detail is None:
        return slots
    canvas = view.detail.canvas
    features = local.terms(canvas.features, _REGISTERED) | _LOCAL_KIND
    return np.unique(
        np.concatenate([slots, features, masses.terms(canvas.averages) | _MASSES_KIND])
    )


def lookups(views: Iterable[View]) -> Iterator[Lookup]:
    """Yield what to ask for: every view, upright with its neighbours and turned without; details.

    The views of a page come with its whole first.
    """
    page: Detail | None = None
    for view in views:
        if view.kind is ViewKind.WHOLE:
            page = view.detail
        if view.kind is not ViewKind.LADDER:
            yield Lookup(_asked_slots(view), _SHARED_SLOTS)
        if view.kind is ViewKind.TRIMMED and page is not None:
            yield Lookup(_asked_masses(page, view.region))
        if view.detail is not None:
            asked = np.union1d(_asked_features(view.detail), _asked_masses(view.detail, WHOLE))
            yield Lookup(asked)


def _asked_slots(view: View) -> NDArray[np.int64]:
    """Upright with a bit that may differ in a row; flipped and turned only what is the same."""
    near = _slot_terms(hashes.neighbours(hashes.slots(view.hashed[0]), view.weakest))
    turned = np.stack([hashes.slots(one) for one in view.hashed[1:]], axis=1)
    return np.union1d(near, _slot_terms(turned[:_TURNED_SLOTS]))


def _slot_terms(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(rows | _SLOT_PLACES[: len(rows)] | _SLOT_KIND)


def _asked_features(detail: Detail) -> NDArray[np.int64]:
    asked: NDArray[np.int64] = local.asked_terms(detail.canvas.features, _ASKED) | _LOCAL_KIND
    return asked


def _asked_masses(detail: Detail, region: Region) -> NDArray[np.int64]:
    asked: NDArray[np.int64] = masses.asked_terms(detail.canvas.averages, region) | _MASSES_KIND
    return asked
