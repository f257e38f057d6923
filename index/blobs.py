"""Bytes kept under their own SHA-256: captured pages and media, WARC records, registered files."""

# ruff: noqa: PTH103, PTH105, PTH108, PTH110, PTH120  pathlib costs more than the file system here
from __future__ import annotations

import ctypes
import hashlib
import os
import re
import secrets
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from index.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1 << 20
_INCOMING = "incoming-"
_LEFT_S = 24 * 3600.0
_FEW: Final = 2
"""So many files are made durable one by one; more of them together, with all else on the disk."""


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
        (digest,) = self.put_each((chunks,))
        return digest

    def put_each(self, contents: Iterable[Iterable[bytes]]) -> list[str]:
        """Keep several contents, each in chunks; return their SHA-256 in hex when all are durable.

        That takes little longer than for one of them.
        """
        coming: dict[str, str] = {}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            digests = [self._write(chunks, coming) for chunks in contents]
            self._name(coming)
        except OSError as error:
            raise Unavailable(str(self._folder), error.strerror or str(error)) from error
        finally:
            for name in coming:
                with suppress(OSError):
                    os.unlink(name)
        return digests

    def path(self, digest: str) -> Path:
        """Return where the bytes with this SHA-256 lie; raises `NotFound`."""
        if not _DIGEST.fullmatch(digest):
            raise NotFound("blob", digest)
        path = Path(self._place(digest))
        if not path.is_file():
            raise NotFound("blob", digest)
        return path

    def open(self, digest: str) -> BinaryIO:
        """Open the bytes with this SHA-256 for reading; raises `NotFound`."""
        return self.path(digest).open("rb")

    def _place(self, digest: str) -> str:
        return placed(self._folder, digest)

    def _write(self, chunks: Iterable[bytes], coming: dict[str, str]) -> str:
        """Write a file that nobody finds yet; `coming` says where those are to go."""
        digest = hashlib.sha256()
        name = f"{self._folder}/{_INCOMING}{secrets.token_hex(8)}"
        with _created(name) as file:
            coming[name] = ""
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        coming[name] = self._place(digest.hexdigest())
        return digest.hexdigest()

    def _name(self, coming: dict[str, str]) -> None:
        """Have what isn't there yet found: once the files are durable, then durably."""
        new = {name: place for name, place in coming.items() if not os.path.exists(place)}
        self._make_durable(new)
        for name, place in new.items():
            _move(name, place)
            del coming[name]
        self._make_durable({os.path.dirname(place) for place in new.values()})

    def _make_durable(self, names: Collection[str]) -> None:
        if len(names) > _FEW and (syncfs := _syncfs()) is not None:
            _synced(str(self._folder), syncfs)
        else:
            for name in names:
                _synced(name, os.fsync)


def placed(root: Path | str, digest: str) -> str:
    """Return where below a root the bytes with this SHA-256 lie: in folders that stay small."""
    return f"{root}/{digest[:2]}/{digest[2:4]}/{digest}"


@cache
def _sweep(folder: Path) -> None:
    """Remove what writers that were killed left half written, a day ago or earlier."""
    with suppress(OSError):
        for left in folder.glob(f"{_INCOMING}*"):
            if left.stat().st_mtime < time.time() - _LEFT_S:
                left.unlink(missing_ok=True)


def _created(name: str) -> BinaryIO:
    """Open a new file that only its owner may read."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.fdopen(os.open(name, flags, 0o600), "wb")


def _move(name: str, place: str) -> None:
    try:
        os.replace(name, place)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.replace(name, place)


def _synced(name: str, sync: Any) -> None:  # noqa: ANN401
    opened = os.open(name, os.O_RDONLY)
    try:
        if sync(opened):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(opened)


@cache
def _syncfs() -> Any:  # noqa: ANN401
    """Return syncfs(2), which makes all of a file system durable; None where there is none."""
    return getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
