"""Files that are read whole: texts, pictures, documents."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from fingerprints.errors import TooLarge

if TYPE_CHECKING:
    from fingerprints.contract import Limits


def read_whole(source: BinaryIO, limits: Limits) -> bytes:
    """Return all of a seekable file; raises `TooLarge` for `whole_bytes` or `input_bytes`."""
    name = "whole_bytes" if limits.whole_bytes < limits.input_bytes else "input_bytes"
    allowed = min(limits.whole_bytes, limits.input_bytes)
    size = source.seek(0, io.SEEK_END)
    if size > allowed:
        raise TooLarge(name, allowed, size)
    source.seek(0)
    return source.read()
