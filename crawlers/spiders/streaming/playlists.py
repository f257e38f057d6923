"""Lists of songs and films: M3U, PLS, XSPF, ASX, and the enclosures of RSS and Atom feeds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawlers.spiders.streaming.scripts import Medium
from crawlers.xml_trees import elements_named, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_MOST: Final = 5_000
_FEED = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>)?\s*(?:<!--(?:(?!-->).)*+-->\s*+|<\?[^>]{0,500}>\s*+|<!DOCTYPE[^>]{0,300}>\s*+)*+"
    rb"<(?:rss|feed|rdf:RDF|playlist|asx)\b",
    re.IGNORECASE | re.DOTALL,
)
_PLS = re.compile(r"(File|Title)(\d{1,5})\s{0,3}=\s{0,3}(.{1,2000})", re.IGNORECASE)


def is_feed(body: bytes) -> bool:
    """Tell whether a body is a feed or list in XML."""
    return _FEED.match(body[:8192].removeprefix(b"\xef\xbb\xbf")) is not None


def is_playlist(body: bytes) -> bool:
    """Tell whether a body is a list of songs as lines of text."""
    head = body[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"#EXTM3U") or head[:10].lower() == b"[playlist]"


def media_in_playlist(text: str) -> Iterator[Medium]:
    """Yield what a list of lines names."""
    text = text.removeprefix("\ufeff").lstrip()
    if text[:10].lower() == "[playlist]":
        yield from _pls(text)
        return
    title = ""
    for line in text.splitlines()[: 2 * _MOST]:
        line = line.strip()  # noqa: PLW2901
        if line.upper().startswith("#EXTINF"):
            title = line.partition(",")[2].strip()
        elif line and not line.startswith("#"):
            artist, dash, name = title.partition(" - ")
            yield Medium(line, title=name if dash else title, artist=artist if dash else "")
            title = ""


def media_in_feed(body: bytes) -> Iterator[Medium]:
    """Yield the enclosures of a feed's entries and the tracks of a list in XML."""
    for entry in elements_named(body, "item", "entry", "track"):
        yield from _of_entry(entry)


def pages_in_feed(body: bytes) -> Iterator[str]:
    """Yield where a feed's entries lead."""
    for entry in elements_named(body, "item", "entry"):
        for one in entry:
            if local_name(one) == "link" and one.get("rel", "alternate") == "alternate":
                yield (one.get("href") or one.text or "").strip()


def _of_entry(entry: etree._Element) -> Iterator[Medium]:
    said = {local_name(one): (one.text or "").strip() for one in entry}
    title, artist = said.get("title", ""), said.get("creator", "") or said.get("author", "")
    for one in entry.iter():
        name, typed = local_name(one), (one.get("type") or one.get("medium") or "")[:5]
        kind = typed if typed in {"audio", "video"} else ""
        if name in {"enclosure", "content"} and (one.get("url") or one.get("href")):
            yield Medium(one.get("url") or one.get("href") or "", kind, title, artist)
        elif name == "link" and one.get("rel") == "enclosure":
            yield Medium(one.get("href") or "", kind, title, artist)
        elif name == "location" and one.text:
            yield Medium(one.text.strip(), "", title, artist)


def _pls(text: str) -> Iterator[Medium]:
    said: dict[str, dict[str, str]] = {}
    for name, number, value in _PLS.findall(text):
        said.setdefault(number, {})[name.lower()] = value.strip()
    for entry in list(said.values())[:_MOST]:
        if "file" in entry:
            yield Medium(entry["file"], title=entry.get("title", ""))
