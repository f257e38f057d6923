"""How likely a result is a copy of the work that was searched for, from 0 to 100.

Title, words of offers, how the site stands, what the address is: each adds its points. It decides
only what is visited first, or at all; whether something is a copy, its content says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from crawlers.discovery.standing import Standing
from crawlers.discovery.words import author_of, titles_of
from crawlers.shares import names
from index.documents import folded

if TYPE_CHECKING:
    from crawlers.discovery.engines.contract import Found
    from crawlers.discovery.forms import Form
    from index.documents import Channel, Work

LEAST: Final = 30
"""What is less likely isn't visited."""
LICENSED: Final = 1
"""What sites with permission have, whatever else is said: they come last."""
_TITLE_POINTS: Final = 60
LEAST_LIKENESS: Final = 0.35
_OFFERS: Final = re.compile(
    r"免费|免費|全文|全集|全本|完结|下[载載]|网盘|網盤|云盘|在线(?:阅读|观看|试听|漫画)|線上看|无弹窗"
    r"|txt|epub|pdf|mp3|flac|无损|1080p|4k|磁力|种子|破解|注册机|apk|最新章节|torrent|free|download",
    re.IGNORECASE,
)
_OFFER_POINTS: Final = 4
_MOST_OFFERS: Final = 4
_ABOUT: Final = re.compile(
    r"百科|影评|书评|書評|豆瓣|评测|预告|新闻|资讯|招聘|购买|价格|多少钱|正版|书店|书城|演员表"
    r"|剧情介绍|观后感|读后感|wiki|review|trailer",
    re.IGNORECASE,
)
_ABOUT_POINTS: Final = 8
_MOST_ABOUT: Final = 2
_STANDING_POINTS: Final = {
    Standing.KNOWN_TO_HOLDER: 16,
    Standing.KNOWN: 10,
    Standing.UNKNOWN: 0,
    Standing.DISMISSED: -15,
}
_FORM_POINTS: Final = 8
_ENOUGH: Final = 4
_SHORT: Final = 2
_NEAR: Final = 60
"""From which percentage on it is worth to read a title as a file's name."""


def likelihood(
    found: Found, alike: float, *, form: Form, channel: Channel, standing: Standing
) -> int:
    """Return how likely a result of a crawl of a channel is a copy; 0: it isn't.

    `alike` is the `likeness` of what it is called; below `LEAST_LIKENESS` nothing else counts.
    """
    if alike < LEAST_LIKENESS:
        return 0
    if standing is Standing.LICENSED:
        return LICENSED
    said = f"{found.title} {found.snippet} {found.url}"
    offers = len({word.lower() for word in _OFFERS.findall(said)})
    about = len({word.lower() for word in _ABOUT.findall(f"{found.title} {found.snippet}")})
    points = (
        _TITLE_POINTS * alike
        + _OFFER_POINTS * min(offers, _MOST_OFFERS)
        - _ABOUT_POINTS * min(about, _MOST_ABOUT)
        + _STANDING_POINTS[standing]
        + (_FORM_POINTS if form.channel is not channel or form.role == "media" else 0)
    )
    return max(0, min(round(points), 100))


def likeness(work: Work, title: str, snippet: str) -> float:
    """Return how like the work's titles is what a result is called, in [0, 1].

    Short titles mean many things: they count in full only in 《》, alone, or beside the author.
    """
    said = folded(f"{title} {snippet}")
    best = max((_like(one, title, snippet) for one in titles_of(work)), default=0.0)
    author = folded(author_of(work))
    if best and author and author in said:
        return min(1.0, best + 0.3)
    return best


def _like(wanted: str, title: str, snippet: str) -> float:
    key, plain = names.folded(wanted), folded(wanted)
    if not key:
        return 0.0
    if key == names.folded(title) or f"《{plain}》" in folded(title):
        return 1.0
    weight = len(key) // 2 if key.isascii() else len(key)  # a letter says less than a character
    certain = 1.0 if weight >= _ENOUGH else 0.7 if weight >= _SHORT else 0.3
    stands = certain if _stands(key, plain, title) else 0.0
    near = stands < 1.0 and fuzz.partial_ratio(key, names.folded(title)) >= _NEAR
    if near and names.meant(title, [wanted], least=0.75):
        stands = max(certain, 0.75)
    if stands:
        return stands
    if f"《{plain}》" in folded(snippet):
        return 0.8
    return 0.6 * certain if _stands(key, plain, snippet) else 0.0


def _stands(key: str, wanted: str, text: str) -> bool:
    """Tell whether a title stands in a text; one in letters only as whole words."""
    if not wanted.isascii():
        return key in names.folded(text)
    pattern = rf"(?<![a-z0-9]){re.escape(wanted)}(?![a-z0-9])"
    return re.search(pattern, folded(text)) is not None
