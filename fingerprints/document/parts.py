"""The members of a document that is an archive: by name, and opened at need."""

from __future__ import annotations

import io
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import unquote

from fingerprints.archive import Budget, Member, members
from fingerprints.document.xml import events
from fingerprints.errors import TooLarge, Undecodable
from fingerprints.sizes import checked_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fingerprints.contract import Limits
    from fingerprints.document.xml import Event


_BYTES_A_CHARACTER: Final = 8  # markup included


@dataclass(frozen=True, slots=True)
class Costs:
    """What reading a document may cost, archives in archives included."""

    limits: Limits
    budget: Budget

    def text(self, pieces: Iterable[str]) -> str:
        """Join what is written together; raises `TooLarge` for `text_characters`."""
        kept: list[str] = []
        left = self.limits.text_characters
        for piece in pieces:
            left -= len(piece)
            if left < 0:
                raise TooLarge("text_characters", self.limits.text_characters)
            kept.append(piece)
        return "".join(kept)

    def nested(self) -> Costs:
        """Return what a document in this one may cost; raises `TooLarge`."""
        return Costs(self.limits, self.budget.nested())


def costs(source: BinaryIO, limits: Limits) -> Costs:
    """Start counting for one file; raises `TooLarge` for `input_bytes`."""
    return Costs(limits, Budget(limits, checked_size(source, limits)))


class Parts:
    """The members of one archive."""

    def __init__(self, source: BinaryIO, allowed: Costs) -> None:
        self.allowed = allowed
        self.members: list[Member] = []
        self._by_path: dict[str, Member] = {}
        for one in members(source, allowed.limits, allowed.budget):
            self.members.append(one)
            self._by_path.setdefault(one.path, one)
            self._by_path.setdefault(one.path.lower(), one)

    def find(self, path: str) -> Member | None:
        """Return the member of that name, whatever its case."""
        return self._by_path.get(path) or self._by_path.get(path.lower())

    def read(self, member: Member) -> bytes:
        """Read a member of text; raises `TooLarge` where it is longer than any text may be."""
        limits = self.allowed.limits
        most = min(limits.whole_bytes, _BYTES_A_CHARACTER * limits.text_characters)
        content = member.open().read(most + 1)
        if len(content) > most:
            raise TooLarge("text_characters", limits.text_characters)
        return content

    def events(self, path: str) -> Iterator[Event]:
        """Yield what an XML member holds; raises `Undecodable` where there is none."""
        member = self.find(path)
        if member is None:
            raise Undecodable(f"without {path}")
        yield from events(member.open(), self.allowed.limits.markup_depth)


def resolved(base: str, reference: str) -> str:
    """Return the path of what a member named `base` refers to; only ever a label."""
    path = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)).lstrip("/")


def as_file(content: bytes) -> BinaryIO:
    """Return bytes as a file."""
    return io.BytesIO(content)
