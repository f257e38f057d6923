"""Binding: the pages of a comic or document, which come as pictures, made into one file."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from crawlers.capture.warc import read_warc
from crawlers.errors import CrawlError, PartsUnreachable
from crawlers.media.stream import Piece
from fingerprints.media_type import sniff

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crawlers.media.downloads import Downloads
    from index.blobs import Blobs

MOST_PAGES: Final = 200
"""Of one sighting; of more, as many are taken all over them."""
COMIC: Final = "application/vnd.comicbook+zip"
ZIP: Final = "application/zip"
_MOST_BYTES: Final = 32 * 2**20
_PICTURE_BYTES: Final = 12 * 2**20
_MOST_AT_ONCE: Final = 6
_MOST_FAILURES: Final = 5
_HEAD_BYTES: Final = 4096
_ENDINGS: Final[Mapping[str, str]] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/tiff": "tif",
    "image/avif": "avif",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A picture that is a page, and `page_url`, which shows it and is told to its host (Referer).

    `shown` is the SHA-256 of the picture as a browser showed it, where it is at no address;
    `capture` that of its WARC records, where it came with the page.
    """

    url: str
    page_url: str
    shown: str | None = None
    capture: str | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """Pages as one file, None without pictures, and a record in JSON of what it is made of.

    `failure` is why there are none.
    """

    content: bytes | None
    media_type: str
    record: bytes
    failure: CrawlError | None = None


class Binding:
    """Binds for one crawl, few at a time: each is held in memory until it is kept."""

    def __init__(self, downloads: Downloads, blobs: Blobs, most_bytes: int) -> None:
        self._downloads = downloads
        self._blobs = blobs
        self._most_bytes = min(_MOST_BYTES, most_bytes)
        self._at_once = asyncio.Semaphore(_MOST_AT_ONCE)

    async def bind(
        self, leaves: Sequence[Leaf], markup: str, turned: Sequence[Mapping[str, Any]] = ()
    ) -> Bound:
        """Fetch the leaves, or some of very many, and join them.

        `markup`: of their page, where it has words to be recognised by, too. `turned`: what the
        record is to say of the pages that they stand on. Leaves that can't be had are left out, and
        on record.
        """
        async with self._at_once:
            book = _Book(self._downloads, self._blobs, self._most_bytes)
            await book.fill(leaves)
            content = await asyncio.to_thread(book.written, markup) if book.taken else None
            record = {
                "pages": len(leaves),
                "turned": list(turned),
                "taken": book.taken,
                "failed": [{"code": one.code, "reason": one.reason} for one in book.failures],
            }
        failure = book.failures[-1] if book.failures and not book.taken else None
        media_type = ZIP if markup else COMIC
        return Bound(
            content, media_type, json.dumps(record, ensure_ascii=False, indent=1).encode(), failure
        )


@dataclass(slots=True)
class _Book:
    downloads: Downloads
    blobs: Blobs
    left_bytes: int
    pictures: dict[str, bytes] = field(default_factory=dict)
    taken: list[dict[str, Any]] = field(default_factory=list)
    failures: list[CrawlError] = field(default_factory=list)

    async def fill(self, leaves: Sequence[Leaf]) -> None:
        for number in chosen(len(leaves), MOST_PAGES):
            try:
                await self._take(number, leaves[number])
            except CrawlError as error:
                self.failures.append(error)
                is_busy = isinstance(error, PartsUnreachable) and error.busy
                if is_busy or len(self.failures) > _MOST_FAILURES + len(self.taken):
                    return
            if self.left_bytes <= 0:
                return

    def written(self, markup: str) -> bytes:
        """Return the pictures as a comic book; with markup, an archive of both."""
        book = zipped(self.pictures)
        if not markup:
            return book
        # A byte order mark: whatever the page declares, this is what it is.
        page = f"\ufeff{markup}".encode("utf-8", "replace")
        return zipped({"page.html": page, "pages.cbz": book})

    async def _take(self, number: int, leaf: Leaf) -> None:
        body, capture = await self._picture(leaf)
        media_type = sniff(body[:_HEAD_BYTES])
        if media_type not in _ENDINGS:
            reason = f"{leaf.url[:300]}: {media_type} is no picture"
            raise PartsUnreachable(reason, temporary=False)
        self.left_bytes -= len(body)
        self.pictures[f"{number + 1:05}.{_ENDINGS[media_type]}"] = body
        self.taken.append(
            {
                "page": number + 1,
                "url": leaf.url,
                "shown_on": leaf.page_url,
                "as_shown": leaf.shown is not None,
                "media_type": media_type,
                "bytes": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
                "capture": capture,
            }
        )

    async def _picture(self, leaf: Leaf) -> tuple[bytes, str | None]:
        if leaf.shown is not None:
            return await asyncio.to_thread(self.blobs.path(leaf.shown).read_bytes), None
        if leaf.capture is not None:
            body = await asyncio.to_thread(_captured, self.blobs, leaf.capture)
            if body:
                return body, leaf.capture
        found = await self.downloads.get(
            Piece(leaf.url), referrer=leaf.page_url, most_bytes=_PICTURE_BYTES
        )
        return found.body, found.capture


def chosen(count: int, most: int) -> list[int]:
    """Return which of so many to take: all, or as many as there may be, evenly spread."""
    if count <= most:
        return list(range(count))
    return [place * (count - 1) // (most - 1) for place in range(most)]


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of files, not compressed again; the same for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name), body)
    return made.getvalue()


def captures_of(record: bytes) -> dict[str, str]:
    """Return what came when a page was shown: the WARC records of each picture by its address."""
    asked: Iterable[Mapping[str, Any]] = json.loads(record)["asked"]
    return {
        one["url"]: one["capture"]
        for one in asked
        if one["kind"] == "image" and one["outcome"] == "ok" and one["capture"]
    }


def _captured(blobs: Blobs, digest: str) -> bytes:
    """Return the body that was captured; b"" where it must be decoded first."""
    with blobs.open(digest) as source:
        reading = read_warc(source)
    packed = any(name.lower() == "content-encoding" for name, _ in reading.headers)
    return b"" if packed or reading.status != _OK else reading.body


_OK: Final = 200
