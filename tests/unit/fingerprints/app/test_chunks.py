"""Pieces of binaries, whatever is put before, into or behind them."""

from __future__ import annotations

import io

from fingerprints.app import chunks
from tests.unit.fingerprints.app.programs import noise

CONTENT = noise(1, 300_000)


def pieces(content: bytes) -> set[int]:
    return set(chunks.chunks(io.BytesIO(content)))


def test_bytes_before_and_behind_change_only_the_chunks_there() -> None:
    plain = pieces(CONTENT)
    assert 40 < len(plain) < 120
    for changed in (
        b"stub" * 5_000 + CONTENT,
        CONTENT + b"more",
        CONTENT[:150_000] + b"!" + CONTENT[150_000:],
    ):
        assert len(plain & pieces(changed)) >= len(plain) - 3


def test_other_bytes_share_nothing() -> None:
    assert not pieces(CONTENT) & pieces(noise(2, 300_000))


def test_padding_says_nothing() -> None:
    assert not pieces(bytes(1 << 20))
    assert not pieces(b"abcd" * 100_000)


def test_blocks_do_not_show() -> None:
    long = noise(3, 9 << 20)
    assert len(pieces(long) & pieces(b"x" + long)) >= len(pieces(long)) - 2
