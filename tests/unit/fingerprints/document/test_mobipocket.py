"""Mobipocket books, written here as the format is described."""

from __future__ import annotations

import io
import random
import struct

import pytest

from fingerprints import document
from fingerprints.contract import Limits
from fingerprints.document.mobipocket import palmdoc
from fingerprints.errors import FingerprintError, TooLarge, Undecodable, Unsupported
from fingerprints.extraction import extract
from fingerprints.image import ImageModality
from fingerprints.media_type import MOBI
from fingerprints.text import TextModality
from tests.unit.fingerprints.document.made import CHAPTERS, scene, written

PAGE = "<html><body>" + "".join(f"<p>{one}</p>" for one in CHAPTERS) + "</body></html>"
WHOLE = "\n".join(CHAPTERS)
PLAIN, PALMDOC, HUFF = 1, 2, 17480


def database(records: list[bytes], mark: bytes = b"BOOKMOBI") -> bytes:
    places, at = [], 78 + 8 * len(records) + 2
    for record in records:
        places.append(at)
        at += len(record)
    listed = b"".join(struct.pack(">II", place, 0) for place in places)
    return (
        bytes(60)
        + mark
        + bytes(8)
        + struct.pack(">H", len(records))
        + listed
        + b"\0\0"
        + (b"".join(records))
    )


def book(
    pieces: list[bytes], packing: int, *, encryption: int = 0, flags: int = 0, more: int = 0
) -> bytes:
    """Record 0; `more` records follow the text."""
    head = struct.pack(">HHIHHHH", packing, 0, 0, len(pieces), 4096, encryption, 0)
    mobi = bytearray(struct.pack(">4sIIII", b"MOBI", 0xE8, 2, 65001, 0).ljust(0xE8, b"\0"))
    struct.pack_into(">II", mobi, 0x70 - 16, 1 + len(pieces), more)
    struct.pack_into(">H", mobi, 0xF2 - 16, flags)
    return head + bytes(mobi)


def cut(text: str, size: int = 100) -> list[bytes]:
    data = text.encode()
    return [data[at : at + size] for at in range(0, len(data), size)]


def packed(record: bytes) -> bytes:
    """As PalmDOC does: what came before is pointed to, bytes beyond ASCII are told."""
    out, at = b"", 0
    while at < len(record):
        for length in range(10, 2, -1):
            before = record.rfind(record[at : at + length], max(0, at - 2047), at)
            if before >= 0 and at + length <= len(record):
                out += struct.pack(">H", 0x8000 | (at - before) << 3 | length - 3)
                at += length
                break
        else:
            one = record[at : at + 1]
            out += one if b"\x09" <= one < b"\x80" else b"\1" + one
            at += 1
    return out


def mobi(packing: int, *, encryption: int = 0, mark: bytes = b"BOOKMOBI", flags: int = 0) -> bytes:
    pieces = cut(PAGE)
    if packing == PALMDOC:
        pieces = [packed(one) for one in pieces]
    tail = b"\0" if flags & 1 else b""
    tail += b"extra\x86" if flags & 2 else b""
    stored = [one + tail for one in pieces]
    return database([book(pieces, packing, encryption=encryption, flags=flags), *stored], mark)


def huffed() -> bytes:
    """Each byte of the text is a code of eight bits; phrase 0 is packed itself."""
    pieces = [bytes(255 - byte for byte in one) for one in cut(PAGE)]
    near = struct.pack(">256I", *[0xFF << 8 | 0x80 | 8] * 256)
    code = b"HUFF" + struct.pack(">III", 24, 24, 24 + 1024) + bytes(8) + near + bytes(256)
    starts, phrases = [], b""
    for byte in range(256):
        starts.append(512 + len(phrases))
        # The codes count downwards, and so do these phrases.
        phrases += struct.pack(">H", 0x8001) + bytes((byte,))
    cdic = b"CDIC" + struct.pack(">III", 16, 256, 8) + struct.pack(">256H", *starts) + phrases
    pieces = [bytes(255 - (255 - byte) for byte in one) for one in pieces]
    return database([book(pieces, HUFF, more=2), *pieces, code, cdic])


def read(content: bytes, limits: Limits | None = None) -> str:
    return document.text(io.BytesIO(content), limits or Limits())


@pytest.mark.parametrize("packing", [PLAIN, PALMDOC])
@pytest.mark.parametrize("flags", [0, 1, 2, 3])
def test_text(packing: int, flags: int) -> None:
    assert read(mobi(packing, flags=flags)) == WHOLE


def test_huffman_coded_text() -> None:
    assert read(huffed()) == WHOLE


def test_a_palmdoc_text() -> None:
    assert read(mobi(PALMDOC, mark=b"TEXtREAd")) == WHOLE


def test_it_is_known_by_its_bytes() -> None:
    found = extract(
        io.BytesIO(mobi(PALMDOC)), limits=Limits(), declared="text/html", filename="a.txt"
    )
    assert found.media_type == "application/x-mobipocket-ebook"
    own = TextModality().print_text(WHOLE)
    assert TextModality().verify(found.prints[0], own).score >= 0.5


def test_what_is_refused() -> None:
    with pytest.raises(Undecodable, match="encrypted"):
        read(mobi(PLAIN, encryption=2))
    with pytest.raises(Unsupported):
        read(mobi(3))
    with pytest.raises(TooLarge):
        read(mobi(PLAIN), Limits(text_characters=50))
    with pytest.raises(Undecodable):
        read(mobi(PLAIN)[:70])
    with pytest.raises(Undecodable):
        palmdoc(b"ab" + b"\x80\x0f" * 8000)


def test_damage_ends_with_an_error_of_ours() -> None:
    chance = random.Random(4)  # noqa: S311 - damage, not secrets
    originals = [mobi(PLAIN, flags=3), mobi(PALMDOC, flags=3), huffed()]
    for round_ in range(300):
        content = bytearray(originals[round_ % 3])
        for _ in range(chance.choice((1, 3, 20))):
            content[chance.randrange(min(len(content), chance.choice((400, 1 << 20))))] = (
                chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            )
        content = content[: chance.choice((len(content), chance.randrange(60, len(content))))]
        try:
            read(bytes(content))
        except FingerprintError:
            continue


def test_pictures_of_a_comic_are_pages() -> None:
    scenes = [scene(number) for number in range(3)]
    content = database([book([b"<img>"], PLAIN), b"<img>", *map(written, scenes), b"FLIS", b"EOF"])
    found = list(document.pages(io.BytesIO(content), Limits(), MOBI))
    assert [(page.width, page.height) for page in found] == [one.size for one in scenes]
    printed = ImageModality().extract(io.BytesIO(content), limits=Limits(), media_type=MOBI)
    assert {part.position for part in printed.parts} == {0.0, 1.0, 2.0}


def test_a_book_without_pictures_has_no_pages() -> None:
    assert list(document.pages(io.BytesIO(mobi(PLAIN)), Limits(), MOBI)) == []
    with pytest.raises(Undecodable):
        list(document.pages(io.BytesIO(mobi(PLAIN)[:90]), Limits(), MOBI))
