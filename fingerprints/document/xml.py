"""XML as a stream of events, whoever wrote it.

By expat, which never fetches anything; entities of a document's own are refused (that is how a
few lines grow to gigabytes), and no tag may be longer than a novel's chapter. What is cut short
or broken is read up to there.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple
from xml.parsers import expat

from fingerprints.errors import TooLarge, Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CHUNK: Final = 1 << 16
_LONGEST_TAG: Final = 1 << 20
_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})[\"']")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "ascii": "utf-8"}


class Start(NamedTuple):
    """A tag opens; names without namespace, as are those of the attributes."""

    name: str
    attributes: Mapping[str, str]


class End(NamedTuple):
    """A tag closes."""

    name: str


Event = Start | End | str
"""A tag opens, closes, or there is text."""


def events(source: BinaryIO, depth_limit: int) -> Iterator[Event]:
    """Yield what a file holds, up to where it breaks; raises `Undecodable` where it isn't XML.

    Raises `TooLarge` for `markup_depth`, and what reading `source` raises.
    """
    reader = _Reader(depth_limit)
    head = source.read(_CHUNK)
    decoder = codecs.getincrementaldecoder(_charset(head))("replace")
    chunk = head
    while not reader.is_broken:
        text = decoder.decode(chunk, final=not chunk)
        reader.feed(_undeclared(text) if chunk is head else text, is_last=not chunk)
        yield from reader.drain()
        if not chunk:
            return
        chunk = source.read(_CHUNK)


class _Reader:
    def __init__(self, depth_limit: int) -> None:
        self.is_broken = False
        self._found: list[Event] = []
        self._depth, self._depth_limit = 0, depth_limit
        self._seen = False
        self._fed = 0
        self._parser = parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.UseForeignDTD(True)  # so that &nbsp; is passed over, not an error  # noqa: FBT003
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._found.append
        parser.EntityDeclHandler = _refuse_entity
        parser.SkippedEntityHandler = self._skipped

    def feed(self, text: str, *, is_last: bool) -> None:
        content = text.encode("utf-8", "replace")
        self._fed += len(content)
        try:
            self._parser.Parse(content, is_last)
        except expat.ExpatError as error:
            if not self._seen:
                raise Undecodable(f"XML: {error}"[:200]) from error
            self.is_broken = True
        if self._fed - self._parser.CurrentByteIndex > _LONGEST_TAG and not self.is_broken:
            raise Undecodable("XML with a tag without end")

    def drain(self) -> Iterator[Event]:
        yield from self._found
        self._found.clear()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._seen = True
        self._depth += 1
        if self._depth > self._depth_limit:
            raise TooLarge("markup_depth", self._depth_limit)
        plain = {_local(key): value for key, value in attributes.items()}
        self._found.append(Start(_local(name), plain))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._found.append(End(_local(name)))

    def _skipped(self, name: str, is_parameter: bool) -> None:  # noqa: FBT001 (expat's)
        if not is_parameter and name in {"nbsp", "ensp", "emsp"}:
            self._found.append(" ")


def _refuse_entity(*_: object) -> None:
    raise Undecodable("XML with entities of its own")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _charset(head: bytes) -> str:
    """Return Python's name of the charset; a declaration that lies counts as UTF-8."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    declared = _DECLARED.match(head.lstrip())
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    name = _WIDER.get(name, name)
    try:
        is_charset = codecs.getincrementaldecoder(name)("replace").decode(b"<", final=True) == "<"
    except (LookupError, UnicodeError, ValueError, AssertionError):
        return "utf-8"
    return name if is_charset else "utf-8"


def _undeclared(text: str) -> str:
    """Take out the blanks before the declaration, which expat would stumble over."""
    return text.lstrip("\ufeff \t\r\n")
