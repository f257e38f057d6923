"""What a document is, by its bytes, and who reads it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

from fingerprints.archive import kind
from fingerprints.document import (
    bundle,
    compound,
    drawings,
    epub,
    fictionbook,
    mobipocket,
    office,
    pdf,
    pictures,
    powerpoint,
    rtf,
    word,
)
from fingerprints.document.compound import Compound
from fingerprints.document.media_types import DOC, FB2_TYPES, PAGE_TYPES, PDF, PPT
from fingerprints.document.parts import Costs, Parts, costs
from fingerprints.errors import Undecodable, Unsupported
from fingerprints.media_type import COMPOUND_MAGIC, EPUB, FB2, MOBI, RTF, UNKNOWN, essence
from fingerprints.opened import Opened
from fingerprints.sizes import read_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from fingerprints.contract import Limits
    from fingerprints.image.decode import Picture

_HEAD_BYTES: Final = 4096
_MOST_KEPT: Final = 512  # pages: 100 MB
_RTF_MARK: Final = b"{\\rtf"
_PDF_WITHIN: Final = 1024  # bytes: readers look no further for its mark, nor do we

_SINGLE_FILES: Final[Mapping[str, Callable[[BinaryIO, Costs], Iterable[str]]]] = {
    PDF: lambda source, allowed: pdf.texts(source, allowed.limits),
    FB2: lambda source, allowed: [
        allowed.text(fictionbook.texts(source, allowed.limits.markup_depth))
    ],
    MOBI: lambda source, allowed: [mobipocket.text(source, allowed.limits)],
    RTF: lambda source, allowed: [
        allowed.text(rtf.texts(read_whole(source, allowed.limits), allowed.limits.markup_depth))
    ],
    DOC: lambda source, allowed: word.texts(Compound(source, allowed.limits)),
    PPT: lambda source, allowed: powerpoint.texts(Compound(source, allowed.limits)),
}
"""What yields the text of a form that is no archive."""
_LOOSE_PICTURES: Final[Mapping[str, Callable[[BinaryIO, Limits], Iterable[BinaryIO]]]] = {
    FB2: lambda source, limits: fictionbook.pictures(source, limits.markup_depth),
    MOBI: mobipocket.pictures,
    DOC: lambda source, limits: drawings.pictures(Compound(source, limits)),
    PPT: lambda source, limits: drawings.pictures(Compound(source, limits)),
}
"""What yields the pictures in one."""

_looks: Final[Opened[tuple[tuple[Limits, str | None], list[Picture]]]] = Opened()


def text(source: BinaryIO, limits: Limits, media_type: str | None = None) -> str:
    """See `document.text`."""
    return _text(source, costs(source, limits), media_type)


def pages(source: BinaryIO, limits: Limits, media_type: str | None = None) -> Iterator[Picture]:
    """See `document.pages`.

    Pages of the last look at a file are kept while it is open: several modalities look at them.
    """
    asked = (limits, media_type)
    before = _looks.get(source)
    if before is not None and before[0] == asked:
        yield from before[1]
        return
    kept: list[Picture] = []
    found = _pages(source, costs(source, limits), media_type)
    each = (page for picture in found for page in picture.pieces or (picture,))
    for picture in islice(each, pictures.MOST_PAGES):
        if len(kept) <= _MOST_KEPT:
            kept.append(picture)
        yield picture
    if len(kept) <= _MOST_KEPT:
        _looks.keep(source, (asked, kept))


def _text(source: BinaryIO, allowed: Costs, media_type: str | None = None) -> str:
    return _joined(_texts(source, allowed, media_type), allowed)


def _texts(source: BinaryIO, allowed: Costs, media_type: str | None) -> Iterable[str]:
    found = _form(source, media_type)
    if found in _SINGLE_FILES:
        return _SINGLE_FILES[found](source, allowed)
    parts = Parts(source, allowed)
    if found == EPUB:
        return epub.texts(parts)
    if found in office.OFFICE_TYPES:
        return office.texts(parts, found)
    return bundle.texts(parts, _text)


def _pages(source: BinaryIO, allowed: Costs, media_type: str | None = None) -> Iterator[Picture]:
    limits = allowed.limits
    found = _form(source, media_type)
    if found == PDF:
        return pdf.pages(source, limits)
    if found == RTF:
        raise Unsupported(found)
    if found in _LOOSE_PICTURES:
        return pictures.illustrations(_LOOSE_PICTURES[found](source, limits), limits)
    parts = Parts(source, allowed)
    if found == EPUB:
        return pictures.illustrations((one.open() for one in epub.pictures(parts)), limits)
    if found in office.OFFICE_TYPES:
        shown = office.pictures(parts, found)
        return pictures.illustrations((one.open() for one in shown), limits)
    return pictures.bounded(bundle.pages(parts, _pages), limits)


def _form(source: BinaryIO, media_type: str | None) -> str:
    """Return the media type that the bytes show; raises `Unsupported` or `Undecodable`."""
    source.seek(0)
    head = source.read(_HEAD_BYTES)
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return PDF
    if mobipocket.is_book(head):
        return MOBI
    if head.startswith(_RTF_MARK):
        return RTF
    is_compound = head.startswith(COMPOUND_MAGIC)
    found = (compound.kind(source) or UNKNOWN) if is_compound else kind(source)
    if found in PAGE_TYPES:
        return found
    if found != UNKNOWN:
        raise Unsupported(found)
    if b"<FictionBook" in head.replace(b"\0", b"") or essence(media_type) in FB2_TYPES:
        return FB2
    raise Undecodable("no document")


def _joined(pieces: Iterable[str], allowed: Costs) -> str:
    """Join chapters or pages, each on lines of its own; raises `TooLarge`."""
    stripped = (piece.strip() for piece in pieces)
    return allowed.text(f"{piece}\n" for piece in stripped if piece).rstrip("\n")
