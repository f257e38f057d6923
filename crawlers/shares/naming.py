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
    r"链接|鏈接|連結|地址|下载|下載|复制|打开|网盘|云盘|百度|夸克|阿里|迅雷|天翼|蓝奏|微云|城通|移动|度盘|磁力|磁链|种子|电驴"
    r"|坚果云|奶牛|文叔叔|onedrive|mega|备用|点击|自取|https?:(?://)?|www\.|pan\.|/s/|作者|download|link|mirror|backup|magnet|torrent|server|here",
    re.IGNORECASE,
)
_CODED: Final = re.compile(
    r"提取|密[码碼]|访问|口令|验证|解[压壓]|code|pwd|passw|[\x1f{}<]|/", re.IGNORECASE
)
_WORDY: Final = re.compile(r"[\u3400-\u9fff]{2}|[A-Za-z]{3}|[\u3400-\u9fff].*\w")
_APART: Final = 120
_EDGE: Final = " \t\n:：-—_*#|>·+,，、;"
_HOST_PART: Final = re.compile(r"(?:https?://)?(?:[\w-]{1,40}\.){0,3}$", re.ASCII)
_ASIDE: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")


def title_beside(text: str, links: Sequence[Link], place: int, previous: str) -> str:
    """Return what a link is said to lead to, "" where nothing stands before it.

    `previous`: what the link before it leads to. What stands before the first of several links is
    of all that follow it closely.
    """
    link = links[place]
    if link.name:
        return link.name[:_LONGEST]
    since = max(links[place - 1].end if place else 0, link.start - _BEFORE)
    before = text[since : link.start]
    if title := _said_before(before, is_cut=bool(place) or since > 0):
        return title
    is_close = place > 0 and link.start - links[place - 1].end < _APART
    return previous if is_close and "\n\n\n" not in before else ""


def _said_before(before: str, *, is_cut: bool) -> str:
    """Return the title in what stands before a link; `is_cut`: its first line isn't whole."""
    if named := _NAMED.findall(before):
        return _trimmed(named[-1])
    quoted = [words for words in _QUOTED.findall(before) if _is_title(words)]
    if quoted:
        return _trimmed(quoted[-1])
    *lines, same = before.split("\n")
    own = _trimmed(_STEERING.sub("\x1f", _HOST_PART.sub("", same)), steering="\x1f")
    if "\x1f" not in own and _is_title(_ASIDE.sub("", own)):
        return own
    whole = lines[1:] if is_cut else lines
    plain = [line for line in whole if _is_title(line) and not _STEERING.search(line)]
    return _trimmed(plain[-1]) if plain else ""


def _is_title(words: str) -> bool:
    return _CODED.search(words) is None and _WORDY.search(words) is not None and "APP" not in words


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


def _trimmed(words: str, *, steering: str = "") -> str:
    """Return words without what only leads to the link; `steering` stands for such words."""
    kept = words if steering else words.replace("\x1f", " ")
    return " ".join(kept.strip(_EDGE + steering).split(" "))[:_LONGEST]
