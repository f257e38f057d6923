"""The pictures in a program, hashed by what they show: recompressed ones are still the same."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.app import libraries
from fingerprints.errors import FingerprintError, TooLarge
from fingerprints.image import hashes
from fingerprints.image.decode import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from fingerprints.archive import Member
    from fingerprints.contract import Limits

SAME: Final = 31
"""Bits of 256 by which two hashes of one picture differ at most."""

_MOST: Final = 24
_MOST_PIXELS: Final = 16_000_000
_LEAST_QUALITY: Final = 40
_LIKE: Final = 40  # bits: one picture in several sizes counts once


def pictures(members: Iterable[Member], limits: Limits) -> NDArray[np.uint8]:
    """(n, 32) uint8: hashes of the first pictures with enough in them that no library brings.

    Each is there once, in whatever sizes a program has it.
    """
    found: list[NDArray[np.uint8]] = []
    for hashed in every(members, limits):
        stock = not libraries.own(np.array([feature(hashed)], np.uint64))[0]
        if stock or (found and _nearest(hashed, found) <= _LIKE):
            continue
        found.append(hashed)
        if len(found) == _MOST:
            break
    return np.stack(found) if found else np.zeros((0, 32), np.uint8)


def every(members: Iterable[Member], limits: Limits) -> Iterator[NDArray[np.uint8]]:
    """Yield the (32,) hash of each picture with enough in it."""
    limits = replace(limits, image_pixels=min(limits.image_pixels, _MOST_PIXELS))
    for member in members:
        hashed = _hashed(member, limits)
        if hashed is not None:
            yield hashed


def feature(hashed: NDArray[np.uint8]) -> int:
    """64-bit hash of a picture's hash: by it the bank of known libraries has pictures, too."""
    digest = hashlib.blake2b(hashed.tobytes(), digest_size=8, person=b"PICTURES").digest()
    return int.from_bytes(digest, "little")


def same(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> int:
    """Return how many pictures of the shorter list are in the other."""
    if not len(ours) or not len(theirs):
        return 0
    near = hashes.distances(ours, theirs) <= SAME
    return int(min(near.any(axis=0).sum(), near.any(axis=1).sum()))


def _hashed(member: Member, limits: Limits) -> NDArray[np.uint8] | None:
    try:
        content = member.open().read()
        averages = hashes.grid(decode(io.BytesIO(content), limits).luminance)
    except TooLarge as error:
        if error.limit.startswith("archive"):
            raise
        return None
    except FingerprintError:
        return None
    if hashes.quality(averages) < _LEAST_QUALITY:
        return None
    return hashes.signs(hashes.coefficients(averages))


def _nearest(hashed: NDArray[np.uint8], found: list[NDArray[np.uint8]]) -> int:
    return int(hashes.distances(hashed[None], np.stack(found)).min())
