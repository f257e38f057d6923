"""Signatures bring characters and offsets back exactly, and refuse what is not theirs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.errors import Undecodable
from fingerprints.text.normalise import Normalised, normalise
from fingerprints.text.signature import Stretch, packed, unpacked


def assert_returns(stretch: Stretch) -> None:
    back = unpacked(packed(stretch))
    assert back.first == stretch.first
    assert (back.text.characters == stretch.text.characters).all()
    assert (back.text.offsets == stretch.text.offsets).all()


@given(st.text(), st.integers(0, 2**40))
def test_round_trip(text: str, first: int) -> None:
    assert_returns(Stretch(first, normalise(text)))


@given(st.lists(st.integers(0, 70_000), min_size=1, max_size=900))
def test_round_trip_with_far_jumps(steps: list[int]) -> None:
    offsets = np.cumsum(np.array(steps, np.int64))
    assert_returns(Stretch(7, Normalised(np.full(len(steps), 0x20000, np.uint32), offsets)))


def test_long_stretch_without_a_jump() -> None:
    assert_returns(Stretch(0, normalise("天地" * 4000)))
    assert_returns(Stretch(0, normalise("ab" * 4000)))


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x02" + bytes(99), bytes(40)])
def test_damage_is_named(damage: bytes) -> None:
    with pytest.raises(Undecodable):
        unpacked(damage)


def test_a_cut_signature_is_named() -> None:
    whole = packed(Stretch(0, normalise("话说天下大势，分久必合，合久必分。" * 9)))
    for end in range(0, len(whole) - 1, 7):
        with pytest.raises(Undecodable):
            unpacked(whole[:end])
