"""Bytes kept under their SHA-256 where all machines reach them: any place that fsspec knows.

What a machine wrote or read lately lies in a folder of its own, too, so that examining it asks
nobody.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from index.blobs import Blobs, placed
from index.errors import AccessDenied, Damaged, NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_CHUNK_BYTES: Final = 1 << 20
_LARGE_BYTES: Final = 1 << 20
"""Whether so much is there already is asked before it is sent."""
_IN_USE_S: Final = 3600.0
"""What was used so lately stays in the folder, however full it is."""
_SHARE: Final = 16
"""A folder is trimmed again when a process added one such part of what it may hold."""


@dataclass(frozen=True, slots=True)
class RemoteLocation:
    """Where the bytes are, and how they are reached: plain values, without a client.

    `url`: of a folder, as fsspec takes it (s3://BUCKET/FOLDER). `options`: what its driver is
    given, by name. `cache_bytes`: what the machine's own folder may hold.
    """

    url: str
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cache_bytes: int = 10 << 30


class RemoteBlobs(Blobs):
    """Files named by their content in a shared place, and a folder in front of it.

    What `put_each` and its like return is durable there. Processes of a machine share the folder.
    Raises `Unavailable` when the place can't be had; `Damaged` when what it holds is not what was
    put there.
    """

    def __init__(self, location: RemoteLocation, folder: Path) -> None:
        super().__init__(folder)
        self._location = location
        self._system, self._root = _opened(location)
        self._trim = _Trim(folder, location.cache_bytes)

    def put_each(self, contents: Iterable[Iterable[bytes]]) -> list[str]:
        """Keep several contents, each in chunks; return their SHA-256 in hex when all are there."""
        digests = super().put_each(contents)
        with _errors(self._location.url):
            sent = [digest for digest in dict.fromkeys(digests) if not self._is_there(digest)]
            if sent:
                self._send(sent)
        for digest in sent:
            self._trim.added(self._size(digest))
        return digests

    def path(self, digest: str) -> Path:
        """Return where the bytes with this SHA-256 lie, for the next hour; raises `NotFound`."""
        try:
            path = super().path(digest)
        except NotFound:
            self._fetch(digest)
            path = super().path(digest)
        with suppress(OSError):
            os.utime(path)
        return path

    def _send(self, digests: list[str]) -> None:
        """Have the files there, several at a time where the driver can."""
        near = [self._place(digest) for digest in digests]
        far = [self._remote(digest) for digest in digests]
        try:
            self._system.put(near, far)
        except FileNotFoundError:
            if not self._system.exists(self._root):
                raise
            for name in far:  # the folders that object stores don't have
                self._system.makedirs(name.rpartition("/")[0], exist_ok=True)
            self._system.put(near, far)

    def _fetch(self, digest: str) -> None:
        size = 0

        def chunks() -> Iterator[bytes]:
            nonlocal size
            with (
                _errors(self._location.url, digest),
                self._system.open(self._remote(digest)) as far,
            ):
                while chunk := far.read(_CHUNK_BYTES):
                    size += len(chunk)
                    yield chunk

        (got,) = super().put_each((chunks(),))
        if got != digest:
            raise Damaged(self._location.url, f"{digest} holds other bytes")
        self._trim.added(size)

    def _is_there(self, digest: str) -> bool:
        size = self._size(digest)
        if size < _LARGE_BYTES:
            return False
        try:
            return bool(self._system.info(self._remote(digest))["size"] == size)
        except FileNotFoundError:
            return False

    def _size(self, digest: str) -> int:
        return os.stat(self._place(digest)).st_size  # noqa: PTH116 - as its folder's names are

    def _remote(self, digest: str) -> str:
        return placed(self._root, digest)


class _Trim:
    """Keeps a folder that processes share to its size: what was used longest ago goes first."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._added = 0

    def added(self, size: int) -> None:
        """Hear of what was put in; remove others when it is time to. Blocks meanwhile."""
        with self._lock:
            self._added += size
            if self._added < self._most_bytes // _SHARE:
                return
            self._added = 0
        self._trim()

    def _trim(self) -> None:
        files = sorted(_files(self._folder))
        total = sum(size for _, size, _ in files)
        free = self._most_bytes - self._most_bytes // _SHARE
        for used, size, path in files:
            if total <= free or used > time.time() - _IN_USE_S:
                return
            with suppress(OSError):
                os.unlink(path)  # noqa: PTH108 - as it came from `os.walk`
            total -= size


def _files(folder: Path) -> Iterator[tuple[float, int, str]]:
    """Yield when each file was used, its size and its path."""
    for root, _, names in os.walk(folder):
        for name in names:
            path = f"{root}/{name}"
            with suppress(OSError):
                state = os.stat(path)  # noqa: PTH116 - as above
                yield state.st_mtime, state.st_size, path


def _opened(location: RemoteLocation) -> tuple[Any, str]:
    """Return fsspec's file system and the folder in it; its drivers are slow to load."""
    from fsspec.core import url_to_fs  # noqa: PLC0415

    with _errors(location.url):
        system, root = url_to_fs(location.url, **dict(location.options))
    return system, root.rstrip("/")


@contextmanager
def _errors(url: str, digest: str = "") -> Iterator[None]:
    """Name what any driver raises. A `digest`: what was asked for, which may not be there."""
    try:
        yield
    except FileNotFoundError as error:
        if digest:
            raise NotFound("blob", digest) from error
        raise Unavailable(url, f"no such place: {error}") from error
    except PermissionError as error:
        raise AccessDenied(url, str(error)) from error
    except Exception as error:  # each driver has exceptions of its own
        raise Unavailable(url, f"{type(error).__name__}: {error}") from error
