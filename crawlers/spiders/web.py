"""Any site: every page of it, its pictures wherever they lie, and its text files."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from crawlers.frontier.contract import Discovery
from crawlers.links import is_trap, same_site
from crawlers.spiders.base import MarqueSpider
from crawlers.spiders.listings import ABOVE, interface_of, listing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic import JsonValue
    from selectolax.lexbor import LexborNode

    from crawlers.spiders.pages import Page

_PICTURE = re.compile(r"\.(?:jpe?g|jpe|png|gif|webp|bmp|tiff?|avif|heic|jfif)$", re.IGNORECASE)
_TEXT = re.compile(r"\.(?:txt|text)$", re.IGNORECASE)
_NO_PAGE = re.compile(
    r"\.(?:css|js|mjs|json|woff2?|ttf|eot|otf|ico|map|exe|msi|dmg|iso|apk|rar|zip|7z|gz|tar"
    r"|mp[34]|m4[av]|flac|wav|avi|mkv|mov|wmv|flv|webm|pdf|docx?|xlsx?|pptx?)$",
    re.IGNORECASE,
)
# Matched with blanks folded, so that runs of them can't be split in many ways.
_STYLE_URL = re.compile(r"url\( ?['\"]?([^'\")]{1,2048})['\"]? ?\)", re.IGNORECASE)
_REFRESH = re.compile(r"[\d.]* ?[;,]? ?url ?= ?['\"]?([^'\"]{1,2048})", re.IGNORECASE)
# Where lazy loaders keep the address until the picture comes into view.
_PICTURE_ATTRIBUTES = (
    *("src", "data-src", "data-original", "data-lazy-src", "data-lazy", "data-url"),
    *("data-echo", "data-actualsrc", "data-original-src", "_src", "file", "zoomfile"),
)
OPTIONS: Final = "select option[value]"
"""What a list to choose from is made of."""
_LONGEST_ATTRIBUTE = 16_384
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")


class WebSpider(MarqueSpider):
    """Follows a site's links; pictures and text files are visited on any host, once each."""

    name = "web"

    def discoveries(self, page: Page) -> Iterable[Discovery]:
        """Return the page's media, then where its links lead on the same site."""
        yield from self.media(page)
        if not page.forbids_following() or self.plan.ignore_robots_because:
            yield from self.links(page)

    def links(self, page: Page) -> Iterator[Discovery]:
        """Return the pages of the same site that a page leads to, in order."""
        if (listing := interface_of(page)) is not None:
            yield self.found(page, listing)
        for url in dict.fromkeys(_linked(page)):
            if same_site(page.url, url) and is_page(url) and not is_trap(url):
                yield self.found(page, url)

    def listed(self, page: Page) -> Iterable[Discovery]:
        """Return what a file server's listing leads to, or a page about a file: to the file."""
        if (listing := listing_of(page)) is not None:
            below = {ABOVE: listing.digest}
            for one in self.discoveries(page.shown_as(listing.markup)):
                yield one if one.role == "media" else replace(one, context=below)
        elif page.lease.discovery.role == "media" and page.is_markup and not page.is_tangled:
            for url in dict.fromkeys(_named_alike(page)):
                yield self.found(page, url, role="media", context=page.lease.discovery.context)

    def media(self, page: Page) -> Iterator[Discovery]:
        """Return a page's pictures and text files."""
        for url in dict.fromkeys(_pictures(page)):
            yield self.found(page, url, role="media")
        for url in dict.fromkeys(url for _, url in page.anchors):
            if is_medium(url):
                yield self.found(page, url, role="media")

    def found(
        self,
        page: Page,
        url: str,
        *,
        role: str = "page",
        context: Mapping[str, JsonValue] = MappingProxyType({}),
    ) -> Discovery:
        """Return what was found on a page, one step further away."""
        return Discovery(
            url=url,
            role=role,
            depth=page.lease.discovery.depth + 1,
            referrer=page.url,
            context=dict(context),
        )


def is_page(url: str) -> bool:
    """Tell whether an address may be a page of markup, by its name."""
    path = url.partition("?")[0]
    return not (_NO_PAGE.search(path) or is_medium(url))


def offered_after(page: Page, options: Iterable[LexborNode]) -> list[str]:
    """Return the pages that come after this one in a list to choose from; none where it isn't in.

    `options` are what `OPTIONS` selects, or some of them. A list's first page may have an address
    besides that of a book: then the option counts that is selected.
    """
    listed: list[str] = []
    here = ""
    for one in options:
        url = page.link(one.attributes.get("value"))
        if url and same_site(url, page.url) and is_page(url):
            listed.append(url)
            if "selected" in one.attributes and url.startswith(page.url.rpartition("/")[0]):
                here = url
    here = page.url if page.url in listed else here
    return listed[listed.index(here) + 1 :] if here else []


def is_medium(url: str) -> bool:
    """Tell whether an address names a picture or a text file."""
    path = url.partition("?")[0]
    return bool(_PICTURE.search(path) or _TEXT.search(path))


def _named_alike(page: Page) -> Iterator[str]:
    """Yield where a page about a file (`blob/main/a.txt`, `File:A.jpg`) has the file itself."""
    name = _file_name(page.url)
    for _, url in page.anchors:
        if url != page.url and _file_name(url) == name and same_site(url, page.url):
            yield url


def _file_name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2].rpartition(":")[2]


def style_urls(element: LexborNode) -> list[str]:
    """Return the addresses in an element's own style: its background for one."""
    return _STYLE_URL.findall(_folded(element.attributes.get("style")))


def _linked(page: Page) -> Iterator[str]:
    yield from (url for _, url in page.anchors)
    for selector, attribute in (
        ("iframe[src], frame[src]", "src"),
        ("link[rel~=next i][href], link[rel~=prev i][href]", "href"),
    ):
        for element in page.tree.css(selector):
            if (address := page.link(element.attributes.get(attribute))) is not None:
                yield address
    for element in page.tree.css('meta[http-equiv="refresh" i][content]'):
        found = _REFRESH.match(_folded(element.attributes.get("content")))
        if found and (address := page.link(found[1])) is not None:
            yield address


def _pictures(page: Page) -> Iterator[str]:
    for address in _picture_addresses(page):
        if (url := page.link(address)) is not None:
            yield url


def _picture_addresses(page: Page) -> Iterator[str | None]:
    for element in page.tree.css("img, amp-img, picture > source"):
        attributes = element.attributes
        yield from (attributes.get(name) for name in _PICTURE_ATTRIBUTES)
        for name in _SETS:
            yield from _of_set(attributes.get(name) or "")
    for element in page.tree.css("video[poster]"):
        yield element.attributes.get("poster")
    for element in page.tree.css('link[rel~="image_src" i][href]'):
        yield element.attributes.get("href")
    yield page.meta("og:image", "og:image:url", "twitter:image") or None
    for element in page.tree.css("[style*=url]"):
        yield from style_urls(element)


def _of_set(value: str) -> Iterator[str]:
    """Return the addresses of a `srcset` (HTML §4.8.4.2.1), whose commas may be part of one."""
    for candidate in re.split(r",\s+|,(?=https?:|/)", value):
        words = candidate.split()
        if words:
            yield words[0].rstrip(",")


def _folded(attribute: str | None) -> str:
    """Return the beginning of an attribute, each run of blanks as one."""
    return " ".join((attribute or "")[:_LONGEST_ATTRIBUTE].split())
