"""The made prints of the index's bench: the same each time, and copies near what they are of."""

from __future__ import annotations

import numpy as np

from benchmarks.index.measure import nearest
from benchmarks.index.prints import NEAR, Prints, probe, terms


def test_prints_are_the_same_each_time() -> None:
    first, second = (np.concatenate([*Prints(60_000).blocks()]) for _ in range(2))
    assert first.shape == (60_000, 32)
    assert (first == second).all()
    assert len(np.unique(first, axis=0)) > 59_000


def test_copies_are_near_what_they_are_of_and_strangers_are_not() -> None:
    prints = Prints(3_000)
    copies, of = prints.copies(40)
    stored = np.concatenate([*prints.blocks()])
    distances = np.bitwise_count(copies ^ stored[of]).sum(axis=1)
    assert distances.max() <= NEAR
    found = nearest(prints, copies)
    assert all(number in some for number, some in zip(of.tolist(), found, strict=True))
    assert not any(nearest(prints, prints.strangers(10)))


def test_a_copy_shares_two_terms_with_what_it_is_of() -> None:
    prints = Prints(3_000)
    copies, of = prints.copies(40)
    stored = np.concatenate([*prints.blocks()])
    for copy, number in zip(copies, of.tolist(), strict=True):
        (lookup,) = probe(copy[None]).lookups
        shared = np.intersect1d(lookup.terms, terms(stored[number][None])[0])
        assert len(shared) >= lookup.min_shared
