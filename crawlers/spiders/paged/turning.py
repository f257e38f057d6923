"""Turning: a chapter that is handed out a page an address, followed from its first page on."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from scrapy import Request
from scrapy.http import Response

from crawlers.browser.snapshot import SHOWN, Shown, keep
from crawlers.links import is_trap, same_site
from crawlers.media.binding import MOST_PAGES, Leaf, captures_of
from crawlers.media.stream import Piece
from crawlers.outcomes import explain
from crawlers.spiders.literature.chapters import page_number, pager
from crawlers.spiders.paged.pictures import pictures_in_order
from crawlers.spiders.pages import Page, words_of
from crawlers.spiders.web import OPTIONS, offered_after
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scrapy.crawler import Crawler

    from crawlers.media.downloads import Downloads
    from index.blobs import Blobs

_PAGE_BYTES: Final = 4 * 2**20
_MOST_SHOWN: Final = 40
"""Pages of a chapter that are shown in the browser."""
_MOST_BARREN: Final = 2
_OPTION: Final = re.compile(
    r"\W{0,3}(?:第\s?)?\d{1,4}\s?(?:[页頁pP]|/\s?\d{1,4}\s?[页頁]?)?\W{0,3}|page\s?\d{1,4}",
    re.IGNORECASE,
)
_BACK: Final = re.compile(
    r"\W{0,4}(?:上一?[页頁]|前一?[页頁]|prev(?:ious)?(?:\s?page)?)\W{0,4}", re.IGNORECASE
)
_NEXT: Final = re.compile(
    r"\W{0,4}(?:下一?[页頁]|后一?[页頁]|next(?:\s?page)?)\W{0,4}", re.IGNORECASE
)
_LONGEST_WORDS: Final = 20
_LAST_NUMBER: Final = re.compile(r"\d{1,5}(?=\D{0,30}$)")
_MOST_OPTIONS: Final = 2_000
_FEWEST_DRAWN: Final = 2
"""On a page that nothing else tells to be one of a chapter."""
_LEAST_SHARE: Final = 0.25
"""Of the largest picture's area: what is smaller is no page."""


@dataclass(slots=True)
class Chapter:
    """The leaves of a chapter. `turned` are its further pages, `told` what the record says of all.

    `last` is the page where turning ended, from which the way goes on, unless it was `cut` short.
    `loaded` are the pictures that drawn leaves are made from.
    """

    leaves: list[Leaf]
    last: Page
    loaded: frozenset[str] = frozenset()
    turned: list[str] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    cut: bool = False


class Turning:
    """Reads the chapters of one crawl."""

    def __init__(self, crawler: Crawler, downloads: Downloads, blobs: Blobs) -> None:
        self._crawler = crawler
        self._downloads = downloads
        self._blobs = blobs

    async def chapter(self, page: Page, *, is_chapter: bool) -> Chapter:
        """Return what a page shows, and its next pages where it is the first of several."""
        leaves = await self._leaves(page, is_chapter=is_chapter)
        shown = page.response.meta.get(SHOWN, Shown()).record
        drawn = shown is not None and any(one.shown for one in leaves)
        loaded = await asyncio.to_thread(self._captures, shown) if drawn else {}
        chapter = Chapter(leaves, page, frozenset(loaded))
        if is_chapter and leaves and begins(page):
            await self._turn(chapter, page)
        return chapter

    async def _turn(self, chapter: Chapter, first: Page) -> None:
        known = {first.url}
        pictures = {(one.url, one.shown) for one in chapter.leaves}
        offered = iter(offered_pages(first))
        drawn = any(one.shown for one in chapter.leaves)
        most = _MOST_SHOWN if drawn else MOST_PAGES
        barren = 0
        while barren < _MOST_BARREN:
            url = next(offered, None) or next_page(chapter.last, first.url)
            if url is None or url in known or is_trap(url):
                return
            if len(known) >= most or len(chapter.leaves) >= MOST_PAGES:
                chapter.cut = True
                return
            known.add(url)
            page = await self._page(url, chapter, first, drawn=drawn)
            if page is None:
                return
            leaves = await self._leaves(page, is_chapter=True)
            new = [one for one in leaves if (one.url, one.shown) not in pictures]
            pictures |= {(one.url, one.shown) for one in new}
            barren = 0 if new else barren + 1
            chapter.last = page
            if new:
                chapter.leaves += new
                chapter.turned.append(url)

    async def _page(self, url: str, chapter: Chapter, first: Page, *, drawn: bool) -> Page | None:
        """Return a further page, None where it can't be had."""
        told: dict[str, Any] = {"url": url}
        chapter.told.append(told)
        try:
            response = await (self._shown if drawn else self._fetched)(url, chapter.last.url, told)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it costs the pages from here on
            why = explain(error)
            told |= {"code": why.code, "reason": why.reason}
            return None
        discovery = replace(first.lease.discovery, url=url, referrer=chapter.last.url)
        page = Page(response, replace(first.lease, discovery=discovery), first.reader)
        return page if page.is_markup and not page.is_tangled else None

    async def _fetched(self, url: str, referrer: str, told: dict[str, Any]) -> Response:
        found = await self._downloads.get(Piece(url), referrer=referrer, most_bytes=_PAGE_BYTES)
        told["capture"] = found.capture
        headers = {"Content-Type": found.media_type}
        return Response(url, headers=headers, body=found.body, request=Request(url))

    async def _shown(self, url: str, referrer: str, told: dict[str, Any]) -> Response:
        from crawlers.browser.crawls import snapshot  # noqa: PLC0415  it reads pages as spiders do

        taken = await snapshot(self._crawler, url, referrer=referrer, surfaces=True)
        shown = await asyncio.to_thread(keep, taken, self._blobs)
        told["rendering"] = shown.record
        return Response(
            url,
            headers={"Content-Type": "text/html; charset=utf-8"},
            body=taken.dom.encode("utf-8", "replace"),
            request=Request(url, meta={SHOWN: shown}),
        )

    async def _leaves(self, page: Page, *, is_chapter: bool) -> list[Leaf]:
        urls = await asyncio.to_thread(pictures_in_order, page, is_chapter=is_chapter)
        shown: Shown = page.response.meta.get(SHOWN, Shown())
        if shown.record is None:
            return [Leaf(url=url, page_url=page.url) for url in urls]
        captures = await asyncio.to_thread(self._captures, shown.record)
        drawn = list(_drawn(page, shown, captures))
        if sum(one.shown is not None for one in drawn) < (1 if is_chapter else _FEWEST_DRAWN):
            drawn = []
        listed = [Leaf(url=url, page_url=page.url, capture=captures.get(url)) for url in urls]
        # What is drawn at a time may be one of many that are listed.
        return drawn if len(drawn) >= len(listed) else list(dict.fromkeys((*drawn, *listed)))

    def _captures(self, record: str) -> dict[str, str]:
        return captures_of(self._blobs.path(record).read_bytes())


def begins(page: Page) -> bool:
    """Tell whether a page of a chapter is its first: nothing leads back to an earlier one."""
    if page.lease.discovery.context.get("page", 1) != 1:
        return False
    back = (url for words, url in _ways(page) if _BACK.fullmatch(words))
    return not any(page_number(url, page.url) or _step(url, page.url) == 1 for url in back)


def next_page(page: Page, first: str) -> str | None:
    """Return the next page of the chapter that began at `first`, None at its end."""
    if (url := pager(page, first).next_page) is not None:
        return url
    for words, url in _ways(page):
        if _NEXT.fullmatch(words) and _is_next(page.url, url, first):
            return url
    return None


def offered_pages(page: Page) -> list[str]:
    """Return the further pages where they are offered in a list to choose from."""
    options = page.tree.css(OPTIONS)[:_MOST_OPTIONS]
    return offered_after(page, (one for one in options if _OPTION.fullmatch(words_of(one))))


def _ways(page: Page) -> Iterator[tuple[str, str]]:
    for element, url in page.anchors:
        if url == page.url or not same_site(url, page.url):
            continue
        words = words_of(element) or element.attributes.get("title") or ""
        if len(words) <= _LONGEST_WORDS:
            yield words, url


def _is_next(url: str, following: str, first: str) -> bool:
    """Tell whether an address is the page after another, in a chapter numbered from its `first`.

    Chapters are numbered, too: pages begin with 0 or 1, or the first has no number.
    """
    before, after = page_number(first, url) or 1, page_number(first, following)
    if after is not None:
        return after == before + 1
    start = _LAST_NUMBER.search(first)
    return start is not None and int(start[0]) <= 1 and _step(url, following) == 1


def _step(url: str, other: str) -> int | None:
    """Return how much further the last number of an address is; None where more differs."""
    one, two = _LAST_NUMBER.search(url), _LAST_NUMBER.search(other)
    if one is None or two is None or _LAST_NUMBER.sub("#", url) != _LAST_NUMBER.sub("#", other):
        return None
    return int(two[0]) - int(one[0])


def _drawn(page: Page, shown: Shown, captures: Mapping[str, str]) -> Iterator[Leaf]:
    """Yield what a shown page lets its reader see, where some of it is at no address."""
    areas = [one.width * one.height for one in shown.surfaces if one.digest is not None]
    least = _LEAST_SHARE * max(areas, default=0.0)
    for one in shown.surfaces:
        if not areas or one.width * one.height < least:
            continue
        if one.digest is not None:
            yield Leaf(url=page.url, page_url=page.url, shown=one.digest)
        elif (url := page.link(one.url)) is not None:
            yield Leaf(url=url, page_url=page.url, capture=captures.get(url))
