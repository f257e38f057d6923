"""Frames of letters alone, and frames that only look a little like them."""

import cv2
import numpy as np
import pytest

from fingerprints.video.lettering import is_lettering
from tests.unit.fingerprints.video.films import HEIGHT, WIDTH, Picture, photograph, rolled_credits


def grey(picture: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


CREDITS = [grey(frame) for frame in rolled_credits(16, seed=5)[60:]]


@pytest.mark.parametrize("place", ["left", "centre", "columns"])
def test_credits_are(place: str) -> None:
    assert all(is_lettering(grey(frame)) for frame in rolled_credits(16, seed=5, place=place)[60:])


def test_dark_letters_on_light_paper_are() -> None:
    assert all(is_lettering(np.asarray(235 - frame, np.uint8)) for frame in CREDITS)


def test_lines_from_top_to_bottom_are() -> None:
    assert all(is_lettering(np.ascontiguousarray(np.rot90(frame))) for frame in CREDITS)


def test_compressed_letters_are() -> None:
    for frame in CREDITS[::12]:
        _, coded = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 40])
        assert is_lettering(np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8))


def test_a_photograph_is_not_even_beside_letters() -> None:
    picture = grey(photograph("coffee.png"))[:HEIGHT, :WIDTH]
    assert not is_lettering(np.ascontiguousarray(picture))
    beside = CREDITS[0].copy()
    beside[40:100, 4:60] = picture[40:100, 4:60]
    assert not is_lettering(beside)


def test_letters_over_a_photograph_are_not() -> None:
    picture = grey(photograph("astronaut.png"))[:HEIGHT, :WIDTH]
    assert not is_lettering(np.maximum(picture, CREDITS[0]))


def test_neither_is_a_lone_title_nor_black_nor_what_has_no_lines() -> None:
    title = np.zeros((HEIGHT, WIDTH), np.uint8)
    assert not is_lettering(title)
    cv2.putText(title, "The End", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 255, 2)
    assert not is_lettering(title)
    stars = np.zeros((HEIGHT, WIDTH), np.uint8)
    places = np.random.default_rng(1).integers(0, HEIGHT, (2, 600))
    stars[places[0], places[1]] = 255
    assert not is_lettering(stars)
