"""Which views of a picture or page are worth a part of its fingerprint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.errors import NothingToPrint
from fingerprints.image import hashes, local, overlay, plain, signature, views
from fingerprints.image.signature import Detail, View
from fingerprints.image.views import ViewKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from fingerprints.contract import Region
    from fingerprints.image.decode import Picture

_LEAST_QUALITY: Final = 5
_LEAST_FEATURES: Final = 8
_FEW_FEATURES: Final = 60
_LEAST_VIEW_QUALITY: Final = 30
_BEST: Final = 100
_PLAIN: Final = 0.5  # of the area in one tone: what little is in the rest decides the hash
_OF_PLAIN: Final = 49  # quality at most
_OF_TEXT: Final = 10
_SAME_VIEW: Final = 10  # bits: a view so near to an earlier one finds nothing new
_DETAILED: Final = (ViewKind.WHOLE, ViewKind.PANEL)


def views_of(picture: Picture) -> Iterator[View]:
    """Yield the whole and what else is worth its place; raises `NothingToPrint` for too little."""
    whole = _view(picture, ViewKind.WHOLE, views.WHOLE)
    if _is_poor(whole):
        raise NothingToPrint(f"quality {whole.quality} of 100")
    yield whole
    steps = views.ladder() if _features(whole) < _FEW_FEATURES else ()
    yield from _others(picture, [whole], steps)


def views_of_page(picture: Picture) -> Iterator[View]:
    """Do the same for a page of a document: of running text, only the pictures in it."""
    if float(picture.luminance.std()) == 0:
        return
    if views.is_running_text(picture.luminance):
        yield from _others(picture, [], ())
        return
    whole = _view(picture, ViewKind.WHOLE, views.WHOLE)
    if whole.quality >= _LEAST_VIEW_QUALITY or _features(whole) >= _FEW_FEATURES:
        yield whole
        yield from _others(picture, [whole], ())


def _is_poor(whole: View) -> bool:
    return whole.quality < _LEAST_QUALITY and _features(whole) < _LEAST_FEATURES


def _features(view: View) -> int:
    return len(view.detail.canvas.features) if view.detail else 0


def _others(picture: Picture, kept: list[View], ladder: Iterable[Region]) -> Iterator[View]:
    inner = views.trimmed(picture.luminance) if kept else None
    areas = [(ViewKind.TRIMMED, inner)] if inner is not None else []
    areas += [(ViewKind.PANEL, panel) for panel in views.panels(picture.luminance)]
    areas += [(ViewKind.LADDER, step) for step in ladder]
    for kind, region in areas:
        view = _view(picture, kind, region)
        if view.quality >= _LEAST_VIEW_QUALITY and _is_new(view, kept):
            kept.append(view)
            yield view


def _is_new(view: View, kept: list[View]) -> bool:
    if not kept:
        return True
    earlier = np.stack([one.hashed[0] for one in kept])
    return int(hashes.distances(view.hashed[:1], earlier).min()) > _SAME_VIEW


def _view(picture: Picture, kind: ViewKind, region: Region) -> View:
    luminance = views.pixels(picture.luminance, region)
    width = max(1, round((region.right - region.left) * picture.width))
    height = max(1, round((region.bottom - region.top) * picture.height))
    samples = hashes.grid(luminance, (width, height))
    quality = min(hashes.quality(samples), _at_most(luminance, samples))
    detail = None
    if kind in _DETAILED:
        averages = overlay.averages(luminance)
        canvas = signature.canvas(averages, width, height, local.features(luminance))
        detail = Detail(plain.plain_hashes(luminance), width, height, canvas)
    return View(kind, region, quality, hashes.variants(samples), hashes.weakest(samples), detail)


def _at_most(luminance: NDArray[np.uint8], samples: NDArray[np.float32]) -> int:
    """Return the most that a hash can say of it: terminals are alike, and pages of text more so."""
    if views.plain_share(samples) < _PLAIN:
        return _BEST
    return _OF_TEXT if views.is_running_text(luminance) else _OF_PLAIN
