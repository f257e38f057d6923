"""Winnowing keeps its guarantee, also in mixed writing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.text.winnow import DENSE, NO_GRAM, SPARSE, distinct, grams, least, terms

DENSE_TERMS = [1150448286957837793]
SPARSE_TERMS = [1477063748526240342, 3066507629747117495, 4392065384508336157]


def points(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


HAN = st.sampled_from("天地玄黄宇宙洪荒日月盈昃辰宿列张")
LATIN = st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789")
MIXED = st.one_of(HAN, LATIN)


def shared(left: str, right: str) -> set[int]:
    return set(terms(points(left)).tolist()) & set(terms(points(right)).tolist())


@given(
    run=st.text(HAN, min_size=DENSE.run, max_size=40),
    around=st.tuples(*[st.text(MIXED, max_size=60)] * 4),
)
def test_every_shared_run_of_15_han_is_found(run: str, around: tuple[str, str, str, str]) -> None:
    assert shared(around[0] + run + around[1], around[2] + run + around[3])


@given(
    run=st.text(MIXED, min_size=SPARSE.run, max_size=60),
    around=st.tuples(*[st.text(MIXED, max_size=60)] * 4),
)
def test_every_shared_run_of_26_is_found(run: str, around: tuple[str, str, str, str]) -> None:
    assert shared(around[0] + run + around[1], around[2] + run + around[3])


@given(st.text(MIXED, max_size=120), st.integers(1, 12))
def test_what_is_kept_is_least_in_a_window(text: str, window: int) -> None:
    for row in grams(points(text)):
        hashes = row.tolist()
        ends = range(min(window, len(hashes)), len(hashes) + 1) if hashes else ()
        expected = {min(hashes[max(0, end - window) : end]) for end in ends}
        assert set(least(row, window).tolist()) - {int(NO_GRAM)} == expected - {int(NO_GRAM)}


def test_hashes_do_not_depend_on_the_place() -> None:
    dense, sparse = grams(points("天地玄黄宇宙洪荒"))
    moved, _ = grams(points("日月" + "天地玄黄宇宙洪荒" + "盈昃"))
    assert dense[0] == moved[2]
    assert sparse.size == 0


def test_stored_terms_never_change() -> None:
    """Fingerprints are stored: new hashes need a new `TextModality.version`."""
    assert terms(points("天地玄黄宇宙洪荒日月盈昃")).tolist() == DENSE_TERMS
    assert terms(points("thequickbrownfoxjumpsoverthelazydog")).tolist() == SPARSE_TERMS


@pytest.mark.parametrize("length", range(24))
def test_short_texts(length: int) -> None:
    assert terms(points("天" * length)).size == (length >= DENSE.gram)
    assert terms(points("a" * length)).size == (length >= SPARSE.gram)


def test_density_is_two_of_every_window_and_one() -> None:
    chance = np.random.default_rng(3)
    text = chance.integers(0x4E00, 0x9000, 200_000).astype(np.uint32)
    assert terms(text).size / text.size == pytest.approx(2 / (DENSE.window + 1), rel=0.02)


def test_distinct_leaves_out_no_gram() -> None:
    values = np.array([5, NO_GRAM, 3, 5], np.uint64)
    assert distinct(values).tolist() == [3, 5]
