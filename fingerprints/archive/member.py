"""One file in an archive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS: Final = re.compile(r"(\d+)")
_CHINESE_DIGITS: Final = {one: at for at, one in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
}
_CHINESE_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_CHINESE_NUMBER: Final = re.compile("[〇零一二两三四五六七八九十百千]+")
_JUNK: Final = re.compile(
    r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive; `path` is a label only, and nothing is ever written under it.

    `size`: bytes unpacked as the archive claims, which may be a lie; −1 where it doesn't say.
    `open()`: seekable, unpacked as it is read, at any time while the archive's file is open. It
    raises `Encrypted`, `Undecodable`, `Unsupported` or `TooLarge`, and so does reading.
    """

    path: str
    size: int
    open: Callable[[], BinaryIO]

    @property
    def suffix(self) -> str:
        """The end of the name in lower case, with its dot; "" without one."""
        return PurePosixPath(self.path).suffix.lower()

    @property
    def is_junk(self) -> bool:
        """Whether a file manager left it there."""
        return _JUNK.search(self.path) is not None


def natural_order(path: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key by which page 2 comes before page 10, and chapter 九 before 十."""
    plain = _CHINESE_NUMBER.sub(lambda found: str(_number(found[0])), path.lower())
    return tuple(
        (0, int(piece[:18]), "") if piece.isdecimal() else (1, 0, piece)
        for piece in _DIGITS.split(plain)
        if piece
    )


def _number(digits: str) -> int:
    """Value of a number in Chinese digits, up to 9,999; those without tens are read one by one."""
    if not any(one in _CHINESE_TENS for one in digits):
        return int("".join(str(_CHINESE_DIGITS[one]) for one in digits)[:18])
    total, digit = 0, 0
    for one in digits:
        if one in _CHINESE_TENS:
            total += max(1, digit) * _CHINESE_TENS[one]
            digit = 0
        else:
            digit = _CHINESE_DIGITS[one]
    return total + digit
