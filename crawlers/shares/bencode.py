"""Bencoding (BEP 3), read within limits and without recursion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from fingerprints.errors import TooLarge, Undecodable

Value: TypeAlias = "int | bytes | list[Value] | dict[bytes, Value]"

MOST_BYTES: Final = 32 * 2**20
_DEEPEST: Final = 100
_MOST_VALUES: Final = 2_000_000
_INTEGER: Final = re.compile(rb"i(-?[0-9]{1,20})e")
_LENGTH: Final = re.compile(rb"([0-9]{1,9}):")


@dataclass(slots=True)
class _Open:
    """A list or dictionary that isn't closed yet."""

    value: list[Value] | dict[bytes, Value]
    start: int
    key: bytes | None = None


def decode(data: bytes) -> tuple[Value, dict[bytes, tuple[int, int]]]:
    """Return a value, and where the values of its own keys stand in `data`, if it is a dictionary.

    What follows the value is passed over, as clients do. Raises `Undecodable` where it is no
    bencoding, `TooLarge` where it has too many bytes, levels or values.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge("torrent_bytes", MOST_BYTES)
    spans: dict[bytes, tuple[int, int]] = {}
    levels: list[_Open] = []
    at = count = 0
    while True:
        count += 1
        if count > _MOST_VALUES:
            raise TooLarge("torrent_values", _MOST_VALUES)
        start = at
        sign = data[at : at + 1]
        if sign in (b"d", b"l"):
            if len(levels) >= _DEEPEST:
                raise TooLarge("torrent_depth", _DEEPEST)
            levels.append(_Open({} if sign == b"d" else [], at))
            at += 1
            continue
        if sign == b"e" and levels and levels[-1].key is None:
            closed = levels.pop()
            value: Value = closed.value
            start, at = closed.start, at + 1
        else:
            value, at = _scalar(data, at)
        if not levels:
            return value, spans
        _put(levels[-1], value, spans if len(levels) == 1 else None, (start, at))


def _scalar(data: bytes, at: int) -> tuple[int | bytes, int]:
    if found := _INTEGER.match(data, at):
        return int(found[1]), found.end()
    if found := _LENGTH.match(data, at):
        end = found.end() + int(found[1])
        if end <= len(data):
            return data[found.end() : end], end
    raise Undecodable(f"no bencoding at byte {at}")


def _put(
    level: _Open,
    value: Value,
    spans: dict[bytes, tuple[int, int]] | None,
    span: tuple[int, int],
) -> None:
    if isinstance(level.value, list):
        level.value.append(value)
    elif level.key is None:
        if not isinstance(value, bytes):
            raise Undecodable("a dictionary's key is no string")
        level.key = value
    else:
        level.value[level.key] = value
        if spans is not None:
            spans[level.key] = span
        level.key = None
