"""Moves one picture on another until its tones are the other's, wherever no mark lies.

Gauss-Newton steps on what the tones of one leave of the other's, gain and offset solved with the
place (Hager and Belhumeur, "Efficient Region Tracking with Parametric Models of Geometry and
Illumination", 1998); samples that are too far off are weighed down (Geman and McClure, 1987), and a
mark drops out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.image.alignment import Similarity
from fingerprints.image.overlay import SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fingerprints.image.overlay import Canvas

    Numbers = NDArray[np.float32]

FAINTEST: Final = 1.5
"""Levels of 255 by which copies differ at least."""

_GAINS: Final = (0.5, 0.7, 1.0, 1.4, 2.0)  # tried at the start
_LIKELY_GAIN: Final = 0.5  # natural logarithm: a standard deviation of what copies have
_MOST_GAIN: Final = 4.0
_TONES: Final = 512
_ALIKE: Final = np.array([[1, 2, 3, 4, 5, 4, 3, 2, 1]], np.float32)  # levels about one tone

_TO_DEVIATION: Final = 1.4826  # from the median of absolute values
_OUTLYING: Final = 1.5  # deviations at which a sample counts for a quarter
_LEAST_WITHIN: Final = 0.25  # of the samples
_LEAST_SIDE: Final = 0.1  # of the longer side
_OVER: Final = 1.6  # of a step: weights that will grow make it too short
_MOST_STEP: Final = 0.05
_MOST_ZOOM: Final = 0.25  # natural logarithm
_DAMPING: Final = np.array([0, 0, 0.01, 0.01, 0.01, 0.01])
_LEAST_CURVED: Final = 1e-9  # of all: what a flat picture does not tell stays as it is


class Level(NamedTuple):
    """How finely pictures are sampled while one is moved: samples a side, blur in cells, steps."""

    samples: int
    blur: float
    steps: int


class Tones(NamedTuple):
    """The second picture's tones are about gain · the first's + offset."""

    gain: float
    offset: float


class Fit(NamedTuple):
    """Where a picture came to lie.

    `within`: how many of the samples about agree. `residual`, `contrast`: in levels of 255.
    """

    lie: Similarity
    tones: Tones
    within: float
    residual: float
    contrast: float

    def worth(self) -> float:
        """Nats a sample by which tones are known better than without the other picture."""
        return self.within * float(np.log(max(self.contrast, 1e-3) / self.residual))


class _Lies(NamedTuple):
    """(n, 1) each: some ways to lay a picture on another, and their tones."""

    mirrored: NDArray[np.bool_]
    turn: NDArray[np.complex128]
    shift: NDArray[np.complex128]
    gain: Numbers
    offset: Numbers

    def upright(self, w: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Map places of the second picture to the first, as if none were mirrored."""
        return (w - self.shift) / self.turn


class _Seen(NamedTuple):
    """(n, m) each: samples of the first picture under those of the second, and what that leaves."""

    inside: NDArray[np.bool_]
    mine: Numbers
    right: Numbers
    down: Numbers
    left: Numbers
    weights: Numbers
    residual: Numbers


def fitted(
    ours: Canvas,
    theirs: Canvas,
    starts: Sequence[Similarity],
    level: Level,
    tones: Sequence[Tones] = (),
) -> list[Fit]:
    """Move ours from each start until it fits; leave out what runs away or hardly lies on theirs.

    `tones`: of each start, where they are known.
    """
    laid = [_samples(ours, theirs, one, level.samples) for one in starts]
    kept = [place for place, w in enumerate(laid) if w is not None]
    if not kept:
        return []
    w = np.stack([w for w in laid if w is not None])
    layers = _layers(*_key(ours), level.blur)
    other = _sampled(_layers(*_key(theirs), level.blur)[..., 0], theirs, w)
    lies = _lies([starts[place] for place in kept])
    known = [tones[place] for place in kept] if tones else _likely(layers, ours, lies, w, other)
    lies = lies._replace(gain=_column([one.gain for one in known]))
    lies = lies._replace(offset=_column([one.offset for one in known]))
    for _ in range(level.steps):
        seen = _seen(ours, layers, lies, w, other)
        lies = _stepped(lies, _moved(seen, lies, w))
    seen = _seen(ours, layers, lies, w, other)
    fits = (_fit(lies, seen, other, row) for row in range(len(kept)))
    return [
        fit
        for fit, place in zip(fits, kept, strict=True)
        if fit and abs(np.log(abs(fit.lie.turn / starts[place].turn))) < _MOST_ZOOM
    ]


def weights(left: Numbers, residual: Numbers | float) -> Numbers:
    """Weigh samples by what is left of them, 1 for nothing."""
    return np.asarray(1 / (1 + (left / (_OUTLYING * residual)) ** 2) ** 2, np.float32)


def residuals(left: Numbers, inside: NDArray[np.bool_]) -> Numbers:
    """(n, 1) the deviation of the better half of each row of (n, m), at least `FAINTEST`."""
    ordered = np.sort(np.where(inside, np.abs(left), np.inf), axis=1)
    middle = np.maximum(0, inside.sum(axis=1, keepdims=True) // 2 - 1)
    median = np.take_along_axis(ordered, middle, axis=1)
    return np.asarray(np.clip(_TO_DEVIATION * median, FAINTEST, 255), np.float32)


def _samples(
    ours: Canvas, theirs: Canvas, lie: Similarity, count: int
) -> NDArray[np.complex128] | None:
    """(count²,) places of theirs, over all that ours covers; None where it is next to nothing."""
    far = complex(ours.width, ours.height)
    corners = lie.there(np.array([0, far.real, 1j * far.imag, far]))
    left, right = max(0.0, corners.real.min()), min(theirs.width, corners.real.max())
    top, bottom = max(0.0, corners.imag.min()), min(theirs.height, corners.imag.max())
    if min(right - left, bottom - top) < _LEAST_SIDE:
        return None
    steps = (np.arange(count) + 0.5) / count
    across, down = left + (right - left) * steps, top + (bottom - top) * steps
    return np.asarray(across[None] + 1j * down[:, None], np.complex128).ravel()


def _key(canvas: Canvas) -> tuple[bytes, float, float]:
    return canvas.averages.tobytes(), canvas.width, canvas.height


@lru_cache(maxsize=64)
def _layers(averages: bytes, width: float, height: float, blur: float) -> Numbers:
    """(80, 80, 3): luminance, and its slopes to the right and down in levels a longer side."""
    cells = np.frombuffer(averages, np.uint8).reshape(SIDE, SIDE).astype(np.float32)
    level = cv2.GaussianBlur(cells, (0, 0), blur)
    right = cv2.Sobel(level, cv2.CV_32F, 1, 0) * (SIDE / width / 8)
    down = cv2.Sobel(level, cv2.CV_32F, 0, 1) * (SIDE / height / 8)
    return np.asarray(np.dstack([level, right, down]), np.float32)


def _sampled(layers: Numbers, canvas: Canvas, at: NDArray[np.complex128]) -> Numbers:
    across = (at.real * (SIDE / canvas.width) - 0.5).astype(np.float32)
    along = (at.imag * (SIDE / canvas.height) - 0.5).astype(np.float32)
    source = np.ascontiguousarray(layers)
    found = cv2.remap(source, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def _column(values: Sequence[float]) -> Numbers:
    return np.array(values, np.float32)[:, None]


def _lies(starts: Sequence[Similarity]) -> _Lies:
    ones = np.ones((len(starts), 1), np.float32)
    return _Lies(
        np.array([[one.mirrored] for one in starts]),
        np.array([[one.turn] for one in starts]),
        np.array([[one.shift] for one in starts]),
        ones,
        0 * ones,
    )


def _likely(
    layers: Numbers, ours: Canvas, lies: _Lies, w: NDArray[np.complex128], other: Numbers
) -> list[Tones]:
    """Vote for the offset, at a few gains."""
    seen = _seen(ours, layers, lies, w, other)
    rows = np.arange(len(w))[:, None] * 2 * _TONES
    gains = np.array(_GAINS)
    votes = []
    for gain in _GAINS:
        tone = np.clip(other - gain * seen.mine + _TONES, 0, 2 * _TONES - 1).astype(np.int64)
        counts = np.bincount((tone + rows)[seen.inside], minlength=2 * _TONES * len(w))
        about = counts.reshape(len(w), -1).astype(np.float32)
        votes.append(cv2.filter2D(about, -1, _ALIKE, borderType=cv2.BORDER_CONSTANT))
    likely = np.exp(-((np.log(gains) / _LIKELY_GAIN) ** 2) / 2)
    best = np.stack(votes, axis=1) * likely[:, None]
    chosen = best.reshape(len(w), -1).argmax(axis=1).tolist()
    pairs = (divmod(one, 2 * _TONES) for one in chosen)
    return [Tones(_GAINS[gain], offset - _TONES + 0.5) for gain, offset in pairs]


def _seen(
    ours: Canvas, layers: Numbers, lies: _Lies, w: NDArray[np.complex128], other: Numbers
) -> _Seen:
    upright = lies.upright(w)
    z = np.where(lies.mirrored, -upright.conj(), upright)
    inside = (z.real >= 0) & (z.real <= ours.width) & (z.imag >= 0) & (z.imag <= ours.height)
    mine, right, down = np.moveaxis(_sampled(layers, ours, z), 2, 0)
    left = other - lies.gain * mine - lies.offset
    residual = residuals(left, inside)
    right = np.where(lies.mirrored, -right, right)
    return _Seen(inside, mine, right, down, left, weights(left, residual) * inside, residual)


def _moved(seen: _Seen, lies: _Lies, w: NDArray[np.complex128]) -> NDArray[np.float64]:
    """(n, 6) gain, offset, and two complex numbers: a shift, and a zoom and turn less 1."""
    upright = lies.upright(w)
    x, y = upright.real.astype(np.float32), upright.imag.astype(np.float32)
    right, down = lies.gain * seen.right, lies.gain * seen.down
    turned = right * x + down * y, down * x - right * y
    changes = np.stack([seen.mine, np.ones_like(x), right, down, *turned], axis=1)
    weighted = changes * seen.weights[:, None]
    normal = (weighted @ changes.swapaxes(1, 2)).astype(np.float64)
    curved = np.einsum("nii->ni", normal)  # a view
    curved += _DAMPING * curved + _LEAST_CURVED * (1 + curved.sum(axis=1, keepdims=True))
    wanted = (weighted @ seen.left[..., None]).astype(np.float64)
    return np.asarray(np.linalg.solve(normal, wanted)[..., 0], np.float64)


def _stepped(lies: _Lies, moved: NDArray[np.float64]) -> _Lies:
    moved = _OVER * moved
    steps = moved[:, 2::2] + 1j * moved[:, 3::2]
    steps *= np.minimum(1, _MOST_STEP / np.maximum(np.abs(steps), 1e-9))
    turn = lies.turn / (1 + steps[:, 1:])
    gain = np.clip(lies.gain + moved[:, :1], 1 / _MOST_GAIN, _MOST_GAIN)
    return _Lies(
        lies.mirrored,
        turn,
        lies.shift - steps[:, :1] * turn,
        gain.astype(np.float32),
        (lies.offset + moved[:, 1:2]).astype(np.float32),
    )


def _fit(lies: _Lies, seen: _Seen, other: Numbers, row: int) -> Fit | None:
    inside = seen.inside[row]
    if inside.mean() < _LEAST_WITHIN:
        return None
    mirrored, turn, shift, gain, offset = (column[row].item() for column in lies)
    within = float(seen.weights[row].sum()) / int(inside.sum())
    contrast = min(float(other[row][inside].std()), gain * float(seen.mine[row][inside].std()))
    lie = Similarity(mirrored, turn, shift)
    return Fit(lie, Tones(gain, offset), within, seen.residual[row].item(), contrast)
