"""Feeds: what their entries say in full. RSS 0.9 to 2.0 with `content:encoded`, Atom (RFC 4287)."""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING, Final

from fingerprints.document.xml import Start, events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.document.xml import Event

_SAYS: Final = frozenset({"title", "description", "summary", "encoded", "content", "subtitle"})
_FULL: Final = frozenset({"encoded", "content"})
_SUMMARY: Final = frozenset({"description", "summary"})
_ENTRY: Final = frozenset({"item", "entry"})
_PLAIN: Final = frozenset({"text", "text/plain"})
_UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no XML may hold; many feeds do, and a parser would go no further."""
_ENDS: Final = re.compile(r"(?:\.{3}|…|\[|\]|阅读全文|继续阅读|readmore)+\Z", re.IGNORECASE)
_LONGEST_END: Final = 40
_BARE: Final = re.compile(r"<[^<>]*+>|\s+|&\w{2,8};|&#\d{2,6};")


def texts_in_feed(text: str, *, depth_limit: int) -> Iterator[str]:
    """Yield a feed's title and what its entries say, as markup, in order.

    A summary that its entry says again in full is left out. Raises `Undecodable` where it isn't
    XML, or has entities of its own, and `TooLarge`; one that breaks is read up to there.
    """
    source = io.BytesIO(_UNREADABLE.sub(" ", text.lstrip("\ufeff")).encode("utf-8-sig"))
    entry: list[tuple[str, str]] = []
    for said in _said(events(source, depth_limit)):
        if said is None:
            yield from _without_summary(entry)
            entry = []
        else:
            entry.append(said)
    yield from _without_summary(entry)


def _said(found: Iterator[Event]) -> Iterator[tuple[str, str] | None]:
    """Yield what each element that says something says, and None between entries."""
    name, is_plain, depth = "", False, 0
    said: list[str] = []
    for event in found:
        if isinstance(event, str):
            if name:
                said.append(html.escape(event, quote=False) if depth or is_plain else event)
        elif name:
            is_start = isinstance(event, Start)
            if not is_start and not depth:
                yield name, "".join(said)
                name, said = "", []
                continue
            depth += 1 if is_start else -1
            said.append(f"<{event.name}>" if is_start else f"</{event.name}>")
        elif event.name in _ENTRY:
            yield None
        elif isinstance(event, Start) and event.name in _SAYS and not _is_elsewhere(event):
            name, is_plain = event.name, event.attributes.get("type") in _PLAIN
    if name:  # it breaks here
        yield name, "".join(said)


def _is_elsewhere(event: Start) -> bool:
    """Whether it only names a file: `media:content`, or an entry's content by its address."""
    return bool(event.attributes.get("url") or event.attributes.get("src"))


def _without_summary(entry: list[tuple[str, str]]) -> Iterator[str]:
    full = "".join(_BARE.sub("", said) for name, said in entry if name in _FULL)
    for name, said in entry:
        if said.strip() and not (full and name in _SUMMARY and _begun(said) in full):
            yield said


def _begun(summary: str) -> str:
    """Return the bare words of a summary without what says that there is more."""
    bare = _BARE.sub("", summary)
    return bare[:-_LONGEST_END] + _ENDS.sub("", bare[-_LONGEST_END:])
