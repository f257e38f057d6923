"""How large a file is, and whether it may be so large."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from fingerprints.errors import TooLarge

if TYPE_CHECKING:
    from fingerprints.contract import Limits


def size_of(source: BinaryIO) -> int:
    """Bytes in a seekable file; its place is the end then."""
    return source.seek(0, io.SEEK_END)


def checked_size(source: BinaryIO, limits: Limits) -> int:
    """Return the bytes in a seekable file, and go to its start; raises `TooLarge`."""
    return _checked(source, "input_bytes", limits.input_bytes)


def read_whole(source: BinaryIO, limits: Limits) -> bytes:
    """Return all of a seekable file; raises `TooLarge` for `whole_bytes` or `input_bytes`."""
    name = "whole_bytes" if limits.whole_bytes < limits.input_bytes else "input_bytes"
    _checked(source, name, min(limits.whole_bytes, limits.input_bytes))
    return source.read()


def _checked(source: BinaryIO, name: str, allowed: int) -> int:
    size = size_of(source)
    if size > allowed:
        raise TooLarge(name, allowed, size)
    source.seek(0)
    return size
