"""Hashes as other programs make them, against their published values and plain definitions."""

from __future__ import annotations

import hashlib
import io

import pytest

from fingerprints.digest.hashes import hashes_of

CHUNK = 9_728_000
LEAF = 16_384


def hashes(content: bytes) -> list[str]:
    return list(hashes_of(io.BytesIO(content), len(content)))


def of_kind(kind: str, content: bytes) -> list[str]:
    return [one.partition(":")[2] for one in hashes(content) if one.startswith(f"{kind}:")]


def test_md4_as_rfc_1320_has_it() -> None:
    assert of_kind("ed2k", b"message digest") == ["d9130a8164549fe818874806e1c7014b"]


@pytest.mark.parametrize(
    ("size", "known"),
    [
        (CHUNK, {"d7def262a127cd79096a108e7a9fc138", "fc21d9af828f92a8df64beac3357425d"}),
        (2 * CHUNK, {"194ee9e4fa79b2ee9f8829284c466051", "114b21c63a74b6ca922291a11177dd5c"}),
    ],
)
def test_whole_chunks_have_the_hashes_of_both_programs(size: int, known: set[str]) -> None:
    assert set(of_kind("ed2k", bytes(size))) == known


def test_a_broken_chunk_has_one_hash() -> None:
    assert len(of_kind("ed2k", bytes(CHUNK + 1))) == 1


@pytest.mark.parametrize("size", [1, LEAF, LEAF + 1, 3 * LEAF, 5 * LEAF + 7, 64 * LEAF])
def test_merkle_root_of_leaves_filled_up_to_a_power_of_two(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    layer = [
        hashlib.sha256(content[start : start + LEAF]).digest() for start in range(0, size, LEAF)
    ]
    while len(layer) & (len(layer) - 1):
        layer.append(bytes(32))
    while len(layer) > 1:
        layer = [hashlib.sha256(layer[n] + layer[n + 1]).digest() for n in range(0, len(layer), 2)]
    assert of_kind("btroot", content) == [layer[0].hex()]


def test_gcid_hashes_pieces_that_grow_with_the_file() -> None:
    small, large = bytes(300 << 10), bytes((128 << 20) + 1)

    def pieces(content: bytes, size: int) -> str:
        digests = (
            hashlib.sha1(content[start : start + size]).digest()  # noqa: S324
            for start in range(0, len(content), size)
        )
        return hashlib.sha1(b"".join(digests)).hexdigest()  # noqa: S324

    assert of_kind("gcid", small) == [pieces(small, 256 << 10)]
    assert of_kind("gcid", large) == [pieces(large, 512 << 10)]


def test_those_that_everybody_makes() -> None:
    content = b"a copy is a copy"
    for kind in ("md5", "sha1", "sha256"):
        assert of_kind(kind, content) == [hashlib.new(kind, content).hexdigest()]
