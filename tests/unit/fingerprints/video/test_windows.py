import cv2
import numpy as np
import pytest

from fingerprints.video.windows import Windows
from tests.unit.fingerprints.video.films import HEIGHT, WIDTH, Picture, each, film, upright

FRAMES = [frame[..., 1] for frame in film("coffee.png", "china.jpg", "rocket.jpg", seconds=2)][::6]
OTHERS = [frame[..., 1] for frame in film("chelsea.png", "flower.jpg", seconds=3)][::6]


def seen(frames: list[Picture]) -> list[tuple[float, ...]]:
    windows = Windows()
    for frame in frames:
        windows.see(frame)
    return [tuple(region) for region in windows.found()]


def small(frame: Picture, width: int, height: int) -> Picture:
    return np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def test_a_film_that_fills_the_frame_has_no_window() -> None:
    assert seen(FRAMES) == []
    assert seen([]) == []
    assert seen(FRAMES[:2]) == []


@pytest.mark.parametrize(("x", "y"), [(20, 12), (100, 50)])
def test_a_picture_in_the_picture_is_found(x: int, y: int) -> None:
    laid = [page.copy() for page in OTHERS]
    for page, frame in zip(laid, FRAMES, strict=False):
        page[y : y + 72, x : x + 128] = small(frame, 128, 72)
    expected = (x / WIDTH, y / HEIGHT, (x + 128) / WIDTH, (y + 72) / HEIGHT)
    assert any(np.allclose(region, expected, atol=0.02) for region in seen(laid))


def test_an_upright_frame_with_blurred_borders() -> None:
    laid = each(FRAMES, upright)
    expected = (0.0, 110 / 320, 1.0, 210 / 320)
    assert any(np.allclose(region, expected, atol=0.02) for region in seen(laid))


def test_paper_beside_a_window_is_cut_off() -> None:
    laid = [np.full((320, 180), 40, np.uint8) for _ in FRAMES]
    for page, frame, other in zip(laid, FRAMES, OTHERS, strict=False):
        page[30:131] = small(frame, 180, 101)
        page[180:300, 10:170] = small(other, 160, 120)
    assert any(np.allclose(r, (0.0, 30 / 320, 1.0, 131 / 320), atol=0.02) for r in seen(laid))


@pytest.mark.parametrize(("x", "high"), [(9, 64), (20, 100)])
def test_a_post_in_the_film_is_no_side(x: int, high: int) -> None:
    laid = each(FRAMES, upright)
    for page in laid:
        page[110 : 110 + high, x : x + 2] = 255 - page[110 : 110 + high, x : x + 2]
    expected = (0.0, 110 / 320, 1.0, 210 / 320)
    assert any(np.allclose(region, expected, atol=0.02) for region in seen(laid))
