"""Terms of light and dark masses: crops and marks keep them, strangers don't have them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from fingerprints.contract import Region
from fingerprints.image import masses, overlay
from fingerprints.image.views import WHOLE


def smooth(seed: int) -> NDArray[np.uint8]:
    """(480, 640): a picture of nothing but large soft patches, which has no features."""
    noise = np.random.default_rng(seed).normal(size=(9, 12)).astype(np.float32)
    large = cv2.resize(noise, (640, 480), interpolation=cv2.INTER_CUBIC)
    return np.clip(large * 50 + 128, 0, 255).astype(np.uint8)


def shared(copy: NDArray[np.uint8], original: NDArray[np.uint8], region: Region = WHOLE) -> int:
    asked = masses.asked_terms(overlay.averages(copy), region)
    return np.intersect1d(asked, masses.terms(overlay.averages(original))).size


def marked(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Letters all over it, half transparent."""
    letters = np.zeros_like(picture)
    for y in range(30, picture.shape[0], 60):
        cv2.putText(letters, "SAMPLE  SAMPLE  SAMPLE", (0, y), cv2.FONT_HERSHEY_DUPLEX, 1.6, 255, 4)
    return np.where(letters > 0, picture * 0.4 + 153, picture).astype(np.uint8)


def cut(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(picture[25 : 25 + 408, 60 : 60 + 544])


def test_crops_that_are_marked_and_mirrored_are_found() -> None:
    originals = [smooth(seed) for seed in range(8)]
    copies = [np.ascontiguousarray(marked(cut(one))[:, ::-1]) for one in originals]
    found = [shared(copy, one) for copy, one in zip(copies, originals, strict=True)]
    assert min(found) >= 3  # by more than one of the windows that are asked for


def test_strangers_share_nothing() -> None:
    pictures = [smooth(seed) for seed in range(8)]
    met = [shared(one, other) for one in pictures for other in pictures if one is not other]
    assert sum(met) <= 1


def test_what_is_inside_a_border_is_asked_for_by_itself() -> None:
    original = smooth(0)
    framed = np.pad(original, ((120, 120), (0, 0)))
    assert shared(framed, original, Region(0.0, 1 / 6, 1.0, 5 / 6)) > 0


def test_nothing_is_told_of_a_plain_picture() -> None:
    plain = np.full((80, 80), 200, np.uint8)
    assert masses.terms(plain).size == 0
    assert masses.asked_terms(plain, WHOLE).size == 0


def test_few_terms() -> None:
    averages = overlay.averages(smooth(0))
    assert masses.terms(averages).size <= 71
    assert masses.asked_terms(averages, WHOLE).size <= 220
