"""Books: from the catalogue to every chapter and every page of it, in reading order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawlers.frontier.contract import Discovery
from crawlers.links import same_site
from crawlers.profiles.form import PageKind
from crawlers.spiders.literature.book_files import BOOK_FILE
from crawlers.spiders.literature.chapters import pager
from crawlers.spiders.pages import words_of
from crawlers.spiders.told import chapters_on, ways_from
from crawlers.spiders.web import OPTIONS, WebSpider, is_page, offered_after

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic import JsonValue

    from crawlers.spiders.literature.catalogues import ChapterLink
    from crawlers.spiders.literature.chapters import Pager
    from crawlers.spiders.pages import Page

    Context = Mapping[str, JsonValue]

_DOWNLOAD = re.compile(
    r"(?:txt|epub|mobi|全[本集文]|电子书|電子書|小说|小說).{0,6}下[载載]|下[载載].{0,6}(?:txt|epub|mobi|全[本集文])"
    r"|download.{0,8}(?:txt|epub|book)",
    re.IGNORECASE,
)
_WHOLE_CATALOGUE = re.compile(
    r"(?:查看|点击|點擊)?(?:全部|完整|所有|更多)章[节節]|章[节節]目[录錄]|全部目[录錄]"
    r"|[开開]始[阅閱][读讀]|在线阅读|在線閱讀|立即阅读|全文阅读|read\s?online",
    re.IGNORECASE,
)
_AUTHOR = re.compile(r"作\s{0,4}者\s{0,2}[:：]\s{0,2}(\S{1,30})")
_AUTHOR_WITHIN = 3000
_NEXT_PAGE_FIRST = 1


class LiteratureSpider(WebSpider):
    """Reads books as a reader would; any other page is followed as `web` does."""

    name = "literature"

    def discoveries(self, page: Page) -> Iterable[Discovery]:
        """Return the page's media and downloads, then what follows it."""
        yield from self.media(page)
        yield from self.downloads(page)
        if not page.forbids_following() or self.plan.ignore_robots_because:
            yield from self._following(page)

    def downloads(self, page: Page) -> Iterator[Discovery]:
        """Return files that a page offers as whole books, on any host."""
        for _, url in page.anchors:
            if BOOK_FILE.search(urlsplit(url).path):
                yield self.found(page, url, role="media")

    def _following(self, page: Page) -> Iterator[Discovery]:
        context = page.lease.discovery.context
        ways = ways_from(page, pager(page, str(context.get("first", page.url))))
        if page.lease.discovery.role == "chapter":
            yield from self._after_chapter(page, ways)
        elif chapters := chapters_on(page):
            yield from self._in_catalogue(page, chapters, ways)
            yield from self._beside_catalogue(page)
            if urlsplit(page.url).path == "/":
                yield from self.links(page)
        elif ways.goes_back and (ways.catalogue or ways.next_chapter):
            yield from self._after_chapter(page, ways)
        else:
            if page.reading.kind is PageKind.CHAPTER:
                yield from self._after_chapter(page, ways)
            yield from self.links(page)

    def _in_catalogue(
        self, page: Page, chapters: list[ChapterLink], ways: Pager
    ) -> Iterator[Discovery]:
        """Return the chapters, numbered over all pages of the catalogue, and its next page."""
        before = _whole(page.lease.discovery.context.get("chapters_before"))
        book = _book(page)
        for number, chapter in enumerate(chapters, before + 1):
            yield self._chapter(
                page, chapter.url, {**book, "chapter": number, "chapter_title": chapter.title}
            )
        listed = {chapter.url for chapter in chapters}
        further = ways.next_page or ways.next_chapter
        following = (
            [further]
            if further and further not in listed
            else offered_after(page, page.tree.css(OPTIONS))
        )
        for place, url in enumerate(following):
            counted = before + len(chapters) * (place + 1)
            yield self._catalogue(page, url, {**book, "chapters_before": counted})

    def _beside_catalogue(self, page: Page) -> Iterator[Discovery]:
        """Return what leads to the whole catalogue or a download, by its words."""
        for element, url in page.anchors:
            words = words_of(element)
            if same_site(url, page.url) and is_page(url):
                if _DOWNLOAD.search(words):
                    yield self.found(page, url)
                elif _WHOLE_CATALOGUE.search(words):
                    yield self._catalogue(page, url, _book(page))

    def _after_chapter(self, page: Page, ways: Pager) -> Iterator[Discovery]:
        context = {**_book(page), **page.lease.discovery.context}
        context.pop("redirects", None)
        number, part = _whole(context.get("chapter")), _whole(context.get("page")) or 1
        if ways.next_page is not None:
            first = context.get("first", page.url)
            yield self._chapter(
                page,
                ways.next_page,
                {**context, "first": first, "page": part + 1},
                priority=_NEXT_PAGE_FIRST,
            )
        if ways.next_chapter is not None:
            context.pop("first", None)
            context.pop("chapter_title", None)
            following = {"chapter": number + 1} if number else {}
            yield self._chapter(page, ways.next_chapter, {**context, **following, "page": 1})
        if ways.catalogue is not None:
            yield self._catalogue(page, ways.catalogue, {})

    def _chapter(self, page: Page, url: str, context: Context, *, priority: int = 0) -> Discovery:
        return Discovery(
            url=url,
            role="chapter",
            priority=priority,
            depth=self._depth(page),
            referrer=page.url,
            context={"page": 1, **context},
        )

    def _catalogue(self, page: Page, url: str, context: Context) -> Discovery:
        return Discovery(
            url=url, role="catalogue", depth=self._depth(page), referrer=page.url, context=context
        )

    def _depth(self, page: Page) -> int:
        """Return the depth of a book's other pages: turning pages doesn't lead away."""
        here = page.lease.discovery
        return here.depth if here.role in {"chapter", "catalogue"} else here.depth + 1


def _book(page: Page) -> dict[str, JsonValue]:
    """Return what a page, or what led to it, says about its book."""
    known = page.lease.discovery.context
    heading = page.tree.css_first("h1")
    told = known.get("book") or page.reading.one("book")
    book = told or page.meta("og:novel:book_name", "og:title")
    told = known.get("author") or page.reading.one("author")
    author = told or page.meta("og:novel:author", "author") or _author(page)
    facts: dict[str, JsonValue] = {
        "book": book or (words_of(heading) if heading else ""),
        "author": author,
    }
    return {name: value for name, value in facts.items() if value}


def _author(page: Page) -> str:
    body = page.tree.body
    found = _AUTHOR.search(body.text(deep=True)[:_AUTHOR_WITHIN]) if body else None
    return found[1] if found else ""


def _whole(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0
