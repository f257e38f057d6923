from pathlib import Path

import numpy as np
import pytest
import skimage
from numpy.typing import NDArray
from PIL import Image

from fingerprints.image import local

DATA = Path(skimage.__file__).parent / "data"


def luminance(name: str) -> NDArray[np.uint8]:
    with Image.open(DATA / name) as image:
        return np.asarray(image.convert("L"))


ASTRONAUT = luminance("astronaut.png")
FOUND = local.features(ASTRONAUT)


def shared(copy: NDArray[np.uint8]) -> int:
    """How many of the picture's terms are found by what is asked for a copy."""
    asked = local.asked_terms(local.features(np.ascontiguousarray(copy)), 260)
    return int(np.isin(local.terms(FOUND, 130), asked).sum())


def test_terms_are_few_and_in_their_space() -> None:
    terms, asked = local.terms(FOUND, 130), local.asked_terms(FOUND, 260)
    assert 120 <= len(terms) <= 130
    assert 260 <= len(asked) <= 260 + 3 * 20
    for some in (terms, asked):
        assert (np.diff(some) > 0).all()
        assert some.min() >= 0
        assert some.max() < 2**local.TERM_BITS


def test_a_picture_asks_for_nearly_all_of_its_terms() -> None:
    assert shared(ASTRONAUT) > 100


def test_the_surest_terms_are_kept() -> None:
    few, many = local.terms(FOUND, 30), local.terms(FOUND, 130)
    assert np.isin(few, many).all()
    assert len(few) <= 30


def test_a_flat_picture_has_no_terms() -> None:
    flat = local.features(np.full((200, 300), 128, np.uint8))
    assert local.terms(flat, 130).shape == (0,)
    assert local.asked_terms(flat, 260).shape == (0,)


@pytest.mark.parametrize(
    ("copy", "least"),
    [
        (ASTRONAUT[:, ::-1], 40),
        (np.rot90(ASTRONAUT), 5),
        (np.rot90(ASTRONAUT, 2), 5),
        (ASTRONAUT[60:420, 90:450], 8),
        (255 - (255 - ASTRONAUT) // 2, 40),
    ],
    ids=["mirrored", "on its side", "upside down", "cropped", "pale"],
)
def test_a_copy_asks_for_terms_of_the_picture(copy: NDArray[np.uint8], least: int) -> None:
    assert shared(copy) >= least


@pytest.mark.parametrize("name", ["coffee.png", "chelsea.png", "brick.png", "page.png"])
def test_a_stranger_shares_hardly_any(name: str) -> None:
    assert shared(luminance(name)) <= 2
