"""Pictures in binary documents of Office ([MS-ODRAW], 2.2.23): JPEG and PNG as they were put in."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, BinaryIO, Final

from fingerprints.document.compound import WORD
from fingerprints.document.parts import as_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.document.compound import Compound

_STREAMS: Final = ("Pictures", "Data", WORD)
_PICTURE: Final = re.compile(
    rb"[\x1d\x1e\x2a]\xf0(?P<size>.{4})(?:.{17}|.{33})(?P<start>\xff\xd8\xff|\x89PNG)", re.DOTALL
)


def pictures(file: Compound) -> Iterator[BinaryIO]:
    """Yield the pictures in the order they are kept."""
    for name in _STREAMS:
        content = file.stream(name)
        end = 0
        while (found := _PICTURE.search(content, end)) is not None:
            (size,) = struct.unpack("<I", found["size"])
            end = max(found.end(), found.end("size") + size)
            yield as_file(content[found.start("start") : end])
