"""FictionBook 2 (gribuser.ru/xml/fictionbook): one XML file with its pictures in it."""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, BinaryIO, Final

from fingerprints.document.parts import as_file
from fingerprints.document.xml import End, Start, events
from fingerprints.errors import Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINES: Final = frozenset({"p", "v", "subtitle", "text-author", "empty-line", "td", "th", "date"})
_MOST_PICTURES: Final = 3000


def texts(source: BinaryIO, depth_limit: int) -> Iterator[str]:
    """Yield the text of the bodies in pieces; raises `Undecodable`."""
    body = 0
    is_book = False
    source.seek(0)
    for event in events(source, depth_limit):
        if isinstance(event, str):
            if body:
                yield event
        elif isinstance(event, Start):
            is_book = is_book or event.name == "FictionBook"
            body += event.name == "body"
        else:
            body -= event.name == "body"
            if body and event.name in _LINES:
                yield "\n"
    if not is_book:
        raise Undecodable("no FictionBook")


def pictures(source: BinaryIO, depth_limit: int) -> Iterator[BinaryIO]:
    """Yield the pictures in the order the text shows them, then the others.

    They lie packed in memory, which is less than the file.
    """
    shown: dict[str, None] = {}
    packed: dict[str, list[str]] = {}
    into: list[str] | None = None
    source.seek(0)
    for event in events(source, depth_limit):
        if isinstance(event, str):
            if into is not None:
                into.append(event)
        elif isinstance(event, End):
            into = None
        elif event.name == "image":
            shown.setdefault(event.attributes.get("href", "").lstrip("#"))
        elif event.name == "binary" and len(packed) < _MOST_PICTURES:
            into = packed.setdefault(event.attributes.get("id", ""), [])
    for name in [*shown, *(one for one in packed if one not in shown)]:
        if name in packed:
            yield as_file(_unpacked("".join(packed[name])))


def _unpacked(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text.encode("ascii", "ignore"))
    except binascii.Error:
        return b""
