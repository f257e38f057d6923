"""Word and PowerPoint before 2007, written here as their formats are described."""

from __future__ import annotations

import io
import struct

import pytest

from fingerprints import document
from fingerprints.contract import Limits
from fingerprints.document.media_types import DOC, PPT
from fingerprints.errors import Encrypted, FingerprintError, TooLarge, Undecodable, Unsupported
from fingerprints.extraction import extract, media_type_of
from tests.unit.fingerprints.document import made
from tests.unit.fingerprints.document.made import CHAPTERS, zipped

SECTOR, MINI, LEAST = 512, 64, 4096
END, TABLE = 0xFFFFFFFE, 0xFFFFFFFD
WHOLE = "\n".join(CHAPTERS)


def padded(content: bytes, to: int) -> bytes:
    return content + bytes(-len(content) % to)


def compound(streams: dict[str, bytes]) -> bytes:
    """Write a compound file of one table sector: some 60 KB."""
    sectors: list[bytes] = []
    following: list[int] = []

    def chained(content: bytes) -> int:
        pieces = [
            padded(content, SECTOR)[at : at + SECTOR] for at in range(0, len(content), SECTOR)
        ]
        if not pieces:
            return END
        start = len(sectors)
        sectors.extend(pieces)
        following.extend([*range(start + 1, start + len(pieces)), END])
        return start

    mini = b""
    mini_next: list[int] = []
    entries: list[tuple[str, int, int, int]] = []
    for name, content in streams.items():
        if len(content) >= LEAST:
            start = chained(content)
        else:
            start = len(mini) // MINI
            mini += padded(content, MINI)
            mini_next += [*range(start + 1, len(mini) // MINI), END]
        entries.append((name, 2, start, len(content)))
    root = ("Root Entry", 5, chained(mini), len(mini))
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HB49xII4x", 2 * len(name) + 2, kind, start, size)
        for name, kind, start, size in (root, *entries)
    )
    directory_at = chained(directory)
    mini_table = chained(struct.pack(f"<{len(mini_next)}I", *mini_next))
    table_at = len(sectors)
    following += [TABLE]
    sectors.append(struct.pack(f"<{len(following)}I", *following).ljust(SECTOR, b"\xff"))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, directory_at, 0, LEAST, mini_table, 1, END, 0)
    return b"".join((head, struct.pack("<I", table_at), b"\xff" * 432, *sectors))


def word(
    pieces: list[str | bytes], *, flags: int = 0x0200, characters: int | None = None
) -> dict[str, bytes]:
    """Return the streams of a document of these pieces; bytes are in Windows' Latin letters."""
    main = bytearray(LEAST)
    struct.pack_into("<H8xH", main, 0, 0xA5EC, flags)
    struct.pack_into("<H", main, 32, 14)
    struct.pack_into("<H", main, 62, 22)
    ends, places = [0], []
    for piece in pieces:
        ends.append(ends[-1] + len(piece))
        packed = isinstance(piece, bytes)
        places.append(len(main) * 2 | 1 << 30 if packed else len(main))
        main += piece if isinstance(piece, bytes) else piece.encode("utf-16-le")
    struct.pack_into("<2i", main, 64 + 12, ends[-1] if characters is None else characters, 0)
    listed = struct.pack(f"<{len(ends)}I", *ends)
    listed += b"".join(struct.pack("<HIH", 0, place, 0) for place in places)
    clx = b"\x01\x02\x00ab" + struct.pack("<BI", 2, len(listed)) + listed
    struct.pack_into("<H2I", main, 152, 93, 0, 0)
    struct.pack_into("<2I", main, 154 + 8 * 33, 10, len(clx))
    return {"1Table" if flags & 0x0200 else "0Table": bytes(10) + clx, "WordDocument": bytes(main)}


def record(kind: int, content: bytes, *, version: int = 0) -> bytes:
    return struct.pack("<HHI", version, kind, len(content)) + content


def text(content: bytes, limits: Limits | None = None) -> str:
    return document.text(io.BytesIO(content), limits or Limits())


@pytest.mark.parametrize("flags", [0, 0x0200])
def test_word_in_pieces_of_both_writings(flags: int) -> None:
    first, *others = CHAPTERS
    content = compound(word([f"{first}\r", "\r".join(others), b"\rcaf\xe9\x0d"], flags=flags))
    assert text(content) == f"{WHOLE}\ncafé"
    source = io.BytesIO(content)
    assert media_type_of(source, filename="no.name") == DOC
    assert extract(source, limits=Limits(), filename="a.bin").prints[0].modality == "text"


def test_what_fields_do_is_left_out() -> None:
    written = '见\x13 HYPERLINK "http://a.example" \x14此处\x15，非\x1e此\x07。'
    assert text(compound(word([written]))) == "见此处，非-此\n。"


def test_powerpoint() -> None:
    slide = record(0x0FA0, "第一页\r第二行".encode("utf-16-le")) + record(0x0FA8, b"Page two")
    master = record(0x03F8, record(0x0FA8, b"Click to edit"), version=0xF)
    content = compound(
        {"PowerPoint Document": padded(master + record(0x03E8, slide, version=0xF), LEAST)}
    )
    assert text(content) == "第一页\n第二行\nPage two"
    assert media_type_of(io.BytesIO(content)) == PPT


def test_pictures_in_slides() -> None:
    jpeg = made.written(made.scene(1))
    picture = record(0xF01D, bytes(17) + jpeg)
    content = compound({"PowerPoint Document": bytes(LEAST), "Pictures": picture + picture})
    assert len(list(document.pages(io.BytesIO(content), Limits()))) == 2


def test_in_an_archive() -> None:
    assert text(zipped({"书/1.doc": compound(word([WHOLE.replace("\n", "\r")]))})) == WHOLE


def test_passwords_and_other_programs() -> None:
    with pytest.raises(Encrypted):
        text(compound(word([WHOLE], flags=0x0300)))
    with pytest.raises(Encrypted):
        text(compound({"PowerPoint Document": record(0x2F14, b"")}))
    with pytest.raises((Unsupported, Undecodable)):
        text(compound({"Workbook": b"cells"}))
    assert media_type_of(io.BytesIO(compound({"Workbook": b""})), filename="a.msi") != DOC


def test_limits() -> None:
    with pytest.raises(TooLarge):
        text(compound(word([WHOLE])), Limits(text_characters=10))
    with pytest.raises(TooLarge):
        text(compound(word([WHOLE])), Limits(whole_bytes=100))


def test_pieces_on_one_another_cost_no_more_than_the_file() -> None:
    streams = word(["一" * 1000], characters=2**31 - 1)
    count = 200
    ends = struct.pack(f"<{count + 1}I", *(1000 * number for number in range(count + 1)))
    places = struct.pack("<HIH", 0, LEAST, 0) * count
    listed = ends + places
    main = bytearray(streams["WordDocument"])
    clx = struct.pack("<BI", 2, len(listed)) + listed
    struct.pack_into("<2I", main, 154 + 8 * 33, 0, len(clx))
    found = text(compound({"WordDocument": bytes(main), "1Table": clx}))
    assert len(found) <= len(main)


@pytest.mark.parametrize("length", [8, 100, 511, 512, 600, 5000])
def test_cut_short(length: int) -> None:
    content = compound(word([WHOLE, WHOLE.encode("cp1252", "replace")]))
    with pytest.raises(FingerprintError):
        extract(io.BytesIO(content[:length]), limits=Limits(), filename="a.doc")


def test_chains_that_never_end() -> None:
    content = bytearray(compound(word([WHOLE])))
    (table,) = struct.unpack_from("<I", content, 76)
    for number in range(SECTOR // 4):
        struct.pack_into("<I", content, (table + 1) * SECTOR + 4 * number, number)
    with pytest.raises(FingerprintError):
        extract(io.BytesIO(bytes(content)), limits=Limits(), filename="a.doc")
