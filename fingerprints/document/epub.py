"""EPUB books: the chapters in the spine's order, the pictures in the chapters'.

EPUB 3.3 (W3C); also books whose package document is missing or broken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fingerprints.archive import natural_order
from fingerprints.document.parts import Parts, resolved
from fingerprints.document.xml import Start
from fingerprints.errors import Encrypted, FingerprintError, Undecodable
from fingerprints.text.charset import decoded
from fingerprints.text.page import page_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.archive import Member

_CONTAINER: Final = "META-INF/container.xml"
_LOCKS: Final = "META-INF/encryption.xml"
_PAGES: Final = (".xhtml", ".html", ".htm", ".xml")
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif")
_IMAGE: Final = re.compile(
    r"<(?:\w{1,20}:)?(?:img|image)\b[^<>]{0,4000}?\b(?:src|href)\s{0,9}=\s{0,9}"
    r"(?:\"([^\"]{0,4000})\"|'([^']{0,4000})')",
    re.IGNORECASE,
)
# An HTML parser takes <title/> for an opened title and the whole book for its content.
_SELF_CLOSED: Final = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)"
    r"([a-zA-Z][\w:.-]{0,40})((?:\s[^<>]{0,4000})?)/>",
    re.IGNORECASE,
)


def texts(parts: Parts) -> Iterator[str]:
    """Yield the text of each chapter."""
    for member in _chapters(parts):
        try:
            page = _page(parts, member)
            yield page_text(page, depth_limit=parts.allowed.limits.markup_depth)
        except Undecodable:
            continue


def pictures(parts: Parts) -> Iterator[Member]:
    """Yield the pictures as the chapters show them, then those that none shows; each once."""
    seen: set[str] = set()
    for chapter in _chapters(parts):
        try:
            page = _page(parts, chapter)
        except Undecodable:
            continue
        for reference in _IMAGE.finditer(page):
            member = parts.find(resolved(chapter.path, reference[1] or reference[2] or ""))
            if member is not None and member.path not in seen:
                seen.add(member.path)
                yield member
    rest = (one for one in parts.members if one.suffix in _PICTURES and one.path not in seen)
    yield from sorted(rest, key=lambda one: natural_order(one.path))


def _page(parts: Parts, member: Member) -> str:
    text = decoded(parts.read(member), "application/xhtml+xml")
    return _SELF_CLOSED.sub(r"<\1\2></\1>", text)


def _chapters(parts: Parts) -> list[Member]:
    """Return the spine's chapters; all pages by name where there is no spine to be read."""
    chapters: list[Member] = []
    try:
        chapters = list(_spine(parts))
    except FingerprintError:
        chapters = []
    if not chapters:
        chapters = [one for one in parts.members if one.suffix in _PAGES[:3]]
        chapters.sort(key=lambda one: natural_order(one.path))
    _refuse_locked(parts, chapters)
    return chapters


def _spine(parts: Parts) -> Iterator[Member]:
    package = _package_path(parts)
    hrefs: dict[str, str] = {}
    order: list[str] = []
    for event in parts.events(package):
        if not isinstance(event, Start):
            continue
        told = event.attributes
        if event.name == "item" and "id" in told:
            hrefs[told["id"]] = told.get("href", "")
        elif event.name == "itemref":
            order.append(told.get("idref", ""))
    for name in dict.fromkeys(order):
        member = parts.find(resolved(package, hrefs.get(name, "")))
        if member is not None and member.suffix not in _PICTURES:
            yield member


def _package_path(parts: Parts) -> str:
    if parts.find(_CONTAINER):
        for event in parts.events(_CONTAINER):
            if isinstance(event, Start) and event.name == "rootfile":
                return resolved("", event.attributes.get("full-path", ""))
    return next((one.path for one in parts.members if one.suffix == ".opf"), "")


def _refuse_locked(parts: Parts, chapters: list[Member]) -> None:
    """Raise `Undecodable` where chapters are encrypted; fonts often are, which is no matter."""
    if parts.find(_LOCKS) is None:
        return
    locked = {
        resolved("", event.attributes.get("URI", "")).lower()
        for event in parts.events(_LOCKS)
        if isinstance(event, Start) and event.name == "CipherReference"
    }
    if chapters and all(one.path.lower() in locked for one in chapters):
        raise Encrypted
