"""Word's binary documents, version 97 and later ([MS-DOC]): the text of the body and footnotes.

The text lies in pieces, each of which is in UTF-16 or in Windows' Latin letters.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Final

from fingerprints.document.compound import WORD
from fingerprints.errors import Encrypted, Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.document.compound import Compound

_MARK: Final = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_CLX: Final = 33
"""Which of the pairs of offset and length tells where the pieces are listed."""
_FORMATTING, _PIECES = 1, 2
_PACKED: Final = 1 << 30
_INSTRUCTION: Final = re.compile("\x13[^\x13\x14\x15]*[\x14\x15]?")
"""What a field does; what it shows follows."""
_MARKS: Final = {
    **dict.fromkeys((*range(9), *range(14, 0x20))),
    **dict.fromkeys((0x07, 0x0B, 0x0C, 0x0D), "\n"),
    0x1E: "-",
}
"""What characters stand for that Word has of its own: ends of cells, lines, pages, paragraphs."""


def texts(file: Compound) -> Iterator[str]:
    """Yield the text in pieces; raises `Encrypted` and `Undecodable`."""
    try:
        written = "".join(_pieces(file))
    except struct.error as error:
        raise Undecodable("a Word document cut short") from error
    yield _INSTRUCTION.sub("", written).translate(_MARKS)


def _pieces(file: Compound) -> Iterator[str]:
    main = file.stream(WORD)
    mark, flags = struct.unpack_from("<H8xH", main)
    if mark != _MARK:
        raise Undecodable("a Word document of before 1997")
    if flags & _ENCRYPTED:
        raise Encrypted
    left, listed = _told(main)
    left = min(left, len(main))  # pieces may lie on one another in a hostile file
    table = file.stream("1Table" if flags & _SECOND_TABLE else "0Table")
    for length, place in _listed(table[listed]):
        if left <= 0:
            return
        taken = min(length, left)
        left -= taken
        if place & _PACKED:
            at = (place & ~_PACKED) // 2
            yield main[at : at + taken].decode("cp1252", "replace")
        else:
            yield main[place : place + 2 * taken].decode("utf-16-le", "replace")


def _told(main: bytes) -> tuple[int, slice]:
    """Return how many characters body and footnotes have, and where the pieces are listed."""
    at = 32
    (words,) = struct.unpack_from("<H", main, at)
    at += 2 + 2 * words
    (longs,) = struct.unpack_from("<H", main, at)
    body, footnotes = struct.unpack_from("<2i", main, at + 2 + 4 * 3)
    at += 2 + 4 * longs + 2
    start, size = struct.unpack_from("<2I", main, at + 8 * _CLX)
    return body + max(0, footnotes), slice(start, start + size)


def _listed(clx: bytes) -> Iterator[tuple[int, int]]:
    """Yield how many characters each piece has and where it is: see `_PACKED`."""
    at = 0
    while clx[at : at + 1] == bytes((_FORMATTING,)):
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    kind, size = struct.unpack_from("<BI", clx, at)
    if kind != _PIECES:
        raise Undecodable("a Word document without its pieces")
    count = max(0, size - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
    for number in range(count):
        place = struct.unpack_from("<I", clx, at + 5 + 4 * (count + 1) + 8 * number + 2)[0]
        yield max(0, ends[number + 1] - ends[number]), place
