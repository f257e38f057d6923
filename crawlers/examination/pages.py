"""Pages: pictures of those of a comic or document that are the work's, and of the work's own.

A browser shows neither archives nor PDF, and of a long picture too much at once, so a report could
not lay them side by side. They are drawn when the match is made, in the process that may read
hostile files, as they were examined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

import cv2

from fingerprints import document
from fingerprints.errors import FingerprintError
from fingerprints.image import ImageModality
from fingerprints.image.decode import decode
from fingerprints.layout import LayoutModality
from fingerprints.media_type import essence
from index.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.contract import Limits
    from fingerprints.image.decode import Picture
    from index.blobs import Blobs
    from index.documents import Match, Span, Work

MOST: Final = 20
"""Spans of a match that are pictured, from the first on."""
_MODALITIES: Final = frozenset({ImageModality.name, LayoutModality.name})
_QUALITY: Final = 80

_Pages = dict[int, str]


def pictured(
    blobs: Blobs, match: Match, copy: tuple[str, str], work: Work, limits: Limits
) -> Match:
    """Return the match with pictures of the pages of its spans, where it is of pages.

    `copy` is the SHA-256 of the copy's file and the media type it was read as. What can't be read
    is not pictured: the spans still stand.
    """
    if match.modality not in _MODALITIES:
        return match
    shown, rest = match.spans[:MOST], match.spans[MOST:]
    ours = _pages(blobs, *copy, {_page(one.copy_span) for one in shown}, limits)
    types = {medium.sha256: medium.media_type for medium in work.media}
    wanted: dict[str, set[int]] = {}
    for one in shown:
        wanted.setdefault(one.medium, set()).add(_page(one.work_span))
    theirs = {
        medium: _pages(blobs, medium, types.get(medium, ""), pages, limits)
        for medium, pages in wanted.items()
    }
    told = tuple(_pictured(one, ours, theirs[one.medium]) for one in shown)
    return match.model_copy(update={"spans": (*told, *rest)})


def _pictured(span: Span, ours: _Pages, theirs: _Pages) -> Span:
    pictures = {
        "copy_picture": ours.get(_page(span.copy_span), ""),
        "work_picture": theirs.get(_page(span.work_span), ""),
    }
    return span.model_copy(update=pictures)


def _pages(blobs: Blobs, digest: str, media_type: str, wanted: set[int], limits: Limits) -> _Pages:
    """Keep pictures of some pages of a file; return their digests by page, from 0."""
    kept: _Pages = {}
    try:
        with blobs.open(digest) as source:
            for number, picture in _looked_at(source, limits, media_type):
                if number in wanted:
                    options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
                    kept[number] = blobs.put(
                        cv2.imencode(".jpg", picture.luminance, options)[1].tobytes()
                    )
                if len(kept) == len(wanted):
                    break
    except (FingerprintError, NotFound):
        pass
    return kept


def _looked_at(source: BinaryIO, limits: Limits, media_type: str) -> Iterator[tuple[int, Picture]]:
    """Yield what pages and pieces a file has, numbered as spans number them."""
    if essence(media_type) in document.PAGE_TYPES:
        yield from enumerate(document.pages(source, limits, media_type))
    elif essence(media_type) in ImageModality.media_types:
        yield from enumerate(decode(source, limits, faint=True).pieces, 1)


def _page(span: tuple[float, float]) -> int:
    return int(span[0])
