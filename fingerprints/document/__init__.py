"""Documents: the text and the page pictures in books, slides, comics and archives of them.

Their readers are loaded when first used: they bring PDFium, OpenCV and archives' decompressors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from fingerprints.document.media_types import PAGE_TYPES, TEXT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.contract import Limits
    from fingerprints.image.decode import Picture

__all__ = ["PAGE_TYPES", "TEXT_TYPES", "pages", "text"]


def text(source: BinaryIO, limits: Limits, media_type: str | None = None) -> str:
    """Return the text of a document in the order it is read, paragraphs on lines of their own.

    A text fingerprint's offsets count code points of this very string; it is the same whenever it
    is read anew. "" where there is none. The bytes decide what the document is; `media_type` is a
    hint. Raises `Encrypted`, `Undecodable`, `Unsupported` and `TooLarge`. Of an archive
    it is the texts in it in natural order of their names, as many as the limits allow.
    """
    from fingerprints.document.reading import text as read  # noqa: PLC0415 - see the module

    return read(source, limits, media_type)


def pages(source: BinaryIO, limits: Limits, media_type: str | None = None) -> Iterator[Picture]:
    """Yield the pictures to look at, in order: pages of a PDF, else the pictures in the document.

    A page with nothing on it, or that can't be read, is yielded as a blank picture, so that the
    n-th is page n; a long picture is as many pages as it has pieces. Ends early where there are
    more than limits allow (`pictures.MOST_PAGES`, `MOST_PIXELS`). Raises as `text` does, also after
    some pages.
    """
    from fingerprints.document.reading import pages as read  # noqa: PLC0415 - see the module

    yield from read(source, limits, media_type)
