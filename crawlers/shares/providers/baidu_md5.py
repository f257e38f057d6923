"""Baidu's MD5, which its lists show disguised: eights swapped, digits turned by their place.

The tenth digit is written with letters from "g" on, by which a disguised one is known. That the
service does so is known from its clients; it documents nothing.
"""

from __future__ import annotations

import re
from typing import Final

_MARKED: Final = 9
_FIRST_LETTER: Final = ord("g")
_DISGUISED: Final = re.compile(r"[0-9a-f]{9}[g-v][0-9a-f]{22}")
_PLAIN: Final = re.compile(r"[0-9a-f]{32}")


def plain_md5(shown: str) -> str:
    """Return the MD5 that is shown, plain or disguised; "" for what is neither."""
    shown = shown.lower()
    if _PLAIN.fullmatch(shown):
        return shown
    if not _DISGUISED.fullmatch(shown):
        return ""
    digits = [int(one, 16) for one in f"{shown[:_MARKED]}0{shown[_MARKED + 1 :]}"]
    digits[_MARKED] = ord(shown[_MARKED]) - _FIRST_LETTER
    turned = "".join(f"{digit ^ (place & 15):x}" for place, digit in enumerate(digits))
    return turned[8:16] + turned[:8] + turned[24:] + turned[16:24]
