"""The strangers that the curve of smooth pictures is drawn from."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import skimage

from benchmarks.accuracy.image.smoothed import Smoothed, said_of_strangers, smoothed
from benchmarks.accuracy.suite import Original
from fingerprints.contract import Limits
from fingerprints.image import ImageModality

DATA = Path(skimage.__file__).parent / "data"


def blurred(name: str, family: str = "") -> Smoothed:
    path = DATA / name
    print_ = ImageModality().extract(io.BytesIO(path.read_bytes()), limits=Limits())
    found = smoothed(Original(name, path, family or name), print_)
    assert found is not None
    return found


def test_pictures_become_smooth() -> None:
    averages = blurred("coffee.png").canvas.averages
    assert averages.std() > 5
    assert np.abs(np.diff(averages.astype(int))).max() < 10


def test_each_is_compared_with_those_of_other_families() -> None:
    first, second = blurred("coffee.png"), blurred("astronaut.png")
    sibling = Smoothed(Original("copy", DATA / "coffee.png", "coffee.png"), first.canvas)
    works = [first, sibling, second]
    (said,) = said_of_strangers([first], works)
    assert said < 1
