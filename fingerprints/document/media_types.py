"""Media types of documents: which hold text, which hold pages to look at."""

from __future__ import annotations

from typing import Final

PDF: Final = "application/pdf"
EPUB: Final = "application/epub+zip"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT: Final = "application/vnd.oasis.opendocument.text"
ODP: Final = "application/vnd.oasis.opendocument.presentation"
FB2: Final = "application/x-fictionbook+xml"
FB2_TYPES: Final = frozenset({FB2, "application/x-fictionbook", "text/fb2+xml", "application/fb2"})

_BOOKS: Final = frozenset({PDF, EPUB, DOCX, PPTX, ODT, ODP}) | FB2_TYPES
_COMICS: Final = frozenset(
    {
        "application/vnd.comicbook+zip",
        "application/vnd.comicbook-rar",
        "application/x-cbr",
        "application/x-cbz",
        "application/x-cb7",
        "application/x-cbt",
    }
)
_ARCHIVES: Final = frozenset(
    {
        "application/zip",
        "application/vnd.rar",
        "application/x-7z-compressed",
        "application/x-tar",
        "application/x-compressed-tar",
        "application/gzip",
        "application/x-bzip2",
        "application/x-xz",
        "application/zstd",
    }
)

TEXT_TYPES: Final = _BOOKS | _ARCHIVES
"""What `text` reads."""
PAGE_TYPES: Final = _BOOKS | _COMICS | _ARCHIVES
"""What `pages` reads."""
