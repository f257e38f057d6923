import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprints.video import frames, tones
from tests.unit.fingerprints.video.films import HEIGHT, WIDTH, photograph

Grid = NDArray[np.float32]


def dark(name: str, *, x: int = 0) -> Grid:
    """A photograph, out of focus and in the dark, as a grid."""
    grey = cv2.cvtColor(photograph(name)[:HEIGHT, x : x + WIDTH], cv2.COLOR_BGR2GRAY)
    soft = cv2.GaussianBlur(grey, (0, 0), 6) * 0.2 + 6
    return frames.grid(soft.astype(np.uint8))


def striped(seed: int, *, across: bool = False) -> Grid:
    """Bare stripes, upright or level."""
    shades = np.random.default_rng(seed).uniform(20, 120, 9)
    line = np.repeat(shades, WIDTH // len(shades) + 1)[:WIDTH].astype(np.uint8)
    picture = np.tile(line, (HEIGHT, 1))
    return frames.grid(np.ascontiguousarray(picture.T) if across else picture)


def noisy(grid: Grid, seed: int = 1) -> Grid:
    chance = np.random.default_rng(seed)
    return (grid + chance.normal(0, 0.6, grid.shape)).astype(np.float32)


def alike(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    return float(tones.agreement(one, other)[0])


FAINT = [
    dark("coffee.png"),
    dark("astronaut.png"),
    dark("china.jpg"),
    striped(3),
    striped(4),
    striped(5, across=True),
]


@pytest.mark.parametrize("grid", FAINT)
def test_a_faint_frame_is_like_itself_after_noise_and_less_light(grid: Grid) -> None:
    assert not frames.votes(grid)
    own = tones.toned(grid)
    assert tones.shows(own)
    assert alike(own, tones.toned(noisy(grid))) > 0.9
    assert alike(own, tones.toned(noisy(grid * np.float32(0.8) + 20))) > 0.9


@pytest.mark.parametrize("number", range(len(FAINT)))
def test_other_frames_are_not(number: int) -> None:
    own = tones.toned(FAINT[number])
    others = [tones.toned(other) for n, other in enumerate(FAINT) if n != number]
    assert max(alike(own, other) for other in others) < 0.5


@pytest.mark.parametrize("grid", FAINT)
def test_the_mirrored_frame_has_the_mirrored_tones(grid: Grid) -> None:
    mirrored = tones.toned(np.ascontiguousarray(grid[:, ::-1]))
    assert alike(tones.mirrored(tones.toned(grid)), mirrored) == pytest.approx(1)
    assert (tones.mirrored(tones.mirrored(mirrored)) == mirrored).all()


def test_a_logo_and_a_subtitle_are_not_seen() -> None:
    marked = FAINT[0].copy()
    marked[4:10, 50:60] = 255
    marked[54:58, 12:52] = 255
    assert alike(tones.toned(FAINT[0]), tones.toned(marked)) > 0.8


def test_light_above_and_dark_below_says_nothing() -> None:
    ramp = np.repeat(np.linspace(90, 10, 64, dtype=np.float32)[:, None], 64, axis=1)
    assert not tones.shows(tones.toned(ramp))
    assert alike(tones.toned(ramp), tones.toned(ramp)) == 0


def test_black_and_titles_show_nothing() -> None:
    title = np.full((HEIGHT, WIDTH), 12, np.uint8)
    cv2.putText(title, "THE END", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 240, 2)
    for picture in (np.zeros((90, 160), np.uint8), title, 255 - title):
        assert not tones.shows(tones.toned(frames.grid(picture)))


def test_near_terms_hold_the_terms_and_a_noisy_copys() -> None:
    stored = tones.terms(np.stack([tones.toned(grid) for grid in FAINT]))
    asked = tones.near_terms(np.stack([tones.toned(noisy(grid)) for grid in FAINT]))
    assert np.isin(tones.terms(np.stack([tones.toned(FAINT[0])])), stored).all()
    assert np.isin(stored, asked).mean() > 0.5
    assert stored.max() < 1 << 40


def test_bits_that_changed_are_counted() -> None:
    own = tones.toned(FAINT[0])
    assert tones.changed(own, own) == 0
    assert tones.changed(own, tones.toned(dark("coffee.png", x=60))) >= 3
