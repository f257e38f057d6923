"""Smooth pictures are laid on each other by their tones; marks on them are left out."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprints.image import fitting, local, overlay, shading, signature
from fingerprints.image.alignment import Similarity
from fingerprints.image.places import SHADES, distinct, places

Picture = NDArray[np.uint8]

AS_IT_IS = Similarity(mirrored=False, turn=1 + 0j, shift=0j)
CUT = (slice(25, 433), slice(60, 604))  # of 480 × 640
OF_CUT = Similarity(mirrored=True, turn=0.85 + 0j, shift=(604 + 25j) / 640)


def smooth(seed: int) -> Picture:
    """(480, 640): a picture of nothing but large soft patches, which has no features."""
    noise = np.random.default_rng(seed).normal(size=(9, 12)).astype(np.float32)
    large = cv2.resize(noise, (640, 480), interpolation=cv2.INTER_CUBIC)
    return np.clip(large * 40 + 110, 0, 255).astype(np.uint8)


def written(picture: Picture, words: str, paint: float, step: int) -> Picture:
    letters = np.zeros_like(picture)
    for y in range(30, picture.shape[0], step):
        cv2.putText(letters, words * 4, (0, y), cv2.FONT_HERSHEY_DUPLEX, 1.6, 255, 4)
    over = picture * (1 - paint) + 255 * paint
    return np.where(letters > 0, over, picture).astype(np.uint8)


def canvas(pixels: Picture) -> overlay.Canvas:
    height, width = pixels.shape
    none = local.features(np.zeros((64, 64), np.uint8))
    return signature.canvas(overlay.averages(pixels), width, height, none)


def copied(picture: Picture) -> Picture:
    """Cropped, marked all over and mirrored."""
    return np.ascontiguousarray(written(picture[CUT], "SAMPLE    ", 0.6, step=100)[:, ::-1])


def sureness(ours: Picture, theirs: Picture) -> float:
    found = shading.shadings(canvas(ours), canvas(theirs))
    return max((one.sureness for one in found), default=0.0)


def far(one: Similarity, other: Similarity) -> float:
    corners = np.array([0, 1, 0.75j, 1 + 0.75j])
    return float(np.abs(one.there(corners) - other.there(corners)).max())


@pytest.mark.parametrize("seed", range(4))
def test_a_copy_that_is_cropped_marked_and_mirrored_is_sure(seed: int) -> None:
    picture = smooth(seed)
    assert sureness(copied(picture), picture) > 6
    assert sureness(picture, copied(picture)) > 6


def test_strangers_are_not() -> None:
    pictures = [smooth(seed) for seed in range(6)]
    shown = [
        sureness(copied(first), second)
        for first in pictures
        for second in pictures
        if first is not second
    ]
    assert max(shown) < 1


def test_pages_that_have_only_their_ground_in_common_are_not_sure() -> None:
    ground = cv2.resize(np.array([[60, 110], [90, 150]], np.uint8), (640, 480))
    ours = written(ground.astype(np.uint8), "minutes of the meeting ", 0.9, step=45)
    theirs = written(ground.astype(np.uint8), "lots of love, Ann ", 0.9, step=70)
    assert sureness(ours, theirs) < 1


def test_a_window_on_a_plain_ground_says_little() -> None:
    first, second = np.full((2, 480, 640), 20, np.uint8)
    first[150:330, 200:440] = 200
    second[140:340, 190:450] = 205
    assert sureness(first, second) < 1
    assert sureness(first, np.full_like(first, 20)) == 0


def test_it_is_moved_to_where_it_lies() -> None:
    picture = smooth(1)
    about = OF_CUT._replace(turn=0.88 + 0.01j, shift=OF_CUT.shift + 0.02)
    level = fitting.Level(48, 0.6, 16)
    (found,) = fitting.fitted(canvas(copied(picture)), canvas(picture), [about], level)
    assert far(found.lie, OF_CUT) < 0.01
    assert found.tones.gain == pytest.approx(1, abs=0.05)
    assert found.worth() > 1


def test_gain_and_offset_are_told() -> None:
    picture = smooth(2)
    darker = (picture * 0.7 + 30).astype(np.uint8)
    level = fitting.Level(48, 0.6, 16)
    (found,) = fitting.fitted(canvas(picture), canvas(darker), [AS_IT_IS], level)
    assert found.tones.gain == pytest.approx(0.7, abs=0.03)
    assert found.tones.offset == pytest.approx(30, abs=4)


def test_what_hardly_lies_on_the_other_is_left_out() -> None:
    one = canvas(smooth(3))
    beside = AS_IT_IS._replace(shift=0.95 + 0j)
    assert fitting.fitted(one, one, [beside], fitting.Level(24, 1.2, 3)) == []
    assert fitting.fitted(one, one, [], fitting.Level(24, 1.2, 3)) == []


def test_flat_pictures_say_nothing() -> None:
    flat = np.full((300, 400), 128, np.uint8)
    assert sureness(flat, flat) == 0
    assert sureness(flat, smooth(1)) == 0


def test_places_by_shades_are_near_and_distinct() -> None:
    picture = smooth(5)
    ours, theirs = canvas(copied(picture)), canvas(picture)
    found = places(ours, theirs, SHADES)
    assert min(far(one, OF_CUT) for one in found) < 0.1
    assert distinct([*found, *found], ours, SHADES.apart, len(found) + 1) == found
