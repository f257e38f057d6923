"""What stands beside a link: the name and the size of what is shared, as far as a page says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawlers.shares.finding import Link

_BEFORE: Final = 300
_AFTER: Final = 200
_LONGEST: Final = 120
_UNITS: Final = {"k": 10, "m": 20, "g": 30, "t": 40}
_NAMED: Final = re.compile(
    r"(?:资源名称|影片名称|文件名称?|分享(?:的)?文件|文件分享|名称|片名|书名|標題|标题|名字|title|name)"
    r"[】\]]?\s*[:=]\s*([^\n\x1f]{2,120})",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"[《「『]([^《》「」『』\n\x1f]{1,80})[》」』]")
_SIZE: Final = re.compile(
    r"(?<![\w.])(\d{1,4}(?:\.\d{1,3})?)\s?(?:([MGT])i?B?|(K)i?B)(?![A-Za-z0-9])", re.IGNORECASE
)
_STEERING: Final = re.compile(
    r"链接|鏈接|地址|下载|下載|提取|密码|访问|复制|打开|网盘|百度|夸克|阿里|迅雷|天翼|蓝奏|https?:|"
    r"password|download|link|mirror",
    re.IGNORECASE,
)


def title_beside(text: str, links: Sequence[Link], place: int) -> str:
    """Return what a link is said to lead to, "" where nothing stands before it."""
    link = links[place]
    if link.name:
        return link.name[:_LONGEST]
    since = max(links[place - 1].end if place else 0, link.start - _BEFORE)
    before = text[since : link.start]
    named = list(_NAMED.finditer(before))
    if named:
        return _trimmed(named[-1][1])
    quoted = list(_QUOTED.finditer(before))
    if quoted:
        return _trimmed(quoted[-1][1])
    lines = [line.strip() for line in before.split("\n")]
    plain = [line for line in lines if len(line) > 1 and not _STEERING.search(line)]
    if plain:
        return _trimmed(plain[-1])
    first = _QUOTED.search(text) if place else None
    return _trimmed(first[1]) if first else ""


def size_beside(text: str, links: Sequence[Link], place: int) -> int | None:
    """Return the size in bytes that is said of a link, of those around it the nearest."""
    link = links[place]
    if link.size_bytes is not None:
        return link.size_bytes
    since = max(links[place - 1].end if place else 0, link.start - _BEFORE)
    until = links[place + 1].start if place + 1 < len(links) else len(text)
    around = [
        *_SIZE.finditer(text, since, link.start),
        *_SIZE.finditer(text, link.end, min(until, link.end + _AFTER)),
    ]
    if not around:
        return None
    nearest = min(around, key=lambda found: abs(found.start() - link.start))
    return int(float(nearest[1]) * (1 << _UNITS[(nearest[2] or nearest[3]).lower()]))


def _trimmed(words: str) -> str:
    return words.strip(" :：-—_*#|>·\x1f").strip()[:_LONGEST]
