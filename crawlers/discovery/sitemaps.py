"""Sitemaps: what a site says itself that it has, and when it changed.

Sources: sitemaps.org protocol 0.9 (50,000 addresses and 50 MB a file, indices, text files),
Google's extensions for news, video and images, RFC 9309 for the lines in robots.txt.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Final

from lxml import etree

from crawlers.xml_trees import local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ADDRESSES: Final = 50_000
MOST_BYTES: Final = 50 * 2**20
MOST_IN_ROBOTS: Final = 50
DEEPEST: Final = 2
"""How many indices may lie one in the other; the protocol allows one."""
_MOST_MEDIA: Final = 50
_LINE: Final = re.compile(r"\s{0,20}sitemap\s{0,20}:\s{0,20}(\S{1,2048})", re.IGNORECASE)
_ROOT: Final = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>)?\s*(?:<!--(?:(?!-->).)*+-->\s*+|<\?[^>]{0,500}>\s*+|<!DOCTYPE[^>]{0,300}>\s*+)*+"
    rb"<(?:\w{1,20}:)?(?:urlset|sitemapindex)\b",
    re.IGNORECASE | re.DOTALL,
)
_GZIP: Final = b"\x1f\x8b"
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Place:
    """An address of a sitemap.

    `changed_by`: the latest moment at which it may have changed last; None where nothing is said.
    `media` are the files that its extensions name.
    """

    url: str
    changed_by: datetime | None = None
    title: str = ""
    media: tuple[str, ...] = ()
    is_sitemap: bool = False


def sitemaps_in_robots(body: bytes) -> list[str]:
    """Return the sitemaps that a robots.txt names."""
    lines = body[: 512 * 1024].decode("utf-8-sig", "replace").splitlines()
    found = (_LINE.match(line) for line in lines)
    return list(dict.fromkeys(one[1] for one in found if one))[:MOST_IN_ROBOTS]


def unpacked(body: bytes) -> bytes:
    """Return a body without gzip around it: as much of it as a sitemap may have."""
    if not body.startswith(_GZIP):
        return body[:MOST_BYTES]
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        return unpacking.decompress(body, MOST_BYTES)
    except zlib.error:
        return b""


def is_sitemap(body: bytes) -> bool:
    """Tell whether an unpacked body is a sitemap, or an index of them, in XML."""
    return _ROOT.match(body[:8192].removeprefix(b"\xef\xbb\xbf")) is not None


def places_in(body: bytes) -> Iterator[Place]:
    """Yield what a sitemap names, the latest changes first; none where it is none.

    `body` is unpacked. What can be read of broken markup counts; entities don't.
    """
    found = list(_in_xml(body) if is_sitemap(body) else _in_text(body))
    ever = datetime(1, 1, 1, tzinfo=UTC)
    yield from sorted(found, key=lambda one: one.changed_by or ever, reverse=True)


def moment(text: str) -> datetime | None:
    """Return the end of the year, month, day or moment that a W3C date names; None for others."""
    text = text.strip()
    try:
        if (date := _DATE.fullmatch(text)) is None:
            said = datetime.fromisoformat(text)
            return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
        year, month = int(date[1]), int(date[2] or 12)
        if date[3]:
            return datetime(year, month, int(date[3]), tzinfo=UTC) + timedelta(days=1)
        return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _in_xml(body: bytes) -> Iterator[Place]:
    """Read address by address, so that a large file costs little memory."""
    reading = etree.iterparse(
        BytesIO(body),
        events=("end",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
    )
    count = 0
    try:
        for _, element in reading:
            name = local_name(element)
            if name not in {"url", "sitemap"}:
                continue
            place = _place(element, is_sitemap=name == "sitemap")
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            if place is not None:
                yield place
                count += 1
            if count >= MOST_ADDRESSES:
                return
    except etree.XMLSyntaxError:
        return


def _place(element: etree._Element, *, is_sitemap: bool) -> Place | None:
    said: dict[str, str] = {}
    media: list[str] = []
    own = {local_name(one): (one.text or "").strip() for one in element}
    for one in element.iter():
        name, text = local_name(one), (one.text or "").strip()
        if name in {"content_loc", "player_loc"} or (name == "loc" and text != own.get("loc")):
            media.append(text)
        elif name in {"title", "publication_date"}:
            said.setdefault(name, text)
    if not own.get("loc"):
        return None
    changed = own.get("lastmod") or said.get("publication_date", "")
    return Place(
        own["loc"],
        moment(changed) if changed else None,
        said.get("title", "")[:_LONGEST],
        tuple(dict.fromkeys(filter(None, media)))[:_MOST_MEDIA],
        is_sitemap,
    )


def _in_text(body: bytes) -> Iterator[Place]:
    """Read a list of addresses, one a line; the first must be one."""
    lines = body.decode("utf-8-sig", "replace").splitlines()[:MOST_ADDRESSES]
    for number, line in enumerate(lines):
        if line.strip().startswith(("http://", "https://")):
            yield Place(line.strip())
        elif number == 0:
            return
