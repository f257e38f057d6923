"""Alignments on made-up texts whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.text.align import Chain, align
from fingerprints.text.seeds import Keyed, keyed, shared_runs

CHANCE = np.random.default_rng(5)
DENSE, SPARSE = (0x4E00, 0x9000), (0x61, 0x7B)


def text(length: int, alphabet: tuple[int, int] = DENSE) -> np.ndarray:
    return CHANCE.integers(*alphabet, length).astype(np.uint32)


def aligned(copy: np.ndarray, work: np.ndarray) -> list[Chain]:
    return align(keyed(copy), keyed(work))


def spans(chains: list[Chain]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    return [(one.copy, one.work) for chain in chains for one in chain.passages]


@pytest.mark.parametrize("alphabet", [DENSE, SPARSE])
def test_an_excerpt_is_found_where_it_is(alphabet: tuple[int, int]) -> None:
    work = text(5000, alphabet)
    copy = np.concatenate((text(300), work[1000:1100], text(300)))
    assert spans(aligned(copy, work)) == [((300, 400), (1000, 1100))]


def test_changed_characters_are_aligned_over() -> None:
    work = text(2000)
    copy = work[500:700].copy()
    copy[5::9] = text(copy[5::9].size)
    (chain,) = aligned(copy, work)
    assert spans([chain]) == [((0, 200), (500, 700))]
    assert chain.columns == 200
    assert chain.equal == 200 - copy[5::9].size
    assert chain.verbatim == 8


def test_an_advertisement_splits_a_chain_in_two_passages() -> None:
    work = text(400)
    copy = np.concatenate((work[:200], text(50), work[200:]))
    (chain,) = aligned(copy, work)
    assert spans([chain]) == [((0, 200), (0, 200)), ((250, 450), (200, 400))]
    assert chain.equal == chain.columns == 400


def test_missing_and_added_characters_are_bridged() -> None:
    work = text(300)
    copy = np.concatenate((work[:100], work[103:200], text(2), work[200:]))
    (chain,) = aligned(copy, work)
    assert spans([chain]) == [((0, 299), (0, 300))]
    assert chain.equal == 297


def test_ends_reach_over_a_missing_character() -> None:
    work = text(200)
    copy = np.concatenate((work[:150], work[151:156]))
    assert spans(aligned(copy, work)) == [((0, 155), (0, 156))]


def test_paragraphs_in_another_order_are_chains_of_their_own() -> None:
    work = text(600)
    copy = np.concatenate((work[400:600], work[200:400], work[0:200]))
    assert spans(aligned(copy, work)) == [
        ((0, 200), (400, 600)),
        ((200, 400), (200, 400)),
        ((400, 600), (0, 200)),
    ]


@given(st.integers(0, 2**32), st.sampled_from([2, 26, 5000]))
@settings(max_examples=30)
def test_passages_never_overlap_in_the_copy(seed: int, letters: int) -> None:
    chance = np.random.default_rng(seed)
    work = chance.integers(0x4E00, 0x4E00 + letters, 400).astype(np.uint32)
    pieces = [work[at : at + 60] for at in chance.integers(0, 340, 8)]
    copy = np.concatenate(pieces)
    end = 0
    for span, place in sorted(spans(aligned(copy, work))):
        assert end <= span[0] < span[1] <= copy.size
        assert 0 <= place[0] < place[1] <= work.size
        end = span[1]


@pytest.mark.parametrize("size", [0, 1, 7, 8, 11, 12])
def test_short_texts(size: int) -> None:
    for one in (text(size), text(size, SPARSE)):
        aligned(one, one)
        aligned(one, text(100))
        aligned(text(100), one)


def runs_of(copy: Keyed, work: Keyed) -> list[tuple[int, int, int]]:
    runs = shared_runs(copy, work)
    return list(zip(runs.start.tolist(), runs.end.tolist(), runs.diagonal.tolist(), strict=True))


def test_runs_are_as_long_as_they_can_be() -> None:
    work = text(500)
    copy = np.concatenate((text(20), work[100:140], text(20)))
    assert runs_of(keyed(copy), keyed(work)) == [(20, 60, 80)]


def test_repetition_stays_bounded() -> None:
    same = keyed(np.full(200_000, 0x54C8, np.uint32))
    paragraph = text(100)
    many = keyed(np.tile(paragraph, 2000))
    assert len(runs_of(same, same)) < 100
    assert len(runs_of(many, many)) < 100
    assert spans(align(many, many)) == [((0, 200_000), (0, 200_000))]


def test_a_passage_repeated_in_the_copy_is_found_each_time() -> None:
    work = text(3000)
    copy = np.concatenate([np.concatenate((work[1000:1100], text(40))) for _ in range(50)])
    found = spans(aligned(copy, work))
    assert [one for _, one in found] == [(1000, 1100)] * 50
