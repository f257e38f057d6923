"""Samples say how much of a set is in another, however much larger that is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.app import sample
from fingerprints.app.sample import PLAIN

CHANCE = np.random.default_rng(1)
EVERY = CHANCE.integers(0, 2**63, 60_000, dtype=np.uint64) * np.uint64(2)


def plain(hashes: np.ndarray, size: int = 512) -> sample.Sample:
    return sample.sample(hashes, np.full(hashes.size, PLAIN, np.uint8), size)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_shares_are_estimated_between_sets_of_any_size(share: float) -> None:
    small = EVERY[:4_000]
    shared = int(share * small.size)
    large = np.concatenate([small[:shared], EVERY[10_000:40_000]])
    found = sample.overlap(plain(small), plain(large))
    assert found.of_ours == pytest.approx(share, abs=0.12)
    assert found.of_theirs == pytest.approx(shared / large.size, abs=0.08)


def test_small_sets_are_compared_exactly() -> None:
    found = sample.overlap(plain(EVERY[:100]), plain(EVERY[60:220]))
    assert found == (40, 0.4, 0.25)


def test_heavy_features_count_more() -> None:
    hashes = EVERY[:5_000]
    codes = np.full(hashes.size, PLAIN, np.uint8)
    codes[:50] = sample.code_of(100.0)
    ours = sample.sample(hashes, codes, 256)
    theirs = sample.sample(hashes[:50], codes[:50], 256)
    found = sample.overlap(ours, theirs)
    assert found.of_theirs == 1.0
    assert found.of_ours == pytest.approx(0.5, abs=0.1)


@given(st.integers(0, 300), st.integers(1, 300))
def test_overlap_is_the_same_from_both_sides(start: int, count: int) -> None:
    ours, theirs = plain(EVERY[:200], 64), plain(EVERY[start : start + count], 64)
    there, back = sample.overlap(ours, theirs), sample.overlap(theirs, ours)
    assert there == (back.shared, back.of_theirs, back.of_ours)
