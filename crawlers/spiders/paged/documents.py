"""Documents and standards: files that a site offers or embeds, and previews of their pages."""

from __future__ import annotations

import asyncio
import re
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import unquote, urlsplit

from crawlers.leasing import leasing_of
from crawlers.sightings import showing
from crawlers.spiders.base import SHOWN_FACTS, titled
from crawlers.spiders.paged.files import FILES, files_of
from crawlers.spiders.paged.reading import ReadingSpider, is_list
from crawlers.spiders.paged.standards import RegisteredStandards, numbers_in
from crawlers.spiders.pages import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.frontier.contract import Discovery
    from crawlers.spiders.pages import Page
    from index.documents import Sighting

_MOST_NUMBERS: Final = 20
_TEXT_CHARACTERS: Final = 120_000
_SAID_WITHIN: Final = 20_000
_PAGES: Final = re.compile(
    r"(?:页数|頁數|页码|Pages?)\s{0,2}[:：]\s{0,2}(\d{1,5})(?!\d)"
    r"|(?<![\d第])(?<!第\s)(\d{1,5})\s?[页頁](?!\w)|(?<!\d)(\d{1,5})\s(?:pages|pp)\b",
    re.IGNORECASE,
)
_PREVIEW: Final = re.compile(
    r"预览|預覽|试读|試讀|在线阅读|在線閱讀|在线浏览|preview|文档|文檔", re.IGNORECASE
)


class DocumentsSpider(ReadingSpider):
    """Follows a site to its documents; the pages that a preview shows are one sighting.

    The numbers of standards are facts; a registered work with that number is named as a lead.
    """

    name = "documents"
    files: ClassVar[re.Pattern[str]] = FILES
    least_words: ClassVar[int] = 1

    async def sighting(self, page: Page) -> Sighting:
        """Keep the body; of a preview, its pages as one file. Note which works it names."""
        sighting = await super().sighting(page)
        prefix = f"{_STANDARD}:"
        numbers = [
            one.removeprefix(prefix) for one in sighting.shown_facts if one.startswith(prefix)
        ]
        if not numbers:
            return sighting
        works = await asyncio.to_thread(self._registered.works_of, numbers)
        return showing(sighting, (f"names_work:{one}" for one in works))

    def seen(self, page: Page, **facts: Any) -> Sighting:  # noqa: ANN401  the base's
        """Say what was seen, with numbers of standards, and how many pages it is said to have."""
        sighting = super().seen(page, **facts)
        text = _words(page) if self._is_followed(page) and not page.is_tangled else ""
        name = unquote(urlsplit(page.url).path.rpartition("/")[2])
        numbers = dict.fromkeys(numbers_in(f"{sighting.title}\n{name}\n{text}"))
        told = [f"{_STANDARD}:{one}" for one in islice(numbers, _MOST_NUMBERS)]
        if count := _said_pages(text):
            told.append(f"pages:{count}")
        return showing(sighting, told)

    def is_chapter(self, page: Page) -> bool:
        """Tell whether a page seems to show a document: it says so, or how many pages that has."""
        text = _words(page)[:_SAID_WITHIN]
        is_said = _said_pages(text) > 0 or _PREVIEW.search(text) is not None
        return is_said and not is_list(page)

    def downloads(self, page: Page) -> Iterator[Discovery]:
        """Return the documents that a page offers or embeds, on any host."""
        shown = _called(page)
        for url, words in files_of(page):
            title = words if len(words) > len("下载PDF") else f"{words} {shown}"
            numbers = list(islice(dict.fromkeys(numbers_in(f"{words}\n{shown}")), _MOST_NUMBERS))
            context = {
                **titled(" ".join(title.split())),
                SHOWN_FACTS: [f"{_STANDARD}:{one}" for one in numbers],
            }
            yield self.found(page, url, role="media", context=context)

    def _following(self, page: Page) -> Iterator[Discovery]:
        """Return the site's pages but for those that a preview was read by."""
        yield from (one for one in self.links(page) if one.url not in self._turned)

    @cached_property
    def _registered(self) -> RegisteredStandards:
        return RegisteredStandards(leasing_of(self.crawler).store.records)


_STANDARD: Final = "standard"


def _words(page: Page) -> str:
    body = page.tree.body
    return body.text(deep=True, separator=" ")[:_TEXT_CHARACTERS] if body else ""


def _called(page: Page) -> str:
    heading = page.tree.css_first("h1")
    return (words_of(heading) if heading else "") or page.meta("og:title") or page.title


def _said_pages(text: str) -> int:
    found = _PAGES.search(text[:_SAID_WITHIN])
    return int(next(filter(None, found.groups()))) if found else 0
