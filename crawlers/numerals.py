"""Numbers in titles and names, in Arabic and Chinese numerals."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = dict(
    zip("零〇一二三四五六七八九两兩", [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 2], strict=True)
)
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIAD = 10_000
_FOUND = re.compile(r"[0-9]{1,9}|[零〇一二三四五六七八九十百千两兩万]+")


def number_in(title: str) -> int | None:
    """Return the first number of a title ("第一百零三回" → 103), None when it has none."""
    found = _FOUND.search(unicodedata.normalize("NFKC", title))
    if found is None:
        return None
    return number_of(found[0])


def number_of(numeral: str) -> int:
    """Return what a numeral says, in Arabic or Chinese signs of which all are numerals."""
    return int(numeral) if numeral.isdecimal() else _chinese(numeral)


def _chinese(numeral: str) -> int:
    if not any(sign in _UNITS or sign == "万" for sign in numeral):
        return int("".join(str(_DIGITS[sign]) for sign in numeral))
    total = section = digit = 0
    for sign in numeral:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _UNITS:
            section += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            total += (section + digit or 1) * _MYRIAD
            section = digit = 0
    return total + section + digit
