"""What a reader gets of a page: its words, where it leads, its pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from crawlers.links import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

_UNSEEN: Final = ["script", "style", "noscript", "template", "svg", "textarea", "head"]
_MOST_CHARACTERS: Final = 2 * 2**20
_MOST_LINKS: Final = 5_000
_BLANKS: Final = re.compile(r"\s+")
_PICTURES: Final = ("src", "data-src", "data-original", "data-lazy-src")


@dataclass(frozen=True, slots=True)
class Look:
    """A page as its reader has it; `text` is on one line."""

    text: str
    links: frozenset[str]
    pictures: frozenset[str]


def look(markup: str, url: str) -> Look:
    """Read markup; of what is too large or tangled to read, there is nothing to see."""
    from crawlers.spiders.pages import is_tangled  # noqa: PLC0415  spiders look at pages, too

    if len(markup) > _MOST_CHARACTERS or is_tangled(markup):
        return Look("", frozenset(), frozenset())
    tree = LexborHTMLParser(markup)
    pictures = frozenset(_addresses(tree.css("img"), _PICTURES, url))
    tree.strip_tags(_UNSEEN)
    body = tree.body
    return Look(
        text=_BLANKS.sub(" ", body.text(deep=True, separator=" ")).strip() if body else "",
        links=frozenset(_addresses(tree.css("a[href]"), ("href",), url)),
        pictures=pictures,
    )


def _addresses(elements: list[LexborNode], attributes: tuple[str, ...], url: str) -> Iterator[str]:
    for element in elements[:_MOST_LINKS]:
        said = element.attributes
        for name in attributes:
            if (value := said.get(name)) and (address := canonical(value, url)):
                yield address
