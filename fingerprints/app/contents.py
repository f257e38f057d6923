"""Everything in a program's file that recognises it, by kind, whatever it is packed in."""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from fingerprints import archive
from fingerprints.app import (
    binary_xml,
    chunks,
    dex,
    identity,
    jvm,
    libraries,
    lproj,
    resource_table,
    signing,
)
from fingerprints.app.identity import Identity
from fingerprints.app.sample import PLAIN, code_of
from fingerprints.errors import FingerprintError, TooLarge
from fingerprints.sizes import size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from fingerprints.archive import Budget, Member
    from fingerprints.contract import Limits


class Kind(IntEnum):
    """What features are of; the numbers are stored."""

    CODE = 1
    """Runs of instructions."""
    STRINGS = 2
    """String constants in code."""
    FILES = 3
    """Whole files; compiled XML by what no rebuilding changes."""
    TEXTS = 4
    """Strings of the resource table: what the program says to its users."""
    CHUNKS = 5
    """Pieces of native libraries, executables and other long binaries."""
    OWN_CODE = 6
    """Of `CODE`, what is in packages that the manifest names: no library that others bring, too."""
    OWN_STRINGS = 7
    """Of `STRINGS`, the same."""


SHOWN: Final = (Kind.CODE, Kind.STRINGS, Kind.FILES, Kind.TEXTS, Kind.CHUNKS)
"""Kinds that a program consists of; the others are parts of these."""


LARGEST_PARSED: Final = 24 << 20
"""Bytes of a program or table that is parsed; no compiler writes longer ones."""

# Bytes of one file that are parsed in all, by kind: what is read slowly must not be without end.
_PARSED: Final = {"dex": 256 << 20, "class": 48 << 20, "xml": 64 << 20, "table": 48 << 20}

_MOST_PICTURES: Final = 32
_LEAST_PICTURE: Final = 1_500
_LARGEST_PICTURE: Final = 16 << 20
_LARGEST_FACTS: Final = 4 << 20
_LEAST_FILE: Final = 96
_LEAST_CHUNKED: Final = 16 << 10
_LEAST_CONSTANT: Final = 6
_LEAST_TEXT: Final = 10
_LONGEST_TEXT: Final = 4_000
_KILOBYTE: Final = 1024
_PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"})
_PACKED: Final = frozenset(
    {".apk", ".jar", ".aar", ".zip", ".7z", ".rar", ".obb", ".ipa", ".war", ".tar", ".gz", ".xz"}
    | {".hap", ".hsp", ".app", ".wxapkg"}
)
_TABLE: Final = b"\x02\x00\x0c\x00"
_MOST_OWN: Final = 8
_PROGRAM: Final = "AndroidManifest.xml"
_PROPERTIES: Final = "Info.plist"
_PROVISION: Final = "embedded.mobileprovision"
_HARMONY: Final = frozenset({"module.json", "config.json"})


@dataclass(slots=True)
class Contents:
    """`features`: arrays of (n,) uint64 hashes with their (n,) uint8 weight codes, by kind.

    `pictures`: the longest pictures, to be hashed by what they show.
    `everything`: libraries too, as their bank wants. `unparsed`: bytes of each kind of file that
    may still be parsed.
    """

    features: dict[Kind, list[tuple[NDArray[np.uint64], NDArray[np.uint8]]]] = field(
        default_factory=lambda: {kind: [] for kind in Kind}
    )
    pictures: list[tuple[int, int, Member]] = field(default_factory=list)
    identity: Identity = field(default_factory=Identity)
    members: int = 0
    everything: bool = False
    unparsed: dict[str, int] = field(default_factory=lambda: dict(_PARSED))

    def add(self, kind: Kind, hashes: Iterable[int], weight: float = 1.0) -> None:
        """Add features of one weight."""
        found = np.fromiter(hashes, np.uint64)
        code = PLAIN if weight == 1.0 else code_of(weight)
        self.features[kind].append((found, np.full(found.size, code, np.uint8)))

    def sign(self, source: BinaryIO) -> None:
        """Add the certificates of an APK's signing block."""
        _merge(self, Identity(certificates=signing.of_block(source)))

    def of(self, kind: Kind) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
        """Return the hashes and weight codes of a kind, those of known libraries left out."""
        arrays = self.features[kind]
        hashes = np.concatenate([np.zeros(0, np.uint64), *(one for one, _ in arrays)])
        codes = np.concatenate([np.zeros(0, np.uint8), *(one for _, one in arrays)])
        kept = libraries.own(hashes)
        return hashes[kept], codes[kept]


def hashed(kind: Kind, content: bytes) -> int:
    """64-bit hash of something of a kind."""
    person = kind.name.encode()
    return int.from_bytes(hashlib.blake2b(content, digest_size=8, person=person).digest(), "little")


def read(source: BinaryIO, limits: Limits, budget: Budget, *, everything: bool = False) -> Contents:
    """Read all members of an archive, archives in it included; one that can't be read is left out.

    Raises `TooLarge`, and `Undecodable` where not one member can be listed.
    """
    found = Contents(everything=everything)
    _read(source, limits, budget, found)
    return found


def read_binary(source: BinaryIO, limits: Limits, *, everything: bool = False) -> Contents:
    """Read a file that is no archive."""
    found = Contents(everything=everything)
    size = size_of(source)

    def opened() -> BinaryIO:
        source.seek(0)
        return source

    _member(archive.Member("", size, opened), limits, None, found)
    found.members = 1
    return found


def _read(source: BinaryIO, limits: Limits, budget: Budget, found: Contents) -> None:
    listed = [one for one in archive.members(source, limits, budget) if not one.is_junk]
    # What the manifest says of the program's own classes is needed to read them.
    for member in sorted(listed, key=lambda one: one.path != _PROGRAM):
        found.members += 1
        try:
            _member(member, limits, budget, found)
        except TooLarge:
            raise
        except FingerprintError:
            continue


def _member(member: Member, limits: Limits, budget: Budget | None, found: Contents) -> None:
    if signing.V1.fullmatch(member.path):
        _merge(found, Identity(certificates=signing.of_file(member.open().read(1 << 20))))
        return
    if not found.everything and libraries.is_library_file(member.path):
        return
    source = member.open()
    head = source.read(16)
    source.seek(0)
    if member.suffix in _PACKED and budget is not None and _nested(source, limits, budget, found):
        return
    if (identity_of := _identity_of(member, head)) is not None:
        _merge(found, identity_of(_whole(source, found, "xml")))
    elif member.suffix == ".strings":
        add_texts(lproj.strings(_whole(source, found, "table")), found)
    elif head.startswith(dex.MAGIC):
        own = tuple(f"L{one.replace('.', '/')}".encode() for one in found.identity.own)
        content = _whole(source, found, "dex")
        _program(dex.read(content, own=own, everything=found.everything), found)
    elif head.startswith(jvm.MAGIC) and member.suffix == ".class":
        _program(jvm.read(_whole(source, found, "class"), everything=found.everything), found)
    elif head.startswith(_TABLE):
        add_texts(resource_table.strings(_whole(source, found, "table")), found)
    elif binary_xml.is_binary_xml(head):
        _xml(_whole(source, found, "xml"), found)
    else:
        _file(member, source, found)


def _identity_of(member: Member, head: bytes) -> Callable[[bytes], Identity] | None:
    """Return what reads a member that says what the program is; None for other members."""
    name = PurePosixPath(member.path).name
    if name == _PROGRAM and binary_xml.is_binary_xml(head):
        return identity.of_manifest
    if name == _PROPERTIES and member.path.count("/") <= 2:  # noqa: PLR2004 (Payload/App.app/)
        return identity.of_property_list
    if name == _PROVISION:
        return identity.of_provision
    return identity.of_module if member.path in _HARMONY else None


def _whole(source: BinaryIO, found: Contents, kind: str) -> bytes:
    most = min(_LARGEST_FACTS if kind == "xml" else LARGEST_PARSED, found.unparsed[kind])
    content = source.read(most + 1)
    if len(content) > most:
        raise _Oversized(f"more than {most} bytes to parse")
    found.unparsed[kind] -= len(content)
    return content


class _Oversized(FingerprintError):
    """One member is left out, the others are not."""


def _nested(source: BinaryIO, limits: Limits, budget: Budget, found: Contents) -> bool:
    """Read an archive in the archive; False where it is none, or lies too deep."""
    try:
        inner = budget.nested()
    except TooLarge:
        return False
    try:
        _read(source, limits, inner, found)
    except TooLarge:
        raise
    except FingerprintError:
        source.seek(0)
        return False
    return True


def _program(program: dex.Program, found: Contents) -> None:
    for kind, runs in ((Kind.CODE, program.grams), (Kind.OWN_CODE, program.own_grams)):
        found.features[kind].append((runs, np.full(runs.size, PLAIN, np.uint8)))
    for kind, strings in (
        (Kind.STRINGS, program.strings),
        (Kind.OWN_STRINGS, program.own_strings),
    ):
        constants = (one for one in strings if len(one) >= _LEAST_CONSTANT)
        found.add(kind, (hashed(Kind.STRINGS, one) for one in constants))


def add_texts(texts: Iterable[str], found: Contents) -> None:
    """Add what a program says to its users."""
    told = (one[:_LONGEST_TEXT].encode("utf-8", "replace") for one in texts)
    found.add(Kind.TEXTS, (hashed(Kind.TEXTS, one) for one in told if len(one) >= _LEAST_TEXT))


def _xml(content: bytes, found: Contents) -> None:
    skeleton = binary_xml.skeleton(content)
    if skeleton is not None:
        found.add(Kind.FILES, [hashed(Kind.FILES, skeleton)], _weight(len(content)))


class _Digested:
    """Passes on what is read, and digests it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._digest = hashlib.blake2b(digest_size=8, person=Kind.FILES.name.encode())
        self.size = 0

    def read(self, count: int = 4 << 20) -> bytes:
        piece = self._source.read(count)
        self._digest.update(piece)
        self.size += len(piece)
        return piece

    @property
    def value(self) -> int:
        return int.from_bytes(self._digest.digest(), "little")


def _file(member: Member, source: BinaryIO, found: Contents) -> None:
    digested = _Digested(source)
    if member.suffix in _PICTURES:
        while digested.read():
            pass
        if _LEAST_PICTURE <= digested.size <= _LARGEST_PICTURE:
            _keep_picture(found, digested, member)
    else:
        pieces = list(chunks.chunks(digested))  # type: ignore[arg-type]
        if digested.size >= _LEAST_CHUNKED:
            found.add(Kind.CHUNKS, pieces)
    if digested.size >= _LEAST_FILE:
        found.add(Kind.FILES, [digested.value], _weight(digested.size))


def _keep_picture(found: Contents, digested: _Digested, member: Member) -> None:
    """Keep one of the longest pictures; of libraries', which are no program's own, none."""
    stock = not libraries.own(np.array([digested.value], np.uint64))[0]
    if stock and not found.everything:
        return
    is_full = len(found.pictures) >= _MOST_PICTURES and not found.everything
    keep = heapq.heappushpop if is_full else heapq.heappush
    keep(found.pictures, (digested.size, -found.members, member))


def _weight(size: int) -> float:
    """Weigh a file by the root of its length: neither icons nor one long file are everything."""
    return float(np.sqrt(max(size, _LEAST_FILE) / _KILOBYTE))


def _merge(found: Contents, more: Identity) -> None:
    """Keep what the first to speak said."""
    known = found.identity
    found.identity = replace(
        known,
        package=known.package or more.package,
        version=known.version or more.version,
        label=known.label or more.label,
        certificates=tuple(dict.fromkeys(known.certificates + more.certificates))[:8],
        own=tuple(dict.fromkeys(known.own + more.own))[:_MOST_OWN],
    )
