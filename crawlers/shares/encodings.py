"""Links that are written so that only a decoder reads them: base64, percent signs, backwards."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from crawlers.shares.hashes import plain
from crawlers.shares.legible import HARD, legible

_MOST_TOKENS: Final = 2000
_LINK: Final = re.compile(
    r"https?://[\w-]|magnet:\?|ed2k://|\.(?:baidu|quark|xunlei|weiyun)\.c|189\.cn|139\.com|ali(?:pan|yundrive)\.com"
    r"|115\.com/s|123pan|lanzou|mega\.nz",
    re.IGNORECASE,
)
_BASE64: Final = re.compile(
    r"(?<!://)(?<![A-Za-z0-9+/=_-])(?=[A-Za-z+/_-]{0,60}\d)[A-Za-z0-9+/_-]{24,4096}={0,2}(?![A-Za-z0-9])"
)
# Base64 of "http", "pan.", "www.", "magnet", "ed2k" and "yun.", in the midst of a path too.
_BASE64_WITHIN: Final = re.compile(
    r"(?<!://)(?<![A-Za-z0-9+])(?:aHR0c|SFRUU|cGFuL|d3d3L|bWFnbmV0|ZWQya|eXVuL)[A-Za-z0-9+/_-]{12,4096}={0,2}"
)
_ESCAPED: Final = re.compile(
    r"(?:https?|magnet|ed2k)%(?:25)?3A[\w%.~+*()!-]{8,4096}", re.IGNORECASE
)
_BACKWARDS: Final = re.compile(
    r"[A-Za-z0-9?=&/._:-]{8,120}(?:/s/moc\.(?:udiab\.(?:nap|nuy)|evirdnuyila|napila|511|ielnux\.nap|nap321)"
    r"|/s/nc\.(?:krauq\.nap|cu\.evird)|/t/nc\.981\.duolc)(?:\.www)?(?://:s?ptth)?",
    re.IGNORECASE,
)


def decoded(text: str) -> str:
    """Return a legible text with what is encoded in it decoded, where that has links."""
    text = _BASE64_WITHIN.sub(_plainly, text)
    text = _BASE64.sub(_plainly, text, count=_MOST_TOKENS)
    text = _ESCAPED.sub(lambda found: HARD + unquote(unquote(found[0])) + HARD, text)
    return _BACKWARDS.sub(lambda found: HARD + found[0][::-1] + HARD, text)


def _plainly(found: re.Match[str]) -> str:
    inner = plain(found[0])
    return HARD + legible(inner) + HARD if _LINK.search(inner) else found[0]
