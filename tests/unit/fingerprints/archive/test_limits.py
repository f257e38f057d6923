"""Bombs: what is unpacked is counted, whatever the headers say."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib

import pytest

from fingerprints.archive import Budget, budget, members
from fingerprints.archive.unpacking import zstd
from fingerprints.contract import Limits
from fingerprints.errors import TooLarge

ZEROS = bytes(40 << 20)


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def exhaust(content: bytes, limits: Limits) -> int:
    size = 0
    for member in members(io.BytesIO(content), limits):
        file = member.open()
        while piece := file.read(1 << 20):
            size += len(piece)
    return size


@pytest.mark.parametrize("pack", [lambda c: zipped("a", c), gzip.compress, zstd.compress])
def test_ratio(pack: object) -> None:
    assert callable(pack)
    bomb = pack(ZEROS)
    with pytest.raises(TooLarge) as caught:
        exhaust(bomb, Limits())
    assert caught.value.limit == "archive_ratio"
    assert exhaust(bomb, Limits(archive_ratio=1e6)) == len(ZEROS)


def test_a_small_file_may_pack_well() -> None:
    assert exhaust(zipped("a", bytes(1 << 20)), Limits()) == 1 << 20


def test_bytes() -> None:
    content = zipped("a", ZEROS)
    limits = Limits(archive_ratio=1e6, archive_bytes=1 << 20)
    with pytest.raises(TooLarge) as caught:
        exhaust(content, limits)
    assert caught.value.limit == "archive_bytes"


def test_sizes_in_headers_are_not_believed() -> None:
    content = bytearray(zipped("a", ZEROS))
    content[22:26] = content[content.index(b"PK\x01\x02") + 24 :][:4] = bytes(4)
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = struct.pack("<I", 5)
    (member,) = members(io.BytesIO(bytes(content)), Limits())
    assert member.size == 5
    with pytest.raises(TooLarge):
        member.open().read()


def test_members_lying_over_each_other() -> None:
    """As in Fifield's zip bomb: many directory entries for the same packed bytes."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = deflate.compress(bytes(1 << 20)) + deflate.flush()
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(kernel), 1 << 20, 1, 0)
    entry = struct.pack(
        *("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(kernel), 1 << 20),
        *(1, 0, 0, 0, 0, 0, 0),
    )
    directory = (entry + b"a") * 1000
    start = len(local) + 1 + len(kernel)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1000, 1000, len(directory), start, 0)
    with pytest.raises(TooLarge) as caught:
        exhaust(local + b"a" + kernel + directory + end, Limits())
    assert caught.value.limit == "archive_ratio"


def test_archives_in_archives_share_one_budget() -> None:
    inner = zipped("zeros", bytes(12 << 20))
    outer = zipped("1.zip", inner), zipped("2.zip", inner)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, one in enumerate(outer):
            archive.writestr(f"{number}.zip", one)
    limits = Limits()
    top = Budget(limits, len(out.getvalue()))
    unpacked: list[int] = []

    def exhaust_both() -> None:
        for middle in members(out, limits, top):
            second = top.nested()
            for packed in members(middle.open(), limits, second):
                found = members(packed.open(), limits, second.nested())
                unpacked.extend(len(file.open().read()) for file in found)

    with pytest.raises(TooLarge) as caught:
        exhaust_both()
    assert caught.value.limit == "archive_ratio"
    assert unpacked == [12 << 20]


def test_depth() -> None:
    third = Budget(Limits(archive_depth=3), 1).nested().nested()
    with pytest.raises(TooLarge) as caught:
        third.nested()
    assert caught.value.limit == "archive_depth"


def test_number_of_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_MEMBERS", 10)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(11):
            archive.writestr(f"{number}", b"")
    with pytest.raises(TooLarge) as caught:
        list(members(out, Limits()))
    assert caught.value.limit == "archive_members"


def test_input_bytes() -> None:
    content = zipped("a", b"text")
    assert exhaust(content, Limits(input_bytes=len(content))) == 4
    with pytest.raises(TooLarge) as caught:
        exhaust(content, Limits(input_bytes=len(content) - 1))
    assert caught.value.limit == "input_bytes"
