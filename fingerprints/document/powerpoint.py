"""PowerPoint's binary presentations ([MS-PPT]): the words on slides and in their notes."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from fingerprints.document.compound import POWERPOINT
from fingerprints.errors import Encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.document.compound import Compound

_RECORD: Final = struct.Struct("<HHI")
_CONTAINER: Final = 0xF
_WIDE, _NARROW = 0x0FA0, 0x0FA8
_ENCRYPTION: Final = 0x2F14
_MASTERS: Final = frozenset({0x03F8, 0x0FC9})
"""Masters of slides and handouts: "Click to edit"."""
_BREAKS: Final = {0x0B: "\n", 0x0D: "\n"}


def texts(file: Compound) -> Iterator[str]:
    """Yield the text of each box, in the order of the file; raises `Encrypted`."""
    content = file.stream(POWERPOINT)
    at = 0
    while at + _RECORD.size <= len(content):
        version, kind, size = _RECORD.unpack_from(content, at)
        if kind == _ENCRYPTION:
            raise Encrypted
        at += _RECORD.size
        if version & 0xF == _CONTAINER and kind not in _MASTERS:
            continue  # what it holds follows
        if kind in (_WIDE, _NARROW):
            charset = "utf-16-le" if kind == _WIDE else "latin-1"
            text = content[at : at + size].decode(charset, "replace")
            yield f"{text.translate(_BREAKS)}\n"
        at += size
