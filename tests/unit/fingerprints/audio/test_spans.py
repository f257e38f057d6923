import numpy as np

from fingerprints.audio.segment import Segment, best_run
from fingerprints.audio.spans import spans


def segment(begin: float, end: float, factor: float, offset: float) -> Segment:
    return Segment(50.0, (begin, end), factor, offset, 0.3, 0.0)


def places(*segments: Segment, copy: float = 60, work: float = 200) -> list[tuple[float, ...]]:
    return [(*one.copy, *one.work) for one in spans(segments, copy, work)]


def test_a_run_is_the_one_with_the_largest_sum() -> None:
    assert best_run(np.array([-1.0, 2, -1, 3, -5, 4])) == (1, 3, 4.0)
    assert best_run(np.array([-1.0, -2])) == (0, -1, 0.0)
    assert best_run(np.empty(0)) == (0, -1, 0.0)


def test_a_segment_goes_on_to_an_end_that_is_near() -> None:
    assert places(segment(2, 58, 1, 100)) == [(0, 60, 100, 160)]
    assert places(segment(10, 50, 1, 100)) == [(10, 50, 110, 150)]
    assert places(segment(10, 50, 2, -16)) == [(8, 50, 0, 84)]


def test_a_better_segment_keeps_its_place() -> None:
    found = places(segment(20, 40, 1, 100), segment(10, 55, 1, 0))
    assert found == [(20, 40, 120, 140), (40, 55, 40, 55)]


def test_segments_that_say_the_same_are_one() -> None:
    assert places(segment(10, 30, 1, 50), segment(25, 45, 1.001, 50)) == [(10, 45, 60, 95)]


def test_nothing_outside_the_work_is_told() -> None:
    assert places(segment(10, 50, 1, -45)) == [(45, 50, 0, 5)]
    assert places(segment(10, 20, 1, -45)) == []
