"""The very same file: one hash in common is all there is to compare.

A file is printed by all its hashes, a share or a page by those that it shows of its files. The
span unit is the file: [0, 1) is all of it, and `content` of a span is the hash in common.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final

import numpy as np

from fingerprints.contract import Aligned, Comparison, Fingerprint, Lookup, Part, Probe
from fingerprints.digest.hashes import hashes_of
from fingerprints.digest.names import known_hashes
from fingerprints.errors import NothingToPrint
from fingerprints.sizes import checked_size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fingerprints.contract import Limits

UNIT: Final = "no hash in common"
_WHOLE: Final = (0.0, 1.0)


class DigestModality:
    """Recognises a file that nobody changed, by what others say of it."""

    name: ClassVar[str] = "digest"
    version: ClassVar[int] = 1
    span_unit: ClassVar[str] = "files"
    media_types: ClassVar[frozenset[str]] = frozenset()
    """None: it is asked for by name, not by what a file is."""

    def extract(
        self,
        source: BinaryIO,
        *,
        limits: Limits,
        media_type: str | None = None,  # noqa: ARG002  the contract's: whatever it is
    ) -> Fingerprint:
        """Hash a file. Raises `TooLarge`, or `NothingToPrint` for an empty one."""
        size = checked_size(source, limits)
        if not size:
            raise NothingToPrint("empty")
        return print_of(hashes_of(source, size))

    def probe(self, fingerprint: Fingerprint) -> Probe:
        """Look all hashes up: one is enough."""
        return Probe(self.name, tuple(Lookup(part.terms) for part in fingerprint.parts))

    def facts(self, fingerprint: Fingerprint) -> dict[str, str]:
        """Return the hashes by their kinds; of several of a kind, which a file hasn't, the last."""
        return dict(_pair(one) for one in _hashes(fingerprint))

    def verify(self, query: Fingerprint, reference: Fingerprint) -> Comparison:
        """Say whether a hash is in both. Nobody makes a file to fit a hash of somebody else's."""
        common = sorted(set(_hashes(query)) & set(_hashes(reference)))
        spans = tuple(Aligned(_WHOLE, _WHOLE, content=one) for one in common[:1])
        return Comparison(1.0 if common else 0.0, 0.0 if common else 1.0, UNIT, spans)


def print_of(hashes: Iterable[str]) -> Fingerprint:
    """Make the fingerprint of hashes that are known, `kind:hex`; raises `NothingToPrint`."""
    known = known_hashes(hashes)
    if not known:
        raise NothingToPrint("no hash")
    terms = np.unique(np.array([_term(one) for one in known], np.int64))
    part = Part(0.0, terms, "\n".join(known).encode("ascii"))
    return Fingerprint(DigestModality.name, DigestModality.version, (part,), 1.0)


def extended(fingerprint: Fingerprint, hashes: Iterable[str]) -> Fingerprint:
    """Return the fingerprint of a file that is known by further hashes, too."""
    return print_of((*_hashes(fingerprint), *hashes))


def _hashes(fingerprint: Fingerprint) -> list[str]:
    return [one for part in fingerprint.parts for one in part.signature.decode("ascii").split("\n")]


def _pair(written: str) -> tuple[str, str]:
    kind, _, value = written.partition(":")
    return kind, value


def _term(written: str) -> int:
    digest = hashlib.blake2b(written.encode("ascii"), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1
