"""The files of documents that a page offers, embeds, or tells a viewer to show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

from crawlers.links import same_site
from crawlers.spiders.paged.packed import opened, plain
from crawlers.spiders.pages import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.spiders.pages import Page

FILES: Final = re.compile(
    r"\.(?:pdf|docx?|docm|pptx?|pps|xlsx?|wps|dps|rtf|odt|ods|odp|epub|mobi|azw3?|fb2|ofd|caj|djvu"
    r"|zip|rar|7z)$",
    re.IGNORECASE,
)
_LITERAL: Final = re.compile(r"\"((?:\\.|[^\"\\\n])*)\"?|'((?:\\.|[^'\\\n])*)'?")
_SCRIPT_CHARACTERS: Final = 500_000
_LONGEST: Final = 2_083
_MOST: Final = 200
_TOLD_FILE: Final = frozenset(
    {"file", "url", "src", "pdf", "doc", "document", "path", "f", "u", "furl", "fileurl", "pdfurl"}
)
_VIEWERS: Final = frozenset({"view.officeapps.live.com", "docs.google.com", "drive.google.com"})
_ATTRIBUTES: Final = ("data-pdf", "data-url", "data-src", "data-file", "data-href", "data-doc")
_DOWNLOAD: Final = re.compile(
    r"(?:下[载載]|download).{0,8}(?:pdf|docx?|word|ppt|文档|文檔|全文|标准|標準|附件)"
    r"|(?:pdf|word|全文|文档|文檔|标准|標準|附件|原文).{0,6}下[载載]|^\W{0,3}(?:立即|点击|免费)?下[载載]\W{0,3}$"
    r"|^\W{0,3}download(?: now| pdf)?\W{0,3}$",
    re.IGNORECASE,
)
_MOST_PROMISED: Final = 3
_LONGEST_WORDS: Final = 40


def files_of(page: Page) -> Iterator[tuple[str, str]]:
    """Yield addresses of documents and what they are called, "" where nothing says; each once."""
    known: set[str] = set()
    for address, words in _every(page):
        url = page.link(address)
        if url is not None and url != page.url and url not in known and len(known) < _MOST:
            known.add(url)
            yield url, words


def names_file(address: str) -> bool:
    """Tell whether an address names a document, by its path or by a file in its query."""
    path, _, query = address.partition("#")[0].partition("?")
    if FILES.search(path):
        return True
    values = (field.partition("=")[2] for field in query.split("&"))
    return any("/" not in value and FILES.search(unquote(value)) for value in values)


def _every(page: Page) -> Iterator[tuple[str, str]]:
    for element in page.tree.css("a[href]"):
        href = element.attributes.get("href") or ""
        yield from ((one, words_of(element)) for one in _told(href, page.url))
    selector = "iframe, frame, embed, object, param[value]"
    for element in page.tree.css(selector):
        said = element.attributes
        for name in ("src", "data-src", "data", "value"):
            address = said.get(name) or ""
            yield from ((one, said.get("title") or "") for one in _told(address, page.url))
            if address and "pdf" in (said.get("type") or ""):
                yield address, said.get("title") or ""
    for name in _ATTRIBUTES:
        for element in page.tree.css(f"[{name}]"):
            address = element.attributes.get(name) or ""
            yield from (
                (one, element.attributes.get("title") or "") for one in _told(address, page.url)
            )
    yield from ((one, "") for one in _in_scripts(page))
    yield from _promised(page)


def _told(address: str, here: str) -> Iterator[str]:
    """Yield what an address names: a document itself, or one that a viewer is told to show."""
    if not address or len(address) > 2 * _LONGEST:
        return
    if names_file(address):
        yield address
    try:
        parts = urlsplit(urljoin(here, address))
    except ValueError:
        return
    for field in (*parts.query.split("&"), *parts.fragment.split("&")):
        name, _, value = field.partition("=")
        inner = opened(unquote(value))
        is_viewer = parts.hostname in _VIEWERS and inner.startswith(("http:", "https:"))
        if name.lower() in _TOLD_FILE and (is_viewer or ("/" in inner and names_file(inner))):
            yield urljoin(parts.geturl(), inner)


def _in_scripts(page: Page) -> Iterator[str]:
    left = _SCRIPT_CHARACTERS
    for element in page.tree.css("script:not([src])"):
        text = element.text(deep=True)[:left]
        left -= len(text)
        for found in _LITERAL.finditer(text):
            literal = found[1] or found[2] or ""
            if 4 < len(literal) <= _LONGEST:  # noqa: PLR2004 (".pdf" alone is none)
                said = opened(plain(literal).strip())
                if not re.search(r"[\s<>{}]", said):
                    yield from _told(said, page.url)


def _promised(page: Page) -> Iterator[tuple[str, str]]:
    """Yield where buttons lead that promise a document on another site.

    What comes, its bytes will tell; what is promised on this site is visited anyway.
    """
    promised = 0
    for element, url in page.anchors:
        words = words_of(element)
        if len(words) > _LONGEST_WORDS or names_file(url) or same_site(url, page.url):
            continue
        if _DOWNLOAD.search(words):
            promised += 1
            if promised <= _MOST_PROMISED:
                yield url, ""
