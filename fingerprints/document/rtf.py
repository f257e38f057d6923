"""Rich Text Format 1.9.1 (Microsoft): the text that is shown, without headers and footers.

A character is written as itself or as a byte in the charset of its font, or by its number, which is
followed by what older readers show in its place.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from fingerprints.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9a-fA-F]{2})"
    rb"|\\(?P<symbol>[^a-zA-Z])|(?P<brace>[{}])|(?P<plain>[^\\{}\r\n]+)|[\r\n]+|\\"
)
_UNSEEN: Final = frozenset(
    {
        *("fonttbl", "colortbl", "stylesheet", "info", "pict", "objdata", "fldinst", "nonshppict"),
        *("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        *("ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "filetbl", "template"),
    }
)
"""Groups with nothing to read; so are those that begin with an asterisk."""
_HIDING: Final = frozenset({"v", "deleted"})
_WORDS: Final = {
    **dict.fromkeys(("par", "line", "sect", "page", "row", "column"), "\n"),
    "tab": "\t",
    "cell": " ",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
}
_SYMBOLS: Final = {
    "\\": "\\",
    "{": "{",
    "}": "}",
    "~": "\u00a0",
    "_": "-",
    "\n": "\n",
    "\r": "\n",
}
_ANSI: Final = "cp1252"
_CHARSETS: Final = {
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "big5hkscs",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
_CODE_PAGES: Final = {936: "gb18030", 950: "big5hkscs", 65001: "utf-8"}


def texts(data: bytes, depth_limit: int) -> Iterator[str]:
    """Yield the text in pieces; raises `TooLarge` for `markup_depth`."""
    written = ""
    for piece in _Reader(data, depth_limit).pieces():
        # Beyond the first plane a character has two numbers.
        written += piece
        if written and not "\ud800" <= written[-1] <= "\udbff":
            yield written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            written = ""


@dataclass(frozen=True, slots=True)
class _Group:
    """How what stands here is read; `stand_ins`: characters that follow one given by number."""

    charset: str = ""
    stand_ins: int = 1
    is_unseen: bool = False
    is_hidden: bool = False
    lists_fonts: bool = False


@dataclass(slots=True)
class _Reader:
    data: bytes
    depth_limit: int
    _here: _Group = field(default_factory=_Group)
    _around: list[_Group] = field(default_factory=list)
    _fonts: dict[int, str] = field(default_factory=dict)
    _font: int = 0
    _ansi: str = _ANSI
    _bytes: bytearray = field(default_factory=bytearray)
    _to_skip: int = 0

    def pieces(self) -> Iterator[str]:
        at = 0
        while (found := _TOKEN.match(self.data, at)) is not None:
            at = found.end()
            kind = found.lastgroup
            if kind == "plain":
                self._take(found["plain"])
            elif kind == "byte":
                self._take(bytes((int(found["byte"], 16),)))
            else:
                yield self._decoded()
                if kind == "brace":
                    self._turn(found["brace"])
                elif kind == "symbol":
                    yield self._symbol(found["symbol"].decode("latin-1"))
                elif found["word"]:
                    word, number = found["word"].decode(), int(found["number"] or 1)
                    at += max(0, number) if word == "bin" else 0
                    yield self._word(word, number)
        yield self._decoded()

    @property
    def _is_shown(self) -> bool:
        return not (self._here.is_unseen or self._here.is_hidden)

    def _take(self, content: bytes) -> None:
        skipped = min(self._to_skip, len(content))
        self._to_skip -= skipped
        if self._is_shown:
            self._bytes += content[skipped:]

    def _decoded(self) -> str:
        """Return the characters of the bytes that were taken."""
        content = bytes(self._bytes)
        self._bytes.clear()
        return content.decode(self._here.charset or self._ansi, "replace")

    def _turn(self, brace: bytes) -> None:
        self._to_skip = 0
        if brace == b"{":
            if len(self._around) >= self.depth_limit:
                raise TooLarge("markup_depth", self.depth_limit)
            self._around.append(self._here)
        elif self._around:
            self._here = self._around.pop()

    def _symbol(self, symbol: str) -> str:
        if symbol == "*":
            self._here = replace(self._here, is_unseen=True)
        return _SYMBOLS.get(symbol, "") if self._is_shown else ""

    def _word(self, word: str, number: int) -> str:
        if word == "u":
            self._to_skip = self._here.stand_ins
            return chr(number & 0xFFFF) if self._is_shown else ""
        if word in _UNSEEN:
            self._here = replace(self._here, is_unseen=True, lists_fonts=word == "fonttbl")
        elif word in _HIDING:
            self._here = replace(self._here, is_hidden=bool(number))
        elif word == "uc":
            self._here = replace(self._here, stand_ins=min(max(number, 0), 16))
        else:
            self._set_charset(word, number)
        return _WORDS.get(word, "") if self._is_shown else ""

    def _set_charset(self, word: str, number: int) -> None:
        if word == "ansicpg":
            self._ansi = _known(_CODE_PAGES.get(number, f"cp{number}"))
        elif word == "fcharset" and self._here.lists_fonts:
            self._fonts[self._font] = _CHARSETS.get(number, "")
        elif word == "f" and self._here.lists_fonts:
            self._font = number
        elif word == "f":
            self._here = replace(self._here, charset=self._fonts.get(number, ""))
        elif word == "plain":
            self._here = replace(self._here, charset="", is_hidden=False)


def _known(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return _ANSI
