"""Java class files, out of a library that a dependency brings no compiler for: written here."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest

from fingerprints.app import jvm
from fingerprints.errors import Undecodable


def class_file(seed: int, name: str, method: str) -> bytes:
    """A class with one method of instructions by chance, and one string."""
    chance = random.Random(seed)  # noqa: S311 (made up)
    code = b"".join(
        chance.choice((b"\x60", b"\x64", b"\x68", b"\x57", b"\x59", b"\x12\x05", b"\xb8\x00\x07"))
        for _ in range(200)
    )
    code += b"\xaa" + bytes(-(len(code) + 1) % 4) + struct.pack(">3i2i", 0, 1, 2, 9, 9) + b"\xb1"
    texts = [name, method, "()V", f"said by {seed}", "Code", "java/lang/Math", "abs"]
    utf8 = [struct.pack(">BH", 1, len(one)) + one.encode() for one in texts]
    pool = [
        struct.pack(">BH", 7, 8),  # 1: this class
        struct.pack(">BH", 7, 13),  # 2: Math
        struct.pack(">BHH", 12, 14, 10),  # 3: abs()
        struct.pack(">BQ", 5, 77),  # 4 and its second slot: a long
        struct.pack(">BH", 8, 11),  # 6: the string
        struct.pack(">BHH", 10, 2, 3),  # 7: Math.abs()
        *utf8,  # 8 …
    ]
    attribute = struct.pack(">HIHHI", 12, len(code) + 12, 4, 4, len(code)) + code + bytes(4)
    head = struct.pack(">IHHH", 0xCAFEBABE, 0, 52, 15) + b"".join(pool)
    body = struct.pack(">8H", 1, 1, 2, 0, 0, 1, 1, 9) + struct.pack(">2H", 10, 1) + attribute
    return head + body + struct.pack(">H", 0)


def test_names_do_not_count_and_what_is_done_does() -> None:
    plain = jvm.read(class_file(1, "maker/Game", "play"))
    renamed = jvm.read(class_file(1, "a/b", "c"))
    other = jvm.read(class_file(2, "maker/Game", "play"))
    assert plain.grams.size > 20
    assert np.array_equal(plain.grams, renamed.grams)
    assert np.intersect1d(plain.grams, other.grams).size == 0
    assert plain.strings == {b"said by 1"}
    assert plain.methods == 1


def test_a_librarys_class_gives_nothing() -> None:
    content = class_file(1, "kotlin/A", "play")
    assert jvm.read(content).grams.size == 0
    assert jvm.read(content, everything=True).grams.size > 20


def test_a_class_cut_short_is_refused() -> None:
    content = class_file(1, "maker/Game", "play")
    with pytest.raises(Undecodable):
        jvm.read(content[:100])
    with pytest.raises(Undecodable):
        jvm.read(content[:9])
