from __future__ import annotations

from random import Random

from benchmarks.accuracy.candidates import candidates
from fingerprints.text import TextModality

MODALITY = TextModality()


def text(seed: int, words: int) -> str:
    chance = Random(seed)  # noqa: S311 - reproducible
    return " ".join(
        "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9)))
        for _ in range(words)
    )


def test_a_pair_is_found_by_what_it_shares() -> None:
    works = [text(seed, 400) for seed in range(4)]
    copies = [works[2][500:900], text(9, 300), works[0]]
    prints = [[MODALITY.print_text(one) for one in side] for side in (copies, works)]
    assert candidates(prints[0], prints[1], "text") == {(0, 2), (2, 0)}


def test_nothing_is_found_among_no_works() -> None:
    assert candidates([MODALITY.print_text(text(1, 100))], [], "text") == set()
