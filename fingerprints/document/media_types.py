"""Media types of documents: which hold text, which hold pages to look at."""

from __future__ import annotations

from typing import Final

from fingerprints.media_type import ARCHIVES, COMICS, EPUB, FB2, MOBI, RTF

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOC: Final = "application/msword"
PPT: Final = "application/vnd.ms-powerpoint"
ODT: Final = "application/vnd.oasis.opendocument.text"
ODP: Final = "application/vnd.oasis.opendocument.presentation"
FB2_TYPES: Final = frozenset({FB2, "application/x-fictionbook", "text/fb2+xml", "application/fb2"})

_BOOKS: Final = frozenset({PDF, EPUB, DOC, PPT, DOCX, PPTX, ODT, ODP}) | FB2_TYPES
MOBI_TYPES: Final = frozenset(
    {MOBI, "application/vnd.amazon.mobi8-ebook", "application/vnd.amazon.ebook"}
)
_COMICS: Final = COMICS | {"application/x-cbr", "application/x-cbz"}

TEXT_TYPES: Final = _BOOKS | ARCHIVES | MOBI_TYPES | {RTF, "text/rtf"}
"""What `text` reads."""
PAGE_TYPES: Final = _BOOKS | _COMICS | ARCHIVES | MOBI_TYPES
"""What `pages` reads."""
