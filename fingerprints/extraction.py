"""One file, whatever it is: what it is, and its fingerprint in each modality that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from fingerprints.errors import (
    Encrypted,
    FingerprintError,
    NothingToPrint,
    TooLarge,
    Undecodable,
    Unsupported,
)
from fingerprints.media_type import ARCHIVES, COMICS, COMPOUND_MAGIC, sniff
from fingerprints.modalities import DIGEST, MODALITIES, modalities_for
from fingerprints.sizes import checked_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.contained import Contained
    from fingerprints.contract import Fingerprint, Limits

_HEAD_BYTES = 4096
_TELLING = (TooLarge, Encrypted, Undecodable, NothingToPrint, Unsupported)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the bytes are, their fingerprints, and the modalities that failed on them.

    `read_as` is the media type with what the sender said of it: `text/html; charset=gbk`.
    `prints` are of the file as a whole, at most one a modality; of an archive, those of the songs,
    films and apps in it are with its `members`. One of the two is not empty.
    """

    media_type: str
    read_as: str
    prints: tuple[Fingerprint, ...]
    failures: tuple[FingerprintError, ...]
    members: tuple[Contained, ...] = ()

    def every_print(self) -> Iterator[Fingerprint]:
        """Yield the fingerprints of the file, then those of its members."""
        yield from self.prints
        for one in self.members:
            yield from one.prints


def facts_of(print_: Fingerprint) -> tuple[str, ...]:
    """Return what a file is known by, each as `name:value`, in the order of their names."""
    known = MODALITIES[print_.modality].facts(print_)
    return tuple(f"{name}:{value}" for name, value in sorted(known.items()))


def media_type_of(
    source: BinaryIO, *, declared: str | None = None, filename: str | None = None
) -> str:
    """Return what a seekable file shows itself to be; of an archive, what its contents make it."""
    head = source.read(_HEAD_BYTES)
    media_type = sniff(head, declared=declared, filename=filename)
    source.seek(0)
    if head.startswith(COMPOUND_MAGIC):
        from fingerprints.document import compound  # noqa: PLC0415 - is rarely needed

        return compound.kind(source) or media_type
    if media_type in ARCHIVES:
        from fingerprints.archive import kind  # noqa: PLC0415 - brings unpackers

        return kind(source)
    return media_type


def extract(
    source: BinaryIO,
    *,
    limits: Limits,
    declared: str | None = None,
    filename: str | None = None,
    digested: bool = False,
) -> Extraction:
    """Fingerprint a seekable file; raises a `FingerprintError` when no modality got anything.

    `declared` is the media type that the sender claimed; the bytes are believed before it.
    `digested`: what could be read is printed by its hashes, too, as works are.
    """
    if not checked_size(source, limits):
        raise NothingToPrint("empty")
    media_type = media_type_of(source, declared=declared, filename=filename)
    modalities = modalities_for(media_type)
    if not modalities:
        raise Unsupported(media_type)
    hint = declared if declared and declared.startswith(media_type) else media_type
    prints: list[Fingerprint] = []
    failures: list[FingerprintError] = []
    for modality in modalities:
        source.seek(0)
        try:
            prints.append(modality.extract(source, limits=limits, media_type=hint))
        except FingerprintError as error:
            failures.append(error)
    members = _members(source, media_type, limits, failures, digested=digested)
    if not (prints or members):
        raise min(failures, key=_vagueness)
    if digested:
        prints.append(MODALITIES[DIGEST].extract(source, limits=limits))
    return Extraction(media_type, hint, tuple(prints), tuple(failures), members)


def _members(
    source: BinaryIO,
    media_type: str,
    limits: Limits,
    failures: list[FingerprintError],
    *,
    digested: bool,
) -> tuple[Contained, ...]:
    if media_type not in ARCHIVES | COMICS:
        return ()
    from fingerprints.contained import contained  # noqa: PLC0415 - brings unpackers

    return tuple(contained(source, limits, failures, digested=digested))


def _vagueness(failure: FingerprintError) -> int:
    """Rank what modalities say of a file that none printed: limits tell most, then passwords."""
    return next((at for at, one in enumerate(_TELLING) if isinstance(failure, one)), len(_TELLING))
