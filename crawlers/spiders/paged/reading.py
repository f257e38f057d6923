"""What the channels of comics and of documents have in common: pages that come as pictures.

The pages that an address shows, or leads to one by one, are one sighting: a whole work is known by
three of them, where each alone may say too little.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final
from weakref import WeakKeyDictionary

from scrapy.utils.datatypes import LocalCache

from crawlers.browser.looking import look
from crawlers.capture.middleware import keep
from crawlers.leasing import leasing_of
from crawlers.media.binding import Binding
from crawlers.media.downloads import Downloads
from crawlers.sightings import showing
from crawlers.spiders.base import titled
from crawlers.spiders.literature.catalogues import chapters_of
from crawlers.spiders.literature.chapters import pager
from crawlers.spiders.literature.spider import LiteratureSpider
from crawlers.spiders.paged.pictures import leading_elsewhere
from crawlers.spiders.paged.turning import Turning, next_page, offered_pages
from crawlers.spiders.pages import words_of

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from scrapy.http import Response

    from crawlers.frontier.contract import Discovery
    from crawlers.spiders.paged.turning import Chapter
    from crawlers.spiders.pages import Page
    from index.documents import Sighting

_MOST_TURNED: Final = 50_000
_FEWEST_OTHERS: Final = 4
_FACTS: Final = ("book", "chapter", "chapter_title")
"""What a discovery's context says of the chapter that it is."""


class ReadingSpider(LiteratureSpider):
    """Follows books as `literature` does; pages that are pictures are bound to one file."""

    name = "reading"
    files: ClassVar[re.Pattern[str]]
    """What the paths of files end like that are books by themselves."""
    least_words: ClassVar[int] = 300
    """Characters of a page that may be recognised by its words, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Scrapy's signature
        super().__init__(*args, **kwargs)
        self._chapters: WeakKeyDictionary[Response, Chapter] = WeakKeyDictionary()
        self._turned = LocalCache[str, None](_MOST_TURNED)

    async def sighting(self, page: Page) -> Sighting:
        """Keep the body; of a page that shows pages, these as one file.

        Raises a `CrawlError` when all of them may be had later.
        """
        if not self._is_followed(page) or page.is_tangled:
            return await super().sighting(page)
        chapter = await self._turning.chapter(page, is_chapter=self.is_chapter(page))
        if not chapter.leaves:
            return await super().sighting(page)
        self._chapters[page.response] = chapter
        for url in chapter.turned:
            self._turned[url] = None
        words = len(look(page.text, page.url).text)
        markup = page.text if words >= self.least_words else ""
        bound = await self._binding.bind(chapter.leaves, markup, chapter.told)
        record = await keep(self.crawler, bound.record)
        if bound.content is None:
            is_last = page.lease.attempt >= self.plan.patience.tries
            if bound.failure is not None and bound.failure.temporary and not is_last:
                raise bound.failure
            return (await super().sighting(page)).model_copy(update={"gathered": record})
        payload = await keep(self.crawler, bound.content)
        return self.seen(
            page,
            media_type=bound.media_type,
            size_bytes=len(bound.content),
            payload=payload,
            gathered=record,
        )

    def seen(self, page: Page, **facts: Any) -> Sighting:  # noqa: ANN401  the base's
        """Say what was seen, with the chapter that it is."""
        sighting = super().seen(page, **facts)
        context = page.lease.discovery.context
        told = [f"{name}:{context[name]}" for name in _FACTS if context.get(name)]
        if (chapter := self._chapters.get(page.response)) is not None:
            told.append(f"pages_shown:{len(chapter.leaves)}")
        return showing(sighting, told)

    def shows(self, page: Page) -> Iterator[str]:
        """Return the pages that were read: scripts may name them, where words say nothing new."""
        chapter = self._chapters.get(page.response)
        yield from (one.shown or one.url for one in (chapter.leaves if chapter else ()))

    def is_chapter(self, page: Page) -> bool:
        """Tell whether a page is known to show pages of a book, be it one."""
        if page.lease.discovery.role == "chapter":
            return True
        if chapters_of(page):
            return False
        ways = pager(page, page.url)
        if ways.goes_back and (ways.catalogue or ways.next_chapter):
            return True
        has_more = next_page(page, page.url) is not None or bool(offered_pages(page))
        return has_more and not is_list(page)

    def media(self, page: Page) -> Iterator[Discovery]:
        """Return a page's pictures but for those that it was read by, or its pages drawn from."""
        chapter = self._chapters.get(page.response)
        taken = {*(one.url for one in chapter.leaves), *chapter.loaded} if chapter else set()
        yield from (one for one in super().media(page) if one.url not in taken)

    def downloads(self, page: Page) -> Iterator[Discovery]:
        """Return files that a page offers as whole books, on any host, by what they are called."""
        for element, url in page.anchors:
            if self.files.search(url.partition("?")[0]):
                words = words_of(element) or element.attributes.get("title") or ""
                title = " ".join((words or page.title).split())
                yield self.found(page, url, role="media", context=titled(title))

    def _following(self, page: Page) -> Iterator[Discovery]:
        """Return what follows a chapter: after its last page, and none of those turned already."""
        chapter = self._chapters.get(page.response)
        pages = [page]
        if chapter is not None and chapter.last is not page and not chapter.cut:
            pages.append(chapter.last)
        for one in pages:
            for discovery in super()._following(one):
                if discovery.url not in self._turned:
                    yield discovery

    @cached_property
    def _downloads(self) -> Downloads:
        return Downloads(self.crawler)

    @cached_property
    def _turning(self) -> Turning:
        return Turning(self.crawler, self._downloads, leasing_of(self.crawler).store.blobs)

    @cached_property
    def _binding(self) -> Binding:
        blobs = leasing_of(self.crawler).store.blobs
        return Binding(self._downloads, blobs, self.plan.max_body_bytes)


def is_list(page: Page) -> bool:
    """Tell whether a page lists other books, whose pages are no pages of one."""
    return leading_elsewhere(page) >= _FEWEST_OTHERS
