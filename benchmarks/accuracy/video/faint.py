"""Shots with little in them: dark blurred pictures, bare stripes, faint slow gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from benchmarks.accuracy.video import shots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.accuracy.video.encoding import Picture
    from benchmarks.accuracy.video.shots import Reel, Region

_BLUR: Final = (0.012, 0.035)  # of the width
_LIGHT: Final = (0.12, 0.35)
_WAVES: Final = 4


def blurred(reel: Reel, path: Path, region: Region, seconds: float, seed: int) -> Iterator[Picture]:
    """Move the camera over a part of a picture, out of focus and in the dark."""
    chance = np.random.default_rng(seed)
    radius = float(chance.uniform(*_BLUR)) * reel.size[0]
    light, base = chance.uniform(*_LIGHT), chance.uniform(2, 24)
    for frame in shots.still(reel, path, region, seconds, seed):
        soft = cv2.GaussianBlur(frame, (0, 0), radius)
        yield np.asarray(base + light * soft, np.uint8)


def stripes(reel: Reel, seconds: float, seed: int) -> Iterator[Picture]:
    """Draw stripes of all widths, upright or level, that slide past and change their shades."""
    chance = np.random.default_rng(seed)
    upright = bool(chance.integers(2))
    width, height = reel.size
    side = width if upright else height
    widths = chance.uniform(0.01, 0.12, 200) * side
    ends = np.cumsum(widths)
    low = chance.uniform(5, 60)
    shades = chance.uniform(low, low + chance.uniform(15, 170), (200, 3))
    start, pace = chance.uniform(0, ends[-1] / 2), chance.uniform(-0.08, 0.08) * side
    for number in range(reel.count(seconds)):
        places = (start + pace * number / reel.rate + np.arange(side)) % ends[-1]
        line = shades[np.searchsorted(ends, places, "right")].astype(np.uint8)
        yield _repeated(line, reel, upright=upright)


def _repeated(line: NDArray[np.uint8], reel: Reel, *, upright: bool) -> Picture:
    width, height = reel.size
    if upright:
        return np.repeat(line[None], height, axis=0)
    return np.repeat(line[:, None], width, axis=1)


def gradient(reel: Reel, seconds: float, seed: int) -> Iterator[Picture]:
    """Let a few faint waves, longer than a third of the frame, pass one another."""
    chance = np.random.default_rng(seed)
    width, height = reel.size
    x, y = np.arange(width) / width, np.arange(height)[:, None] / height
    across, down = chance.uniform(-2.5, 2.5, (2, _WAVES))
    phase, pace = chance.uniform(0, 2 * np.pi, _WAVES), chance.normal(0, 0.5, _WAVES)
    base, spread = chance.uniform(25, 140), chance.uniform(5, 14)
    tint = chance.uniform(0.7, 1.0, 3)
    for number in range(reel.count(seconds)):
        time = number / reel.rate
        turns = (np.pi * 2 * (a * x + d * y) + p + s * time
                 for a, d, p, s in zip(across, down, phase, pace, strict=True))  # fmt: skip
        field = base + spread * sum(np.cos(turn) for turn in turns)
        yield np.clip(field[..., None] * tint, 0, 255).astype(np.uint8)
