"""Members of a 7z archive, by py7zr.

Files are packed together in it, so the first that is opened has all of them unpacked, one after
the other into one nameless file.
"""

from __future__ import annotations

import tempfile
from functools import cache, partial
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar

import py7zr
from py7zr.io import MemIO, Py7zIO, WriterFactory

from fingerprints.archive.member import Member
from fingerprints.archive.streams import part_of
from fingerprints.errors import Encrypted, FingerprintError, TooLarge, Undecodable, Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fingerprints.archive.budget import Budget

MAGIC: Final = b"7z\xbc\xaf\x27\x1c"
_MOST_MEMORY: Final = 192 << 20
_SIZED: Final = (b"\x03\x01\x01", b"\x03\x04\x01")  # LZMA and PPMd say how much they need
_LZMA2: Final = b"\x21"
_IN_MEMORY: Final = 4 << 20
_Any = TypeVar("_Any")


class _Writer(Py7zIO):
    """One member's bytes, appended to what all of them go to."""

    def __init__(self, all_bytes: _Contents) -> None:
        self._all = all_bytes
        self._size = 0

    def write(self, s: bytes | bytearray) -> int:
        self._all.append(s)
        self._size += len(s)
        return len(s)

    def read(self, size: int | None = None) -> bytes:  # noqa: ARG002
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002
        return 0

    def flush(self) -> None:
        """Nothing waits."""

    def size(self) -> int:
        return self._size


class _Contents(WriterFactory):
    """All members' bytes; `places`: where each begins and how long it is, by its number."""

    def __init__(self, budget: Budget) -> None:
        self.file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (see __del__)
        self.starts: dict[int, int] = {}
        self.length = 0
        self._budget = budget

    def __del__(self) -> None:
        self.file.close()

    def create(self, filename: str) -> Py7zIO:
        self.starts[int(filename.rpartition("/")[2])] = self.length
        return _Writer(self)

    def append(self, content: bytes | bytearray) -> None:
        self._budget.take(len(content))
        self.file.write(content)
        self.length += len(content)


def members(source: BinaryIO, budget: Budget) -> Iterator[Member]:
    """Yield the files of a 7z; raises `Undecodable`, or `Encrypted`."""
    source.seek(0)
    archive = _named(partial(py7zr.SevenZipFile, source))
    if archive.needs_password():
        raise Encrypted
    unpack = cache(partial(_named, partial(_unpacked, archive, budget)))
    for number, file in enumerate(archive.files if archive.header.files_info else ()):
        budget.take_member()
        if not (file.is_directory or file.is_symlink or file.is_junction or file.is_socket):
            size = int(file.uncompressed)
            yield Member(file.filename.replace("\\", "/"), size, partial(_open, unpack, number))


def _open(unpack: Callable[[], _Contents], number: int) -> BinaryIO:
    contents = unpack()
    start = contents.starts.get(number, 0)
    after = [one for one in contents.starts.values() if one > start]
    size = min(after, default=contents.length) - start if number in contents.starts else 0
    return part_of(contents.file, start, size)  # type: ignore[arg-type]


def _unpacked(archive: py7zr.SevenZipFile, budget: Budget) -> _Contents:
    """Let py7zr unpack all; by number, since it refuses whole archives for one odd name."""
    _refuse_memory(archive)
    contents = _Contents(budget)
    for number, file in enumerate(archive.files):
        if not file.is_directory:
            archive.worker.register_filelike(file.id, MemIO(str(number), contents))
    archive.worker.extract(archive.fp, None, parallel=False)
    return contents


def _refuse_memory(archive: py7zr.SevenZipFile) -> None:
    """Raise `TooLarge` where a decompressor would ask for more memory than any packer uses."""
    streams = archive.header.main_streams
    for folder in streams.unpackinfo.folders if streams else ():
        for coder in folder.coders:
            asked = _memory(coder["method"], coder.get("properties") or b"")
            if asked > _MOST_MEMORY:
                raise TooLarge("archive_bytes", _MOST_MEMORY, asked)


def _memory(method: bytes, properties: bytes) -> int:
    if method in _SIZED:
        return int.from_bytes(properties[1:5], "little")
    if method == _LZMA2 and properties:
        return (2 | properties[0] & 1) << (properties[0] // 2 + 11)
    return 0


def _named(call: Callable[[], _Any]) -> _Any:
    try:
        return call()
    except FingerprintError:
        raise
    except py7zr.PasswordRequired as error:
        raise Encrypted from error
    except py7zr.UnsupportedCompressionMethodError as error:
        raise Unsupported(f"7z method: {error}"[:200]) from error
    except Exception as error:  # py7zr raises anything on hostile bytes
        raise Undecodable(f"{type(error).__name__}: {error}"[:200]) from error
