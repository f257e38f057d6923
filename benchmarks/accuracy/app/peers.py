"""Other ways to find the same app: the same file, the same members, androguard's API-call sets."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.suite import Peer

if TYPE_CHECKING:
    from pathlib import Path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _members(path: Path) -> frozenset[tuple[int, int]] | None:
    """CRC-32 and length of every member, as a plain comparison of two packages does."""
    try:
        with zipfile.ZipFile(path) as archive:
            return frozenset((one.CRC, one.file_size) for one in archive.infolist())
    except zipfile.BadZipFile:
        return None


def _apart(ours: object, theirs: object) -> float:
    return float(ours != theirs)


def _jaccard(ours: frozenset[tuple[int, int]], theirs: frozenset[tuple[int, int]]) -> float:
    return 1.0 - len(ours & theirs) / max(1, len(ours | theirs))


PEERS: Final = (
    Peer("SHA-256 of the file", _digest, _apart, 0.0),
    Peer("members in common (Jaccard)", _members, _jaccard),
)
