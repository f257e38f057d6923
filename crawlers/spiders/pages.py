"""Pages: what a response shows, read so that a wrong charset or type misleads nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from fingerprints.media_type import sniff
from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from crawlers.links import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response

    from crawlers.frontier.contract import Lease

HEAD_BYTES: Final = 4096
MARKUP: Final = frozenset({"text/html", "application/xhtml+xml"})
_LONGEST_TITLE = 300
# A superset in practice of what each says; mislabelled pages are read right by it.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "hz-gb-2312": "gb18030", "iso8859-1": "cp1252"}
_GUESSES = ("gb18030", "big5hkscs", "shift_jis", "euc_kr")


@dataclass(frozen=True)
class Page:
    """A response and the lease it answers. Not slotted: what is costly is read once, if at all."""

    response: Response
    lease: Lease

    @property
    def url(self) -> str:
        """Return the address in canonical form, as it was leased."""
        return self.lease.discovery.url

    @property
    def body(self) -> bytes:
        """Return the body after content decoding."""
        return self.response.body

    @cached_property
    def media_type(self) -> str:
        """Return what the bytes are, whatever the server says."""
        declared = self._header("Content-Type")
        return sniff(self.body[:HEAD_BYTES], declared=declared or None, filename=self.url)

    @property
    def is_markup(self) -> bool:
        """Whether the page may have links."""
        return self.media_type in MARKUP

    @cached_property
    def text(self) -> str:
        """Return the markup as text."""
        return decode(self.body, self._header("Content-Type"))

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """Return the markup as a tree."""
        return LexborHTMLParser(self.text)

    @cached_property
    def base(self) -> str:
        """Return what relative links are relative to."""
        element = self.tree.css_first("base[href]")
        href = element.attributes.get("href") if element else None
        return (canonical(href, self.url) if href else None) or self.url

    @cached_property
    def title(self) -> str:
        """Return the title on one line, "" when there is none."""
        if not self.is_markup:
            return ""
        element = self.tree.css_first("title")
        return words_of(element)[:_LONGEST_TITLE] if element else ""

    def meta(self, *names: str) -> str:
        """Return the content of the first `meta` with one of these names or properties."""
        for name in names:
            for key in ("property", "name"):
                element = self.tree.css_first(f'meta[{key}="{name}" i]')
                content = element.attributes.get("content") if element else None
                if content and content.strip():
                    return " ".join(content.split())
        return ""

    def link(self, address: str | None) -> str | None:
        """Return the canonical form of an address that stands on the page."""
        return canonical(address, self.base) if address else None

    def anchors(self) -> Iterator[tuple[LexborNode, str]]:
        """Return the elements that lead to other pages, in order, and where they lead."""
        for element in self.tree.css("a[href], area[href]"):
            url = self.link(element.attributes.get("href"))
            if url is not None:
                yield element, url

    def forbids_following(self) -> bool:
        """Whether robots directives of the page, for all or by header, say nofollow."""
        directives = self._header("X-Robots-Tag") + "," + self.meta("robots")
        said = {word.strip().casefold() for word in re.split(r"[,:]", directives)}
        return not said.isdisjoint({"nofollow", "none"})

    def _header(self, name: str) -> str:
        values = self.response.headers.getlist(name)
        return b",".join(values).decode("latin-1")


def words_of(element: LexborNode) -> str:
    """Return an element's text on one line."""
    return " ".join(element.text(deep=True).split())


def decode(body: bytes, content_type: str = "") -> str:
    """Decode markup; what decodes without an error is believed before what was declared.

    UTF-8 first, since text in another encoding is hardly ever valid UTF-8.
    """
    encoding, mark = read_bom(body)
    if encoding is not None and mark is not None:
        return body[len(mark) :].decode(encoding, "replace")
    declared = [
        http_content_type_encoding(content_type),
        html_body_declared_encoding(body[:HEAD_BYTES]),
    ]
    named = [_WIDER.get(name, name) for name in declared if name]
    choices = list(dict.fromkeys(["utf-8", *named, *_GUESSES]))
    for name in choices:
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return _least_spoilt(body, [*choices[: 1 + len(named)], "gb18030"])


def _least_spoilt(body: bytes, choices: list[str]) -> str:
    """Decode what no encoding fits (cut short, or mixed) by the one with the fewest errors."""
    texts = [body.decode(name, "replace") for name in choices if _is_known(name)]
    return min(texts, key=lambda text: text.count("\ufffd"))


def _is_known(name: str) -> bool:
    try:
        b"".decode(name)
    except LookupError:
        return False
    return True
