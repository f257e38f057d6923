"""Chapters: what follows a page of one, which is its next page or the next chapter.

Words alone mislead («下一章» stands on links to the chapter's second page, «下一页» on the last
page's link to the next chapter), so the address is believed first and the words second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import SplitResult, parse_qsl, urlsplit

from crawlers.links import same_site
from crawlers.spiders.pages import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawlers.spiders.pages import Page

Kind = Literal["page", "chapter", "either"]

_SIGNS = re.compile(r"[\W_]+")
_PAGE: Final = re.compile(r"(?:下一?[页頁]|后一?页|nextpage)\d*(?:继续阅读)?$", re.IGNORECASE)
_CHAPTER = re.compile(r"(?:下一?[章节節回话話集篇]|nextchapter)", re.IGNORECASE)
_EITHER = re.compile(r"(?:next|继续阅读|下一[个張张]?)$", re.IGNORECASE)
_BACK = re.compile(r"(?:上一?[章节節回话話集篇]|prev(?:ious)?chapter)", re.IGNORECASE)
_CATALOGUE = re.compile(
    r"(?:返回)?(?:本书|小说|作品)?(?:章节|章節|全部|完整|查看)?(?:目[录錄]|章节列表|章節列表|全部章节|书页|書頁)$"
    r"|contents$|tableofcontents$|backtoindex$",
    re.IGNORECASE,
)
_IDS = re.compile(
    r"(?:pager|pb|pt|link)?[-_]?next(?:[-_]?(?:url|page|chapter))?$|nextchapter$|nextpage$",
    re.IGNORECASE,
)
_PAGE_SUFFIX = re.compile(r"(?:[_-]|/|/p|/page[-/])(\d{1,4})/?$")
_PAGE_PARAMETERS = frozenset({"p", "page", "pg", "pn", "pageno", "page_no", "part"})
_EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_LONGEST_WORDS = 20


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a chapter's page leads; None where it doesn't say. `goes_back`: to one before it."""

    next_page: str | None
    next_chapter: str | None
    catalogue: str | None
    goes_back: bool


def pager(page: Page, first: str) -> Pager:
    """Read a page's way on. `first` is the address of the chapter's first page."""
    forward: list[tuple[Kind, str]] = []
    catalogue: str | None = None
    goes_back = False
    for element, url in page.anchors:
        if url == page.url or not same_site(url, page.url):
            continue
        words = _words(element)
        kind = _kind(element, words)
        if kind is not None:
            forward.append((kind, url))
        elif _CATALOGUE.match(words):
            catalogue = catalogue or url
        goes_back = goes_back or _BACK.match(words) is not None
    forward += [("either", url) for url in _relations(page)]
    next_page = _next_page(forward, page.url, first)
    chapters = [url for _, url in forward if url not in {next_page, catalogue, first}]
    return Pager(next_page, chapters[0] if chapters else None, catalogue, goes_back)


def page_number(first: str, url: str) -> int | None:
    """Return which page of a chapter an address is, by its likeness to the first's, or None."""
    one, other = urlsplit(first), urlsplit(url)
    if one.netloc != other.netloc:
        return None
    if one.path == other.path:
        return _number_of_query(one, other)
    stem = _EXTENSION.sub("", one.path).rstrip("/")
    candidate = _EXTENSION.sub("", other.path)
    found = _PAGE_SUFFIX.fullmatch(candidate.removeprefix(stem))
    return int(found[1]) if found and candidate.startswith(stem) else None


def _next_page(forward: list[tuple[Kind, str]], here: str, first: str) -> str | None:
    current = page_number(first, here) or 1
    for _, url in forward:
        number = page_number(first, url)
        if number is not None and number > current:
            return url
    said = [url for kind, url in forward if kind == "page"]
    others = [url for kind, url in forward if kind == "chapter" and url not in said]
    # Both are offered: then they mean what they say.
    return said[0] if said and others else None


def _number_of_query(one: SplitResult, other: SplitResult) -> int | None:
    before, after = dict(parse_qsl(one.query)), dict(parse_qsl(other.query))
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if len(changed) != 1 or not changed <= _PAGE_PARAMETERS:
        return None
    value = after.get(changed.pop(), "")
    return int(value) if value.isdecimal() else None


def _words(element: LexborNode) -> str:
    words = words_of(element) or element.attributes.get("title") or ""
    return _SIGNS.sub("", words) if len(words) <= _LONGEST_WORDS else ""


def _kind(element: LexborNode, words: str) -> Kind | None:
    if _PAGE.match(words):
        return "page"
    if _CHAPTER.match(words):
        return "chapter"
    if _EITHER.match(words) or (not words and _is_marked(element)):
        return "either"
    return None


def _is_marked(element: LexborNode) -> bool:
    names = [element.attributes.get("id") or "", *(element.attributes.get("class") or "").split()]
    return any(_IDS.match(name) for name in names)


def _relations(page: Page) -> Iterator[str]:
    for element in page.tree.css('a[rel~="next" i][href], link[rel~="next" i][href]'):
        url = page.link(element.attributes.get("href"))
        if url is not None and url != page.url and same_site(url, page.url):
            yield url
