"""Traps: parts of a site that go on for ever and bring nothing new.

Calendars, sorted and filtered lists, pages beyond the last, addresses with a session in them and
servers that answer 200 to everything have one thing in common: a great many addresses of one shape
whose pages say nothing that others of that shape haven't said, numbers apart. So that is what is
looked for, instead of each kind by its looks. What always brings something, as chapters do, is
followed for as long as the crawl's budget allows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from zlib import crc32

import structlog
from scrapy.utils.datatypes import LocalCache

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawlers.frontier.contract import Discovery
    from crawlers.spiders.pages import Page

log = structlog.get_logger()

_BITS: Final = 1 << 16
_MOST_SAID: Final = _BITS // 2
"""A memory that is half full is begun anew: whoever says so much is no trap."""
_MOST_SHAPES: Final = 4_000
_PATIENCE: Final = 50
_PATIENCE_OUTLINE: Final = 150
"""Visits in a row that may bring nothing new, of one shape, and of one outline or branch."""
_MOST_LINES: Final = 2_000
_DIGITS: Final = re.compile(r"\d+")
_TOKEN: Final = re.compile(r"(?=[^/]*\d)[0-9A-Za-z_\-]{16,}")
_ATTRIBUTES: Final = ("src", "data-src", "data-original")


@dataclass(slots=True)
class _Family:
    """Addresses that are alike: what their pages have said, and for how long nothing new."""

    said: bytearray = field(default_factory=lambda: bytearray(_BITS >> 3))
    lines: int = 0
    visits_without_news: int = 0
    told: bool = False

    def visited(self, hashes: set[int]) -> None:
        news = [one for one in hashes if not self.said[one >> 3] & 1 << (one & 7)]
        if not news:
            self.visits_without_news += 1
            return
        self.visits_without_news = 0
        if self.lines > _MOST_SAID:
            self.said, self.lines = bytearray(_BITS >> 3), 0
        for one in news:
            self.said[one >> 3] |= 1 << (one & 7)
        self.lines += len(news)


class Traps:
    """What a crawl has learned of its sites' traps, in bounded memory (32 MB at most)."""

    def __init__(self) -> None:
        self._families = LocalCache[str, _Family](_MOST_SHAPES)

    def visited(self, page: Page, shown: Iterable[str] = ()) -> None:
        """Learn from a page of markup, and what it shows besides.

        Its tree is stripped: nothing may read it afterwards.
        """
        said = chain(shown, _said(page))
        hashes = {crc32(line.encode("utf-8", "replace")) % _BITS for line in said}
        for name, _ in _families(page.url):
            family = self._families.get(name)
            if family is None:
                family = self._families[name] = _Family()
            family.visited(hashes)

    def hold(self, found: Discovery) -> bool:
        """Tell whether what was found leads on into a trap, as media never do.

        Each family is told of once.
        """
        if found.role == "media":
            return False
        for name, patience in _families(found.url):
            family = self._families.get(name)
            if family is not None and family.visits_without_news >= patience:
                if not family.told:
                    family.told = True
                    log.warning("trap_found", alike=name, url=found.url, visits=patience)
                return True
        return False


def shape(url: str) -> str:
    """Return an address with its numbers and tokens taken out, and the values of its query.

    `/list/12?sort=up&page=3` has the shape `/list/#?page&sort`.
    """
    parts = urlsplit(url)
    path = _DIGITS.sub("#", _TOKEN.sub("*", parts.path))
    return f"{parts.netloc}{path}?{'&'.join(sorted(_names(parts.query)))}"


def outline(url: str) -> str:
    """Return what is left of an address without any words: how long its path is, and how it ends.

    The parameters of its query are counted, not named.
    """
    parts = urlsplit(url)
    ending = parts.path.rpartition("/")[2].rpartition(".")[2][:5] if "." in parts.path else ""
    return f"{parts.netloc} {parts.path.count('/')} {ending} {len(_names(parts.query))}"


def branch(url: str) -> str:
    """Return where on its site an address is: the first part of its path, without numbers."""
    parts = urlsplit(url)
    return f"{parts.netloc}/{_DIGITS.sub('#', parts.path.split('/')[1])}/"


@lru_cache(maxsize=16_384)
def _families(url: str) -> tuple[tuple[str, int], ...]:
    """Return what an address belongs to; remembered, since pages lead to the same places."""
    families = ((shape(url), _PATIENCE), (outline(url), _PATIENCE_OUTLINE))
    if urlsplit(url).path.count("/") > 1:
        return (*families, (branch(url), _PATIENCE_OUTLINE))
    return families


def _names(query: str) -> set[str]:
    return {one.partition("=")[0] for one in query.split("&") if one}


def _said(page: Page) -> Iterable[str]:
    """Return what a page says, line by line without its numbers, and the pictures it shows."""
    if page.title:
        yield _DIGITS.sub("", page.title)
    own = _DIGITS.sub("", urlsplit(page.url).path.rpartition("/")[2])
    for element in page.tree.css("img, video, audio, source, iframe"):
        attributes = element.attributes
        yield from (value for name in _ATTRIBUTES if (value := attributes.get(name)))
    page.tree.strip_tags(["script", "style", "noscript", "template"])
    body = page.tree.body
    text = _DIGITS.sub("", body.text(separator="\n")) if body else ""
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        words = line.strip()
        # Servers that answer everything like to repeat what they were asked for.
        if words and not (own and own in words):
            yield words
