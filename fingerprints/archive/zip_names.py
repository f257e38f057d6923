"""Names in zips: bytes in whatever charset the packer's system had."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fingerprints.errors import Undecodable

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNICODE_PATH: Final = 0x7075
_UNICODE_HEADER: Final = 5
_DOS: Final = "cp437"
_END_OF_LATIN: Final = "\u0250"
_SELDOM: Final = 3
# Not cp1252: Windows packs Latin names in the DOS charset.
_CHARSETS: Final = ("utf-8", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1251")


@dataclass(frozen=True, slots=True)
class EncodedName:
    """A name as it stands in a header, with the header's extra fields."""

    raw: bytes
    extra: bytes
    is_utf8: bool

    def certain(self) -> str | None:
        """Return the name where its charset is known; None where it must be guessed."""
        if (told := _unicode_path(self.extra, self.raw)) is not None:
            return told
        if self.is_utf8 or self.raw.isascii():
            with suppress(UnicodeDecodeError):
                return self.raw.decode("utf-8")
        return None


def decoded(names: Sequence[EncodedName]) -> list[str]:
    """Decode the names of an archive; those without a known charset all in the likeliest one."""
    known = [one.certain() for one in names]
    unknown = b"\n".join(one.raw for one, name in zip(names, known, strict=True) if name is None)
    charset = _likeliest(unknown) if unknown else _DOS
    return [
        one.raw.decode(charset, "replace") if name is None else name
        for one, name in zip(names, known, strict=True)
    ]


def _likeliest(names: bytes) -> str:
    """Return the charset of many names together: one alone may be too short to tell by."""
    from fingerprints.text.charset import decoded as read  # noqa: PLC0415 - it brings tables

    if _is_latin(names.decode(_DOS)):
        return _DOS
    try:
        text = read(names, None)
    except Undecodable:
        return _DOS
    return next((one for one in _CHARSETS if names.decode(one, "replace") == text), _DOS)


def _is_latin(text: str) -> bool:
    """Whether these are Latin letters with an accent here and there, and nothing stranger."""
    accented = [one for one in text if not one.isascii()]
    plain = sum(one.isascii() and one.isalpha() for one in text)
    letters = all(one.isalpha() and one < _END_OF_LATIN for one in accented)
    return letters and _SELDOM * len(accented) <= plain


def extra_field(extra: bytes, wanted: int) -> bytes:
    """Return the content of a header's extra field of that id; empty where there is none."""
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<2H", extra, at)
        if number == wanted:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return b""


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Read Info-ZIP's Unicode Path field (APPNOTE 4.6.9), where it is of this very name."""
    field = extra_field(extra, _UNICODE_PATH)
    if len(field) < _UNICODE_HEADER or field[0] != 1:
        return None
    if struct.unpack_from("<I", field, 1)[0] != zlib.crc32(raw):
        return None
    return field[_UNICODE_HEADER:].decode("utf-8", "replace")
