import numpy as np
import pytest

from fingerprints.video.borders import Borders, pixels
from tests.unit.fingerprints.video.films import Picture, film

FRAMES = [frame[..., 1] for frame in film("coffee.png", "china.jpg", "rocket.jpg", seconds=1)]


def seen(frames: list[Picture]) -> Borders:
    borders = Borders()
    for frame in frames:
        borders.see(frame)
    return borders


def padded(frame: Picture, rows: int, columns: int, value: int = 0) -> Picture:
    return np.pad(frame, ((rows, rows), (columns, columns)), constant_values=value)


def test_nothing_is_cut_off_a_film_without_borders() -> None:
    assert seen(FRAMES).inner() is None
    assert Borders().inner() is None


@pytest.mark.parametrize(("rows", "columns", "value"), [(20, 0, 0), (0, 30, 16), (18, 25, 255)])
def test_borders_are_found(rows: int, columns: int, value: int) -> None:
    framed = [padded(frame, rows, columns, value) for frame in FRAMES]
    inner = seen(framed).inner()
    assert inner is not None
    assert np.abs(pixels(framed[5], inner).shape - np.array(FRAMES[5].shape)).max() <= 2


def test_a_dark_scene_is_no_border() -> None:
    dark = [np.array(frame) for frame in FRAMES]
    for frame in dark[:10]:
        frame[:60] = 0
    assert seen(dark).inner() is None


def test_a_subtitle_in_the_border_does_not_hide_it() -> None:
    framed = [padded(frame, 24, 0) for frame in FRAMES]
    for frame in framed:
        frame[-18:-8, 100:170] = 220
    inner = seen(framed).inner()
    assert inner is not None
    assert inner.bottom == pytest.approx(1 - 24 / framed[0].shape[0], abs=0.02)
