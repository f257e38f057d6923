"""Results on a site's own page: what its links say and lead to.

Nothing is known of the page's layout. A link is as good a result as its words are like the work's
title (`likelihood`); menus and advertisements aren't. Answers in JSON and feeds are read, too.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from crawlers.discovery.engines.contract import Found
from crawlers.discovery.feeds import entries_in_feed, is_feed
from crawlers.links import canonical
from crawlers.spiders.pages import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawlers.spiders.pages import Page

_MOST_LINKS: Final = 2_000
_MOST_OBJECTS: Final = 5_000
_JSON_BYTES: Final = 8 * 2**20
_LONGEST: Final = 300
_WRAPPED: Final = frozenset(
    {"url", "u", "q", "to", "target", "link", "uddg", "goto", "jump", "redirect", "dest"}
)
_URLS: Final = ("url", "link", "href", "detail_url", "vod_url", "share_url", "downUrl")
_TITLES: Final = ("title", "name", "vod_name", "book_name", "bookName", "note", "text")
_SNIPPETS: Final = ("content", "description", "summary", "snippet", "intro", "vod_remarks")
_TAGS: Final = re.compile(r"<[^<>]{0,500}>")


def results_on(page: Page) -> Iterator[Found]:
    """Yield the results of a page, each address once, in order. Raises `TangledMarkup`."""
    found: dict[str, Found] = {}
    for one in _results(page):
        url = _led_to(one.url, page)
        if url is not None and url.partition("#")[0] != page.url.partition("#")[0]:
            before = found.get(url)
            if before is None:
                found[url] = Found(url, one.title, one.snippet)
            elif len(one.title) > len(before.title):
                found[url] = Found(url, one.title, f"{before.title} {before.snippet}"[:_LONGEST])
    yield from found.values()


def unwrapped(url: str) -> str:
    """Return where an address of a search engine or site leads on to, as it says itself."""
    for name, value in parse_qsl(urlsplit(url).query, max_num_fields=50):
        if name.lower() not in _WRAPPED:
            continue
        if value.startswith(("http://", "https://")):
            return value
        if value.startswith("a1aHR0c"):  # Bing's: `a1` and the address in base64
            padded = value[2:] + "=" * (-len(value[2:]) % 4)
            try:
                return base64.urlsafe_b64decode(padded).decode()
            except (binascii.Error, UnicodeDecodeError):
                return url
    return url


def _led_to(url: str, page: Page) -> str | None:
    written = canonical(url, page.base if page.is_markup else page.url)
    return canonical(unwrapped(written)) if written is not None else None


def _results(page: Page) -> Iterator[Found]:
    if is_feed(page.body):
        yield from (
            Found(one.url, one.title, one.summary) for one in entries_in_feed(page.body) if one.url
        )
    elif page.is_markup:
        yield from _linked(page)
    elif page.body[:200].lstrip()[:1] in {b"{", b"["} and len(page.body) <= _JSON_BYTES:
        yield from _in_json(page.body)


def _linked(page: Page) -> Iterator[Found]:
    """Yield the links of a page with what follows each up to the next: one walk over the page."""
    title, url, said = "", "", ""
    body = page.tree.body
    links = 0
    for node in body.traverse(include_text=True) if body is not None else ():
        if node.tag == "a" and (href := node.attributes.get("href")):
            if url:
                yield Found(url, title, said)
            links += 1
            if links > _MOST_LINKS:
                return
            title, url, said = _called(node), href, ""
        elif node.tag == "-text" and url and len(said) < _LONGEST:
            said = f"{said} {(node.text_content or '')[:_LONGEST].strip()}"
    if url:
        yield Found(url, title, said)


def _called(link: LexborNode) -> str:
    """Return what a link is called: its words, its title, or its picture's."""
    words = words_of(link)[:_LONGEST]
    said = link.attributes.get("title") or ""
    if not words and (picture := link.css_first("img[alt]")) is not None:
        words = picture.attributes.get("alt") or ""
    return max((words, said), key=len)[:_LONGEST] if words else said[:_LONGEST]


def _in_json(body: bytes) -> Iterator[Found]:
    try:
        waiting: list[Any] = [json.loads(body)]
    except (ValueError, RecursionError):
        return
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, dict):
            url, title = _said(one, _URLS), _said(one, _TITLES)
            if url and title:
                yield Found(url, title, _said(one, _SNIPPETS))
            one = list(one.values())
        if isinstance(one, list):
            waiting += [inner for inner in reversed(one) if isinstance(inner, (dict, list))]


def _said(document: dict[str, Any], names: tuple[str, ...]) -> str:
    values = (document.get(name) for name in names)
    said = next((value for value in values if isinstance(value, str) and value.strip()), "")
    return _TAGS.sub("", said[: 2 * _LONGEST])[:_LONGEST].strip()
