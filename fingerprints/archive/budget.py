"""How much may still be unpacked: counted as it comes out, whatever the headers say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fingerprints.errors import TooLarge

if TYPE_CHECKING:
    from fingerprints.contract import Limits

MOST_MEMBERS: Final = 100_000
"""Members of one file, those of nested archives included."""

_ALWAYS_ALLOWED_BYTES: Final = 16 * 2**20
"""The ratio says nothing of so little: a page of spaces packs a thousand to one."""


@dataclass(slots=True)
class _Spent:
    """What one file has cost so far, nested archives included."""

    unpacked_bytes: int = 0
    members: int = 0


class Budget:
    """Counts what is unpacked from one file and from the archives in it.

    `packed_bytes` is the size of the outermost file: the ratio is to it, at any depth, so that
    members that lie over each other, and archives that hold themselves, gain nothing.
    """

    def __init__(self, limits: Limits, packed_bytes: int) -> None:
        self.limits = limits
        self.depth = 1
        self._packed_bytes = packed_bytes
        self._spent = _Spent()

    def take(self, count: int) -> None:
        """Count unpacked bytes; raises `TooLarge` for `archive_bytes` or `archive_ratio`."""
        self._spent.unpacked_bytes += count
        spent, limits = self._spent.unpacked_bytes, self.limits
        if spent > limits.archive_bytes:
            raise TooLarge("archive_bytes", limits.archive_bytes)
        most = limits.archive_ratio * self._packed_bytes
        if spent > max(most, _ALWAYS_ALLOWED_BYTES):
            raise TooLarge("archive_ratio", limits.archive_ratio)

    def take_member(self) -> None:
        """Count one member; raises `TooLarge` for `archive_members`, this module's own limit."""
        self._spent.members += 1
        if self._spent.members > MOST_MEMBERS:
            raise TooLarge("archive_members", MOST_MEMBERS)

    def nested(self) -> Budget:
        """Return the budget of an archive in this one; raises `TooLarge` for `archive_depth`."""
        if self.depth >= self.limits.archive_depth:
            raise TooLarge("archive_depth", self.limits.archive_depth, self.depth + 1)
        inner = Budget(self.limits, self._packed_bytes)
        inner.depth = self.depth + 1
        inner._spent = self._spent
        return inner
