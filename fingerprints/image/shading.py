"""Says how far the light and dark of two pictures agree: what smooth ones have to be known by.

A sky has no features, and no block of it has details; but a copy of it has the very same tones,
wherever no mark lies. Where it may lie is searched and made exact, what does not agree there is
left out, and the rest is compared band by band, by correlations that count for as many samples as
are independent of each other (Clifford, Richardson and Hémon, 1989).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.image.fitting import FAINTEST, Fit, Level, Tones, fitted, residuals, weights
from fingerprints.image.overlay import overlay
from fingerprints.image.places import SHADES, distinct, places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.image.overlay import Canvas, Overlay

    Numbers = NDArray[np.float32]

_CRISP_BLUR: Final = 1.5  # cells
_ROUGHEST: Final = Level(24, 1.2, 2)
_FOLLOWED: Final = 4
_ROUGH: Final = Level(24, 1.2, 5)
_FINE: Final = Level(48, 0.6, 16)
_WORTH_MORE: Final = 0.12  # nats a sample
_REFINED: Final = 3
_APART: Final = 0.02  # of the longer side: nearer than this it is the same place
_LEAST_SHARE: Final = 0.3  # of the smaller picture

_BLURS: Final = (1.0, 2.0, 4.0, 8.0, 16.0)  # samples of 64: a band lies between two of them
_ROUNDING: Final = 1.0  # levels of noise that every copy has
_DOUBTFUL: Final = 2.0  # levels more for each by which tones differ more than copies' must
_MOST_ALIKE: Final = 0.995
_BLOCKS: Final = 8
_SLOPE: Final = 0.3  # levels a sample: what is less steep is a flat ground
_SLOPING: Final = 0.4, 0.8  # of the places: from nothing said to all of it
_USUAL_GAIN: Final = 0.35  # natural logarithm: a standard deviation of copies'
_USUAL_RESIDUAL: Final = 3.0  # levels above the faintest: of most copies it is less


class Shading(NamedTuple):
    """How two pictures lie together, and by how many standard deviations their tones agree."""

    laid: Overlay
    sureness: float


def shadings(ours: Canvas, theirs: Canvas) -> Iterator[Shading]:
    """Yield how well tones agree at the few likeliest places; nothing where none is likely."""
    seen = _likeliest(fitted(ours, theirs, places(ours, theirs, SHADES), _ROUGHEST))[:_FOLLOWED]
    starts, tones = [one.lie for one in seen], [one.tones for one in seen]
    rough = _likeliest(fitted(ours, theirs, starts, _ROUGH, tones))
    best = {one.lie: one.tones for one in rough if one.worth() > _WORTH_MORE}
    starts = distinct(best, ours, _APART, _REFINED)
    for one in fitted(ours, theirs, starts, _FINE, [best[start] for start in starts]):
        laid = overlay(ours, theirs, one.lie)
        if laid is not None and laid.share >= _LEAST_SHARE:
            yield Shading(laid, agreement(laid, one.tones))


def crispness(canvas: Canvas) -> float:
    """Return how much of a picture's contrast is in what a small blur takes away."""
    level = canvas.averages.astype(np.float32)
    fine = level - cv2.GaussianBlur(level, (0, 0), _CRISP_BLUR)
    return float(fine.std() / max(1e-3, float(level.std())))


def _likeliest(fits: list[Fit]) -> list[Fit]:
    return sorted(fits, key=lambda one: -one.worth())


def agreement(laid: Overlay, tones: Tones) -> float:
    """Return the root of the deviance of all bands' correlations, where tones about agree.

    It is worth less where most of a picture is flat, where both have most of their contrast under
    what is left out, and where the gain is another or tones agree only about: copies seldom
    have that, and strangers are fitted by it.
    """
    left = np.asarray(laid.second - tones.gain * laid.first - tones.offset, np.float32)
    residual = float(residuals(left.reshape(1, -1), laid.inside.reshape(1, -1)).item())
    weight = np.where(laid.inside, weights(left, residual), 0).astype(np.float32)
    noise = _ROUNDING + _DOUBTFUL * (residual - FAINTEST)
    noises = max(_ROUNDING, noise / tones.gain), noise
    bands = _bands(laid.first, weight), _bands(laid.second, weight)
    deviance = sum(_deviance(*both, weight, noises) for both in zip(*bands, strict=True))
    sides = laid.first, laid.second
    told = np.interp(min(_sloping(side, weight) for side in sides), _SLOPING, (0, 1))
    told *= min(1.0, max(_kept(side, laid.inside, weight) for side in sides))
    told *= np.exp(-((np.log(tones.gain) / _USUAL_GAIN) ** 2) / 2)
    told /= 1 + ((residual - FAINTEST) / _USUAL_RESIDUAL) ** 2
    return float(np.sqrt(deviance) * told)


def _bands(side: Numbers, weight: Numbers) -> Iterator[Numbers]:
    """Yield differences of blurs of what has weight (Knutsson and Westin, 1993), and weighted."""
    blurred = [_blurred(side * weight, blur) / _blurred(weight, blur) for blur in _BLURS]
    total = float(weight.sum())
    for fine, coarse in pairwise(blurred):
        band = fine - coarse
        yield np.asarray(weight * (band - float((weight * band).sum()) / total), np.float32)


def _blurred(side: Numbers, blur: float) -> Numbers:
    found = cv2.GaussianBlur(side, (0, 0), blur, borderType=cv2.BORDER_REFLECT)
    return np.asarray(found + np.float32(1e-3), np.float32)


def _deviance(
    first: Numbers,
    second: Numbers,
    weight: Numbers,
    noises: tuple[float, float],
) -> float:
    total = float(weight.sum())
    powers = [
        float((side**2).sum()) / total + noise**2
        for side, noise in zip((first, second), noises, strict=True)
    ]
    alike = float((first * second).sum()) / total / float(np.sqrt(powers[0] * powers[1]))
    if alike <= 0:
        return 0.0
    return -_independent(first, second) * float(np.log(1 - min(alike, _MOST_ALIKE) ** 2))


def _independent(first: Numbers, second: Numbers) -> float:
    """Return how many samples are independent: few of narrow bands, and of what is in few places.

    That is the inverse of the variance of the correlation of strangers with such spectra, by the
    share of the blocks that it comes from.
    """
    spectra = [np.asarray(cv2.dct(side), np.float64) ** 2 for side in (first, second)]
    common = float((spectra[0] * spectra[1]).sum())
    size = (_BLOCKS, _BLOCKS)
    power = [cv2.resize(side**2, size, interpolation=cv2.INTER_AREA) for side in (first, second)]
    shared = np.sqrt(power[0] * power[1])
    squares = float((shared**2).sum())
    if common == 0 or squares == 0:
        return 0.0
    spread = float(shared.sum()) ** 2 / squares / _BLOCKS**2
    return float(spectra[0].sum() * spectra[1].sum()) / common * spread


def _sloping(side: Numbers, weight: Numbers) -> float:
    """Return the share of the places that lie on a slope, however gentle."""
    smooth = cv2.GaussianBlur(side, (0, 0), 1.0)
    slopes = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    steep = np.hypot(slopes[0], slopes[1]) > 8 * _SLOPE
    return float(weight[steep].sum() / weight.sum())


def _kept(side: Numbers, inside: NDArray[np.bool_], weight: Numbers) -> float:
    """Return how much of a picture's contrast is where it has weight, of its even share."""
    away = (side - side[inside].mean()) ** 2
    share = float(weight.sum()) / int(inside.sum())
    return float((weight * away).sum()) / max(1e-6, float(away[inside].sum())) / share
