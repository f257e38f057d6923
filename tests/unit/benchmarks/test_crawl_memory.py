"""What a program holds over time, in a few numbers."""

from __future__ import annotations

import pytest

from benchmarks.crawl.meter import memory


def test_the_beginning_and_the_end_are_left_out_but_for_the_peak() -> None:
    steady = [(10.0 + second, 300.0) for second in range(100)]
    told = memory([*((float(s), 10.0) for s in range(6)), *steady, (110.0, 999.0), (111.0, 5.0)])
    assert told == {
        "first_mb": 10.0,
        "median_mb": 300.0,
        "last_mb": 300.0,
        "peak_mb": 999.0,
        "growth_mb_per_s": 0.0,
    }


def test_growth_is_the_slope_of_what_is_steady() -> None:
    told = memory([(float(second), 100.0 + 2 * second) for second in range(200)])
    assert told["growth_mb_per_s"] == pytest.approx(2.0)
    assert (told["first_mb"], told["last_mb"]) == (120.0, 478.0)


def test_a_program_that_ends_at_once_holds_nothing() -> None:
    assert set(memory([]).values()) == {0.0}
