"""Pictures are laid on each other without features, and blocks of them are compared."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage
from numpy.typing import NDArray
from PIL import Image

from fingerprints.image import blocks, dense, local, overlay, signature
from fingerprints.image.alignment import Similarity
from fingerprints.image.places import DETAILS, places

DATA = Path(skimage.__file__).parent / "data"


def luminance(name: str) -> NDArray[np.uint8]:
    with Image.open(DATA / name) as picture:
        return np.asarray(picture.convert("L"))


def canvas(pixels: NDArray[np.uint8]) -> overlay.Canvas:
    cells = cv2.resize(pixels, (overlay.SIDE,) * 2, interpolation=cv2.INTER_AREA)
    height, width = pixels.shape
    none = local.features(np.zeros((64, 64), np.uint8))
    return signature.canvas(cells.astype(np.uint8), width, height, none)


COFFEE = luminance("coffee.png")  # 600 × 400
WHOLE = canvas(COFFEE)
CROP = canvas(np.ascontiguousarray(COFFEE[30:370, 60:570]))
OF_CROP = Similarity(mirrored=False, turn=0.85 + 0j, shift=0.1 + 0.05j)


def agrees(ours: overlay.Canvas, theirs: overlay.Canvas, lie: Similarity) -> float:
    laid = overlay.overlay(ours, theirs, lie)
    return blocks.agreement(laid).sureness if laid else 0.0


def far(one: Similarity, other: Similarity) -> float:
    corners = np.array([0, 1, 0.6j, 1 + 0.6j])
    return float(np.abs(one.there(corners) - other.there(corners)).max())


def test_a_crop_is_found_where_it_was_cut() -> None:
    first = places(CROP, WHOLE, DETAILS)[0]
    assert far(first, OF_CROP) < 0.04
    exact = dense.refined(CROP, WHOLE, first)
    assert exact is not None
    assert far(exact, OF_CROP) < 0.01
    assert agrees(CROP, WHOLE, exact) > 14


def test_the_other_way_round_it_is_the_inverse() -> None:
    first = places(WHOLE, CROP, DETAILS)[0]
    exact = dense.refined(WHOLE, CROP, first)
    assert exact is not None
    assert far(exact.inverse(), OF_CROP) < 0.01


def test_a_mirrored_crop_is_found() -> None:
    crop = canvas(np.ascontiguousarray(COFFEE[30:370, 60:570][:, ::-1]))
    first = places(crop, WHOLE, DETAILS)[0]
    exact = dense.refined(crop, WHOLE, first)
    assert exact is not None
    assert exact.mirrored
    expected = Similarity(mirrored=True, turn=0.85 + 0j, shift=0.95 + 0.05j)
    assert far(exact, expected) < 0.01
    back = dense.refined(WHOLE, crop, first.inverse())
    assert back is not None
    assert far(back.inverse(), expected) < 0.02


def test_a_mark_over_a_quarter_of_it_leaves_the_rest() -> None:
    marked = COFFEE.copy()
    down, right = np.indices(COFFEE.shape)
    marked[(down % 160 < 80) & (right % 200 < 100)] = 250
    assert agrees(canvas(marked), WHOLE, Similarity(mirrored=False, turn=1 + 0j, shift=0j)) > 10


@pytest.mark.parametrize("name", ["astronaut.png", "camera.png", "rocket.jpg", "coins.png"])
def test_strangers_agree_nowhere(name: str) -> None:
    other = canvas(luminance(name))
    for lie in places(WHOLE, other, DETAILS):
        exact = dense.refined(WHOLE, other, lie)
        assert exact is None or agrees(WHOLE, other, exact) < 10


def test_flat_pictures_say_nothing() -> None:
    flat = canvas(np.full((300, 400), 128, np.uint8))
    assert places(flat, flat, DETAILS) == []
    same = Similarity(mirrored=False, turn=1 + 0j, shift=0j)
    assert agrees(flat, flat, same) == 0.0
    assert dense.refined(flat, WHOLE, same) is None
