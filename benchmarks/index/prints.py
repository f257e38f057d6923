"""Made prints: 256 bits each, as pictures' hashes are distributed, and copies of some to look up.

The bits of a real picture's hash depend on each other, and pictures come in families (covers of
one design, screenshots of one program), so that some terms are far more common than others:
`uniform` prints would flatter every index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.contract import Fingerprint, Lookup, Part, Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BYTES: Final = 32
NEAR: Final = 31
"""Bits in which a copy may differ: what ThreatExchange takes for a match."""
MODALITY: Final = "image"

_BLOCK: Final = 50_000
_MIXED: Final = 24  # bits that depend on the same few causes
_IN_FAMILIES: Final = 0.05
_FAMILY: Final = 400  # prints, on the average
_FAMILY_BITS: Final = 60  # of 256 that differ from the family's template, on the average
_SLOTS: Final = 16


@dataclass(frozen=True, slots=True)
class Prints:
    """`count` prints, made anew at each reading; the same seed makes the same prints."""

    count: int
    seed: int = 2026

    def blocks(self) -> Iterator[NDArray[np.uint8]]:
        """Yield (n, 32) bytes, 50,000 prints at most."""
        for first in range(0, self.count, _BLOCK):
            yield self._block(first // _BLOCK)[: self.count - first]

    def copies(self, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return (count, 32) copies, 0 to 31 bits changed, and (count,) which prints they are of.

        They are drawn from the whole store, as many from each stretch of it.
        """
        rng = np.random.default_rng((self.seed, self.count, 1))
        of = np.sort(rng.choice(self.count, count, replace=False))
        found = np.empty((count, BYTES), np.uint8)
        for number in np.unique(of // _BLOCK):
            here = of // _BLOCK == number
            found[here] = self._block(int(number))[of[here] % _BLOCK]
        for at in range(count):
            changed = rng.choice(8 * BYTES, rng.integers(NEAR + 1), replace=False)
            found[at] ^= np.packbits(np.isin(np.arange(8 * BYTES), changed))
        return found, of

    def strangers(self, count: int) -> NDArray[np.uint8]:
        """Return (count, 32) prints that are not stored."""
        return self._made(np.random.default_rng((self.seed, 2)), count)

    def _block(self, number: int) -> NDArray[np.uint8]:
        return self._made(np.random.default_rng((self.seed, 3, number)), _BLOCK)

    def _made(self, rng: np.random.Generator, count: int) -> NDArray[np.uint8]:
        fixed = np.random.default_rng((self.seed, 4))
        mixing = fixed.normal(size=(_MIXED, 8 * BYTES)).astype(np.float32) / _MIXED**0.5
        causes = rng.normal(size=(count, _MIXED)).astype(np.float32)
        own = rng.normal(size=(count, 8 * BYTES)).astype(np.float32)
        bits = causes @ mixing + own > 0
        families = max(1, int(self.count * _IN_FAMILIES / _FAMILY))
        templates = fixed.random((families, 8 * BYTES)) < 1 / 2
        members = np.flatnonzero(rng.random(count) < _IN_FAMILIES)
        differs = rng.random((len(members), 8 * BYTES)) < _FAMILY_BITS / (8 * BYTES)
        bits[members] = templates[rng.integers(families, size=len(members))] ^ differs
        return np.packbits(bits, axis=1)


def terms(hashes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(n, 16) terms: the sixteen slots of 16 bits, numbered."""
    slots = hashes.view(">u2").astype(np.int64)
    return slots | (np.arange(_SLOTS, dtype=np.int64) << 16)


def fingerprint(hash_: NDArray[np.uint8]) -> Fingerprint:
    """Return what is stored of one (32,) hash."""
    return Fingerprint(MODALITY, 1, (Part(0.0, terms(hash_)[0], hash_.tobytes()),), 1.0)


def probe(hash_: NDArray[np.uint8]) -> Probe:
    """Return what is looked up: every slot, and every slot with one bit changed; two must fit."""
    near = terms(hash_)[0][:, None] ^ np.concatenate([[0], 1 << np.arange(16)])
    return Probe(MODALITY, (Lookup(np.unique(near), 2),))
