import numpy as np
import pytest

from fingerprints.video import lines
from fingerprints.video.pairs import Moments

CHANCE = np.random.default_rng(7)


def moments(copy: np.ndarray, work: np.ndarray, shift: complex = 0j) -> Moments:
    return Moments(copy, work, np.ones(len(copy)), np.full(len(copy), shift))


@pytest.mark.parametrize("speed", [0.8, 0.96, 1.0, 25 / 24, 1.25])
def test_a_line_is_found_among_noise(speed: float) -> None:
    copy = np.arange(0, 20, 0.5)
    noise = moments(CHANCE.uniform(0, 20, 300), CHANCE.uniform(0, 3000, 300))
    one = moments(copy, speed * copy + 1234 + CHANCE.normal(0, 0.1, len(copy)))
    both = Moments(*(np.concatenate(sides) for sides in zip(one, noise, strict=True)))
    found = [lines.refined(line, both) for line in lines.best(both, mirrored=False, count=4)]
    assert found[0].speed == pytest.approx(speed, abs=0.01)
    assert found[0].there(np.array([10.0]))[0] == pytest.approx(1234 + 10 * speed, abs=0.3)


def test_a_long_line_is_followed_from_a_short_one() -> None:
    copy = np.arange(0, 1800, 2.0)
    whole = moments(copy, 1.003 * copy + 10)
    near = lines.refined(lines.Line(1.0, 10.0, mirrored=False), whole)
    assert near.there(np.array([1799.0]))[0] == pytest.approx(1.003 * 1799 + 10, abs=1.0)


def test_a_shift_in_place_keeps_lines_apart() -> None:
    copy = np.arange(0, 10, 0.5)
    there, elsewhere = moments(copy, copy + 50, 0.02j), moments(copy, copy + 53, 0.4 + 0.02j)
    both = Moments(*(np.concatenate(sides) for sides in zip(there, elsewhere, strict=True)))
    found = lines.best(both, mirrored=False, count=2)[:2]
    assert sorted(round(line.offset) for line in found) == [50, 53]


def test_no_moments_no_line() -> None:
    empty = np.empty(0)
    assert lines.best(moments(empty, empty), mirrored=True, count=4) == []
