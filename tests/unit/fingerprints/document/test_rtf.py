"""Rich Text Format, as Word, WordPad, WPS Office and LibreOffice write it."""

from __future__ import annotations

import io
import struct

import pytest

from fingerprints import document
from fingerprints.contract import Limits
from fingerprints.errors import TooLarge
from fingerprints.extraction import extract
from tests.unit.fingerprints.document.made import CHAPTERS, zipped

FONTS = r"{\fonttbl{\f0\fnil\fcharset0 Arial;}{\f1\fnil\fcharset134 \'cb\'ce\'cc\'e5;}}"


def text(body: str | bytes, limits: Limits | None = None) -> str:
    content = body if isinstance(body, bytes) else body.encode("ascii")
    return document.text(io.BytesIO(b"{\\rtf1\\ansi " + content + b"}"), limits or Limits())


def numbered(said: str, stand_in: str = "?") -> str:
    """Write every character by its number, as LibreOffice and pandoc do."""
    units = said.encode("utf-16-le")
    numbers = struct.unpack(f"<{len(units) // 2}h", units)
    return "".join(rf"\u{number}{stand_in}" for number in numbers)


def escaped(said: str, charset: str) -> str:
    return "".join(rf"\'{byte:02x}" for byte in said.encode(charset))


def test_characters_by_number_in_charsets_and_as_bytes() -> None:
    said = CHAPTERS[0]
    assert text(rf"\uc1 {numbered(said)}\par") == said
    assert text(rf"\uc2 {numbered(said, escaped('口', 'gbk'))}") == said
    assert text(rf"\uc0 {numbered(said, '')}") == said
    assert text(rf"\ansicpg936 {escaped(said, 'gb18030')}") == said
    assert text(rf"{FONTS}\f0 A\f1 {escaped(said, 'gb18030')}\f0\'e9") == f"A{said}é"
    assert text(rb"\ansicpg936 " + said.encode("gb18030")) == said
    assert text(numbered("𠮷野家")) == "𠮷野家"


def test_only_what_is_shown() -> None:
    unseen = [
        r"{\info{\title secret}}",
        r"{\*\generator secret;}",
        r"{\header secret}",
        r"{\v secret}",
        r"{\deleted secret}",
        r"{\pict\pngblip 89504e47}",
        r"{\object{\objdata 736563}}",
        r"{\pict\bin7 }secret}",
    ]
    assert text("one " + "".join(unseen) + r"two\line {\b three}\tab\{4\}") == "one two\nthree\t{4}"
    assert text(r"{\field{\*\fldinst HYPERLINK a}{\fldrslt shown}}") == "shown"
    assert text(r"\v hidden\v0 shown\v hidden\plain shown") == "shownshown"


def test_a_text_by_its_bytes_and_in_an_archive() -> None:
    content = b"{\\rtf1{\\ansi " + numbered("\n".join(CHAPTERS)).encode() + b"}}"
    extraction = extract(io.BytesIO(content), limits=Limits(), filename="a.txt")
    assert extraction.media_type == "application/rtf"
    assert [one.modality for one in extraction.prints] == ["text"]
    assert CHAPTERS[1] in document.text(io.BytesIO(zipped({"a.rtf": content})), Limits())


@pytest.mark.parametrize(
    "body", [r"\u", r"{{{", r"}}}", "\\", r"\'4", r"\bin99999 a", r"\uc-1\u65"]
)
def test_broken_markup_ends_quietly(body: str) -> None:
    assert len(text(body)) <= 1


def test_limits() -> None:
    with pytest.raises(TooLarge):
        text("{" * 3000)
    with pytest.raises(TooLarge):
        text("a" * 100, Limits(text_characters=50))
