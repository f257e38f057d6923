"""Feeds and lists of feeds: RSS, Atom, JSON Feed, OPML.

Sources: RSS 2.0, RFC 4287 (Atom), JSON Feed 1.1, OPML 2.0.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crawlers.spiders.streaming.playlists import is_feed as is_feed_in_xml
from crawlers.xml_trees import elements_named, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST: Final = 5_000
_BYTES: Final = 16 * 2**20
_JSON_FEED: Final = "https://jsonfeed.org/version/1"
_LONGEST: Final = 300
_MOST_ENCLOSURES: Final = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed has news of; `enclosures` are the files that come with it."""

    url: str
    title: str = ""
    summary: str = ""
    enclosures: tuple[str, ...] = ()


def is_feed(body: bytes) -> bool:
    """Tell whether a body is a feed."""
    return is_feed_in_xml(body) or _is_json_feed(body)


def entries_in_feed(body: bytes) -> Iterator[Entry]:
    """Yield a feed's entries, in its order; none where it can't be read."""
    if len(body) > _BYTES:
        return
    found = _in_json(body) if _is_json_feed(body) else _in_xml(body)
    for number, entry in enumerate(found):
        if number >= _MOST:
            return
        yield entry


def feeds_in_opml(body: bytes) -> Iterator[str]:
    """Yield the addresses of the feeds that a list of them names."""
    if b"<opml" not in body[:8192].lower() or len(body) > _BYTES:
        return
    for number, outline in enumerate(elements_named(body, "outline")):
        if number >= _MOST:
            return
        if address := outline.get("xmlUrl") or outline.get("xmlurl"):
            yield address.strip()


def _is_json_feed(body: bytes) -> bool:
    return body[:200].lstrip()[:1] == b"{" and _JSON_FEED.encode() in body[:2000].replace(
        b"\\", b""
    )


def _in_json(body: bytes) -> Iterator[Entry]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return
    items = document.get("items") if isinstance(document, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            attached = item.get("attachments")
            files = (
                [one for one in attached if isinstance(one, dict)]
                if isinstance(attached, list)
                else []
            )
            yield Entry(
                _text(item.get("url")) or _text(item.get("external_url")),
                _text(item.get("title")),
                _text(item.get("summary")) or _text(item.get("content_text")),
                tuple(filter(None, (_text(one.get("url")) for one in files[:_MOST_ENCLOSURES]))),
            )


def _in_xml(body: bytes) -> Iterator[Entry]:
    for entry in elements_named(body, "item", "entry"):
        said: dict[str, str] = {}
        files: list[str] = []
        for one in entry:
            name = local_name(one)
            if name == "link":
                address = (one.get("href") or one.text or "").strip()
                if one.get("rel", "alternate") == "alternate":
                    said.setdefault("link", address)
                elif one.get("rel") == "enclosure":
                    files.append(address)
            elif name == "enclosure" or (name == "content" and one.get("url")):
                files.append((one.get("url") or "").strip())
            elif name in {"title", "description", "summary"}:
                said.setdefault(name, _text(one.text))
        summary = said.get("description") or said.get("summary", "")
        kept = tuple(filter(None, files))[:_MOST_ENCLOSURES]
        yield Entry(said.get("link", ""), said.get("title", ""), summary, kept)


def _text(value: Any) -> str:  # noqa: ANN401  whatever JSON has there
    return " ".join(value[:4000].split())[:_LONGEST] if isinstance(value, str) else ""
