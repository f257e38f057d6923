"""What lies in an archive and is a work of its own: songs, films, apps, each with its fingerprints.

Texts and pictures in an archive are pages of one book: their modalities read archives as a whole.
A song is no chapter of the next one, so songs, films and apps are printed one by one, those in
archives in the archive included.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, Final

from fingerprints.archive import Budget, kind, members, natural_order
from fingerprints.archive.kind import APK, HAP, IPA, XAPK
from fingerprints.errors import FingerprintError, TooLarge
from fingerprints.media_type import ARCHIVES, COMICS, WXAPKG, sniff
from fingerprints.modalities import DIGEST, MODALITIES, modalities_for
from fingerprints.sizes import checked_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.archive import Member
    from fingerprints.contract import Fingerprint, Limits, Modality

MOST: Final = 256
"""Members of one file that are printed."""
TOGETHER: Final = 4
"""All members may last so many times as long as one file: a season of a series."""

PACKED: Final = ARCHIVES | COMICS
"""Media types that are looked into."""

_PROGRAMS: Final = frozenset({APK, XAPK, IPA, HAP, WXAPKG})
_HEAD_BYTES: Final = 4096
_BLOCK: Final = 1 << 20
_ENDS_ALL: Final = frozenset(
    {"archive_bytes", "archive_ratio", "archive_members", "archive_prints"}
)
# By its name a page of a book, which is not opened: there may be thousands.
_PAGES: Final = ("image/", "text/")


@dataclass(frozen=True, slots=True)
class Contained:
    """A file in an archive, and its fingerprints.

    `path`: in the archive, with the paths of archives in it: "cd 2.zip/03.mp3". `sha256`: hex.
    """

    path: str
    sha256: str
    media_type: str
    size_bytes: int
    prints: tuple[Fingerprint, ...]


def contained(
    source: BinaryIO,
    limits: Limits,
    failures: list[FingerprintError],
    *,
    digested: bool = False,
) -> Iterator[Contained]:
    """Yield what can be printed in an archive, in natural order of the paths, each content once.

    What can't be is left out, and why is added to `failures`. Ends where a limit is passed.
    `digested`: what could be is printed by its hashes, too.
    """
    try:
        budget = Budget(limits, checked_size(source, limits))
        yield from _Printing(limits, failures, digested=digested).of(source, budget, "")
    except FingerprintError as error:
        failures.append(error)


class _Printing:
    """Counts what the members of one file cost together."""

    def __init__(self, limits: Limits, failures: list[FingerprintError], *, digested: bool) -> None:
        self._limits, self._failures = limits, failures
        self._digested = digested
        self._left = MOST
        self._left_s: dict[str, float] = {}
        self._seen: set[str] = set()

    def of(self, source: BinaryIO, budget: Budget, folder: str) -> Iterator[Contained]:
        found = (one for one in members(source, self._limits, budget) if not one.is_junk)
        ordered = sorted(found, key=lambda one: natural_order(one.path))
        for number, member in enumerate(ordered, 1):
            if (mimetypes.guess_type(member.path)[0] or "").startswith(_PAGES):
                continue
            try:
                yield from self._member(member, budget, folder + (member.path or f"{number}"))
            except FingerprintError as error:
                if isinstance(error, TooLarge) and error.limit in _ENDS_ALL:
                    raise
                self._failures.append(error)

    def _member(self, member: Member, budget: Budget, path: str) -> Iterator[Contained]:
        source = member.open()
        media_type = sniff(source.read(_HEAD_BYTES), filename=member.path)
        if media_type in ARCHIVES:
            media_type = kind(source)
        if media_type in PACKED:
            yield from self.of(source, budget.nested(), f"{path}/")
        elif modalities := _of_its_own(media_type):
            digest, size = _digest(source)
            if digest not in self._seen:
                self._seen.add(digest)
                prints = [*self._prints(source, media_type, modalities)]
                if prints and self._digested:
                    prints.append(MODALITIES[DIGEST].extract(source, limits=self._limits))
                if prints:
                    yield Contained(path, digest, media_type, size, tuple(prints))

    def _prints(
        self, source: BinaryIO, media_type: str, modalities: tuple[Modality, ...]
    ) -> Iterator[Fingerprint]:
        self._left -= 1
        if self._left < 0:
            raise TooLarge("archive_prints", MOST)
        for modality in modalities:
            longest = self._limits.duration_s
            left_s = self._left_s.setdefault(modality.name, TOGETHER * longest)
            limits = replace(self._limits, duration_s=min(longest, left_s))
            source.seek(0)
            try:
                print_ = modality.extract(source, limits=limits, media_type=media_type)
            except FingerprintError as error:
                self._failures.append(error)
                continue
            if modality.span_unit == "seconds":
                self._left_s[modality.name] -= print_.extent
            yield print_


def _of_its_own(media_type: str) -> tuple[Modality, ...]:
    """Return the modalities that print such a member by itself."""
    return tuple(
        one
        for one in modalities_for(media_type)
        if media_type in _PROGRAMS or one.media_types.isdisjoint(ARCHIVES)
    )


def _digest(source: BinaryIO) -> tuple[str, int]:
    source.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size
