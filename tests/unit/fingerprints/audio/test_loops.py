import numpy as np

from fingerprints.audio.loops import looped
from fingerprints.audio.peaks import Peaks, together

BAR_MS = 2_000


def scattered(seed: int, count: int, begin: int, end: int) -> Peaks:
    chance = np.random.default_rng(seed)
    times = np.sort(chance.integers(begin, end, count))
    alike = np.full(count, 3)
    return Peaks(times, chance.integers(0, 6_000, count), alike, alike)


def bars(number: int) -> Peaks:
    bar = scattered(1, 30, 0, BAR_MS)
    return together([bar._replace(times=bar.times + at * BAR_MS) for at in range(number)])


def test_what_comes_again_is_of_a_loop() -> None:
    drums, tune = bars(10), scattered(2, 200, 0, 10 * BAR_MS)
    assert looped(together([drums, tune]))[: drums.size].all()
    assert looped(together([drums, tune]))[drums.size :].mean() < 0.5


def test_without_a_loop_little_comes_again() -> None:
    assert looped(scattered(3, 400, 0, 20_000)).mean() < 0.5


def test_few_peaks_are_no_loop() -> None:
    assert looped(together([])).size == 0
    assert not looped(scattered(4, 1, 0, 10)).any()
