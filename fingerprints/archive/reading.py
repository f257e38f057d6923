"""Members of an archive, whatever kind it is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar

from fingerprints.archive import rar, sevenzip, tar, unpacking, wxapkg, zip  # noqa: A004 (its name)
from fingerprints.archive.budget import Budget
from fingerprints.archive.member import Member
from fingerprints.archive.streams import unpacked
from fingerprints.archive.zip_names import EncodedName, decoded
from fingerprints.errors import FingerprintError, Undecodable, Unsupported
from fingerprints.sizes import checked_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fingerprints.contract import Limits

_LONGEST_MAGIC: Final = 14
_GZIP: Final = b"\x1f\x8b\x08"
_GZIP_HEADER: Final = 10
_NAME_FLAG, _EXTRA_FLAG = 8, 4
_Any = TypeVar("_Any")
_LONGEST_NAME: Final = 1024


def members(source: BinaryIO, limits: Limits, budget: Budget | None = None) -> Iterator[Member]:
    """Yield the files of a zip, tar, gz, bz2, xz, zst, 7z, rar or wxapkg in its own order.

    What is packed in one stream has one member, or those of the tar that it packs. An archive in an
    archive is a member; to read it, pass `budget.nested()`. Without a `budget`, one is made of the
    limits. Raises `Encrypted`, `Undecodable`, `Unsupported` and `TooLarge`, as members
    do when they are opened and read.
    """
    if budget is None:
        budget = Budget(limits, checked_size(source, limits))
    found = _members(source, budget)
    while (one := _named(partial(next, found, None))) is not None:
        yield replace(one, open=partial(_named, one.open))


def _named(call: Callable[[], _Any]) -> _Any:
    try:
        return call()
    except FingerprintError:
        raise
    except Exception as error:  # readers of archives raise anything on hostile bytes
        raise Undecodable(f"{type(error).__name__}: {error}"[:200]) from error


def _members(source: BinaryIO, budget: Budget) -> Iterator[Member]:
    source.seek(0)
    head = source.read(_LONGEST_MAGIC)
    if head.startswith(zip.MAGIC):
        yield from zip.members(source, budget)
    elif head.startswith(sevenzip.MAGIC):
        yield from sevenzip.members(source, budget)
    elif head.startswith(rar.MAGIC):
        yield from rar.members(source, budget)
    elif (make := packing(head)) is not None:
        yield from _packed(source, make, budget)
    elif wxapkg.is_wxapkg(head):
        yield from wxapkg.members(source, budget)
    elif tar.is_tar(source):
        yield from tar.members(source, budget)
    else:
        raise Unsupported("no known archive")


def packing(head: bytes) -> unpacking.Make | None:
    """Return how to unpack a file that is one packed stream and begins so; None for others."""
    return next((make for magic, make in unpacking.STREAMS.items() if head.startswith(magic)), None)


def _packed(source: BinaryIO, make: unpacking.Make, budget: Budget) -> Iterator[Member]:
    content = unpacked(unpacking.stream(source, make), budget)
    if tar.is_tar(content):
        yield from tar.members(content, budget)
        return
    name = _name_in_gzip(source)
    budget.take_member()
    yield Member(name, -1, partial(_rewound, content))


def _rewound(content: BinaryIO) -> BinaryIO:
    content.seek(0)
    return content


def _name_in_gzip(source: BinaryIO) -> str:
    """Return the name that gzip keeps (RFC 1952, 2.3); "" without one."""
    source.seek(0)
    header = source.read(_LONGEST_NAME)
    if len(header) < _GZIP_HEADER or not header.startswith(_GZIP) or not header[3] & _NAME_FLAG:
        return ""
    at = _GZIP_HEADER
    if header[3] & _EXTRA_FLAG:
        at += 2 + int.from_bytes(header[at : at + 2], "little")
    raw, end, _ = header[at:].partition(b"\0")
    return decoded([EncodedName(raw, b"", is_utf8=True)])[0] if end else ""
