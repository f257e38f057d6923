"""Segments on Elasticsearch are merged where they are many, and all anew only now and then."""

from __future__ import annotations

import pytest

from index.elastic.upkeep import segments_left


@pytest.mark.parametrize(
    ("sizes", "left"),
    [
        ([], 1),
        ([7], 1),
        ([1, 0], 2),
        ([110, 400, 270, 220], 1),
        ([1000, 10, 10, 10], 2),
        ([1000, 50, 10], 3),
        ([1000, 50, 10, 10], 2),
        ([0, 0, 0], 3),
    ],
)
def test_each_is_several_times_as_large_as_all_smaller_ones(sizes: list[int], left: int) -> None:
    assert segments_left(sizes) == left


def test_what_grows_a_little_at_a_time_is_written_anew_a_few_times() -> None:
    sizes: list[int] = []
    written = 0
    for _ in range(1_000):
        sizes.append(1)
        left = segments_left(sizes)
        if left < len(sizes):
            sizes.sort(reverse=True)
            sizes[left - 1 :] = [sum(sizes[left - 1 :])]
            written += sizes[-1]
        assert len(sizes) <= 6
    assert sum(sizes) == 1_000
    assert written < 30 * 1_000
