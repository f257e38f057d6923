"""Bytes kept under their own SHA-256: captured pages and media, WARC records, registered files."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from index.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1 << 20
_INCOMING = "incoming-"
_LEFT_S = 24 * 3600.0


class Blobs:
    """A folder of files named by their content. Written whole or not at all; never changed.

    The first to open it in a process removes what killed writers left.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        _sweep(folder)

    def put(self, content: bytes) -> str:
        """Keep the bytes durably and return their SHA-256 in hex."""
        return self.put_all((content,))

    def put_file(self, source: BinaryIO) -> str:
        """Keep what is left to read of a file, however large, and return its SHA-256 in hex."""
        return self.put_all(iter(lambda: source.read(_CHUNK_BYTES), b""))

    def put_all(self, chunks: Iterable[bytes]) -> str:
        """Keep the chunks, joined, and return the SHA-256 of the whole in hex."""
        try:
            return self._keep(chunks)
        except OSError as error:
            raise Unavailable(str(self._folder), error.strerror or str(error)) from error

    def path(self, digest: str) -> Path:
        """Return where the bytes with this SHA-256 lie; raises `NotFound`."""
        if not _DIGEST.fullmatch(digest):
            raise NotFound("blob", digest)
        path = self._place(digest)
        if not path.is_file():
            raise NotFound("blob", digest)
        return path

    def open(self, digest: str) -> BinaryIO:
        """Open the bytes with this SHA-256 for reading; raises `NotFound`."""
        return self.path(digest).open("rb")

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest[2:4] / digest

    def _keep(self, chunks: Iterable[bytes]) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=_INCOMING)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            place = self._place(digest.hexdigest())
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                Path(name).replace(place)
                _sync_folder(place.parent)
        finally:
            Path(name).unlink(missing_ok=True)
        return digest.hexdigest()


@cache
def _sweep(folder: Path) -> None:
    """Remove what writers that were killed left half written, a day ago or earlier."""
    with suppress(OSError):
        for left in folder.glob(f"{_INCOMING}*"):
            if left.stat().st_mtime < time.time() - _LEFT_S:
                left.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
