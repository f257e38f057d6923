"""Pages: what a response shows, read so that a wrong charset or type misleads nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawlers.errors import TangledMarkup
from crawlers.links import canonical
from fingerprints.errors import Undecodable
from fingerprints.media_type import CARRIERS, MARKUP, shows_markup, sniff
from fingerprints.text.charset import decoded

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawlers.frontier.contract import Lease
    from crawlers.profiles.reader import Reader
    from crawlers.profiles.reading import Reading

HEAD_BYTES: Final = 4096
_LONGEST_TITLE = 300
_MARKUP_BYTES = 8 * 2**20
_DEEPEST = 10_000
_MOST_ATTRIBUTES = 5_000
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_CLOSED_BY_OTHERS = frozenset(
    {
        *("area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link"),
        *("meta", "option", "p", "param", "source", "tbody", "td", "th", "tr", "track", "wbr"),
    }
)


@dataclass(frozen=True)
class Page:
    """A response and the lease it answers. Not slotted: what is costly is read once, if at all."""

    response: Response
    lease: Lease
    reader: Reader | None = None

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
        """Whether the page may have links: also in what a feed or an answer in JSON carries."""
        is_carrier = self.media_type in CARRIERS
        return self.media_type in MARKUP or (is_carrier and shows_markup(self.body[:HEAD_BYTES]))

    @cached_property
    def text(self) -> str:
        """Return the markup as text."""
        return decode(self.body[:_MARKUP_BYTES], self._header("Content-Type"))

    @cached_property
    def is_tangled(self) -> bool:
        """Whether a parser would be held up by the markup, which is then left alone."""
        return is_tangled(self.text)

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """Return the markup as a tree. Raises `TangledMarkup`."""
        if self.is_tangled:
            raise TangledMarkup("its links were not followed")
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
        if not self.is_markup or self.is_tangled:
            return ""
        element = self.tree.css_first("title")
        return words_of(element)[:_LONGEST_TITLE] if element else ""

    def meta(self, *names: str) -> str:
        """Return the content of the first `meta` with one of these names or properties."""
        said = (self._metas.get((key, name)) for name in names for key in ("property", "name"))
        return next(filter(None, said), "")

    @cached_property
    def _metas(self) -> dict[tuple[str, str], str]:
        """Return the first content of each `meta`, by the attribute that names it and its name."""
        found: dict[tuple[str, str], str] = {}
        for element in self.tree.css("meta[content]"):
            attributes = element.attributes
            for key in ("property", "name"):
                if name := attributes.get(key):
                    content = " ".join((attributes.get("content") or "").split())
                    found.setdefault((key, name.lower()), content)
        return found

    @cached_property
    def reading(self) -> Reading:
        """Return what a site profile says of the page; without one, that is nothing."""
        from crawlers.profiles.reading import NOTHING  # noqa: PLC0415  it reads pages, too

        return self.reader.read(self) if self.reader is not None else NOTHING

    def shown_as(self, markup: str) -> Page:
        """Return the page as if its body were this markup."""
        headers = {"Content-Type": "text/html; charset=utf-8"}
        response = self.response.replace(body=markup.encode(), headers=headers)
        return Page(response, self.lease, self.reader)

    def link(self, address: str | None) -> str | None:
        """Return the canonical form of an address that stands on the page."""
        return canonical(address, self.base) if address else None

    def link_of_body(self, address: str | None) -> str | None:
        """Return the canonical form of an address in a body that is no markup."""
        return canonical(address, self.response.url) if address else None

    @cached_property
    def anchors(self) -> list[tuple[LexborNode, str]]:
        """Return the elements that lead to other pages, in order, and where they lead."""
        found = [
            (element, self.link(element.attributes.get("href")))
            for element in self.tree.css("a[href], area[href]")
        ]
        return [(element, url) for element, url in found if url is not None]

    def forbids_following(self) -> bool:
        """Whether robots directives of the page, for all or by header, say nofollow."""
        directives = self._header("X-Robots-Tag") + "," + self.meta("robots")
        said = {word.strip().casefold() for word in re.split(r"[,:]", directives)}
        return not said.isdisjoint({"nofollow", "none"})

    def _header(self, name: str) -> str:
        values = self.response.headers.getlist(name)
        return b",".join(values).decode("latin-1")


def is_tangled(markup: str) -> bool:
    """Tell whether HTML's rules of nesting would make a parser's work grow with the square.

    Lexbor takes 4 s for 50,000 nested div, and as long for 50,000 attributes of one tag.
    """
    tags = markup.split("<")
    if any(len(tag) > _MOST_ATTRIBUTES and _attributes(tag) > _MOST_ATTRIBUTES for tag in tags):
        return True
    return len(tags) > _DEEPEST and _deepest(markup) > _DEEPEST


def _attributes(tag: str) -> int:
    end = tag.find(">")
    head = tag if end < 0 else tag[:end]
    return max(head.count("="), len(head.split()))


def _deepest(markup: str) -> int:
    """Return how deep elements may nest: of what is open that nothing closes by itself."""
    depth = deepest = 0
    for found in _TAG.finditer(markup):
        if found[2].lower() not in _CLOSED_BY_OTHERS:
            depth = max(0, depth - 1) if found[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest


def words_of(element: LexborNode) -> str:
    """Return an element's text on one line."""
    return " ".join(element.text(deep=True).split())


def decode(body: bytes, content_type: str = "") -> str:
    """Decode markup by what its bytes show, whatever was declared; never fails."""
    try:
        return decoded(body, content_type or None)
    except Undecodable:
        return body.decode("utf-8", "replace")
