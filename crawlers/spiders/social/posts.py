"""Posts: what somebody put on a page under a name — an article, a status, a floor of a thread."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawlers.spiders.pages import is_tangled
from crawlers.spiders.tracing import counted_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_POSTS: Final = 300
"""How many posts one page is read for: no page for people shows more."""
LONGEST_NAME: Final = 80
_MARKUP_CHARACTERS: Final = 1_000_000
_MOST_FACTS: Final = 24
_DIGITS = re.compile(
    r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?:\s?日)?"
    r"(?:[\sT,]{1,3}(\d{1,2}):(\d{2})(?::(\d{2}))?)?(?:\.\d{1,9})?\s?(Z|[+-]\d{2}:?\d{2})?"
)
_UNIX = re.compile(r"(1\d{9})(?:\d{3})?")
_FORMS: Final = ("%a %b %d %H:%M:%S %z %Y", "%m-%d-%Y, %I:%M %p", "%b %d, %Y at %I:%M %p")


@dataclass(frozen=True, slots=True)
class Medium:
    """What a post shows besides text. `url` may be relative; `title` is what it is called."""

    url: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Post:
    """Who said what, when. What the page doesn't show is "" or None. Not slotted: see `text`.

    `element` is what was posted, without its author's picture or signature. `account` names the
    author as `index.sites.account_at` does. `posted_at` is in ISO 8601, without a zone where
    none is shown. `facts` are each `name:value`, `media` what `element` doesn't show by its tags.
    `shown` is False where it stands in scripts or JSON only.
    """

    element: LexborNode
    author: str = ""
    author_id: str = ""
    account: str = ""
    posted_at: str = ""
    floor: int | None = None
    id: str = ""
    url: str = ""
    title: str = ""
    facts: tuple[str, ...] = ()
    media: tuple[Medium, ...] = ()
    shown: bool = True

    @cached_property
    def text(self) -> str:
        """Return its words on one line: read once."""
        return " ".join(self.element.text(deep=True, separator=" ").split())

    def every_fact(self) -> tuple[str, ...]:
        """Return what is known of it: who, when, where on the page, then `facts`."""
        said = {
            "author": self.author[:LONGEST_NAME],
            "author_id": self.author_id[:LONGEST_NAME],
            "account": self.account,
            "published": self.posted_at,
            "floor": self.floor,
            "post": self.id[:LONGEST_NAME],
        }
        named = (f"{name}:{value}" for name, value in said.items() if value not in ("", None))
        return tuple(islice(dict.fromkeys((*named, *self.facts)), _MOST_FACTS))


def fragment(markup: str) -> LexborNode:
    """Return markup that stood in a script or JSON as an element; tangled markup as plain text."""
    markup = markup[:_MARKUP_CHARACTERS]
    if is_tangled(markup):
        markup = escape(markup)
    parser = LexborHTMLParser(f"<body><div>{markup}</div>")
    element = parser.css_first("div")
    assert element is not None  # noqa: S101  it was just put there
    return element


def account_of(posts: Sequence[Post]) -> str:
    """Return the account that wrote more than half of what stands there, "" where none did."""
    written: Counter[str] = Counter()
    for post in posts:
        written[post.account] += max(1, len(post.text))
    account, most = max(written.items(), key=lambda one: one[1], default=("", 0))
    return account if 2 * most > written.total() else ""


def document_of(title: str, posts: Iterable[Post]) -> str:
    """Return posts that the page's markup doesn't show as a page that does."""
    return "\n".join(
        [
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(title)}</title>',
            "</head><body>",
            *(_article(post) for post in posts),
            "</body></html>",
        ]
    )


def _article(post: Post) -> str:
    said = " · ".join(filter(None, (post.title, post.author, post.posted_at)))
    return f"<article><p>{escape(said)}</p>{post.element.html or ''}</article>"


def moment_in(text: str) -> str:
    """Return the first moment that a text names in ISO 8601, with its zone if any; "" for none."""
    text = " ".join(text.replace("\xa0", " ").split())[:80]
    if (found := _DIGITS.search(text)) is not None:
        return _written(found)
    if (found := _UNIX.fullmatch(text)) is not None:
        return datetime.fromtimestamp(int(found[1]), UTC).isoformat()
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).isoformat()  # noqa: DTZ007  the zone, if shown
        except ValueError:
            continue
    return ""


def _written(found: re.Match[str]) -> str:
    year, month, day, hour, minute, second = (int(found[place] or 0) for place in range(1, 7))
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  as shown
    except ValueError:
        return ""
    if found[4] is None:
        return moment.date().isoformat()
    zone = "+00:00" if found[7] == "Z" else found[7] or ""
    return moment.isoformat() + (f"{zone[:3]}:{zone[-2:]}" if zone else "")


def counters(said: dict[str, object]) -> Iterator[str]:
    """Yield counters as facts in digits: numbers, or words such as `1.2万+`; others say nothing."""
    for name, value in said.items():
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            yield f"{name}:{value}"
        elif isinstance(value, str) and (digits := counted_in(value)):
            yield f"{name}:{digits}"
