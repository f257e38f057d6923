"""A view of a picture in bytes: what `verify` and `probe` need of it, and nothing else."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.contract import Region
from fingerprints.image import hashes
from fingerprints.image.alignment import Canvas
from fingerprints.image.local import WEAKEST, Features
from fingerprints.image.views import ViewKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

_VIEW: Final = struct.Struct("<BB4H")
_DETAIL: Final = struct.Struct("<16sIIH")
_SHARE: Final = 65535
_HASH_BYTES: Final = hashes.VARIANTS * hashes.BITS // 8
_FIELDS: Final = (
    ("x", "<u2", 1),
    ("y", "<u2", 1),
    ("scale", "u1", 1),
    ("angle", "u1", 1),
    ("mirrored", "u1", 1),
    ("code", "<u8", 1),
    ("weakest", "u1", WEAKEST),
)


@dataclass(frozen=True, slots=True)
class Detail:
    """What the whole picture's view has, and a panel's: pictures that others are laid over.

    `phash`: 16 hex digits, imagehash's. `width`, `height`: pixels in the file.
    """

    phash: str
    width: int
    height: int
    canvas: Canvas


@dataclass(frozen=True, slots=True)
class View:
    """One hashed area of a picture; `hashed`: (8, 32) uint8, all its flips and turns."""

    kind: ViewKind
    region: Region
    quality: int
    hashed: NDArray[np.uint8]
    detail: Detail | None = None


def canvas(averages: NDArray[np.uint8], width: int, height: int, features: Features) -> Canvas:
    """Canvas of a picture of that many pixels."""
    longer = max(width, height)
    return Canvas(averages, width / longer, height / longer, features)


def packed(view: View) -> bytes:
    """Write a view."""
    region = [round(side * _SHARE) for side in view.region]
    head = _VIEW.pack(view.kind, view.quality, *region) + view.hashed.tobytes()
    if view.detail is None:
        return head
    detail, features = view.detail, view.detail.canvas.features
    return b"".join(
        [
            head,
            _DETAIL.pack(detail.phash.encode(), detail.width, detail.height, len(features)),
            detail.canvas.averages.tobytes(),
            *(getattr(features, name).astype(kind).tobytes() for name, kind, _ in _FIELDS),
        ]
    )


@lru_cache(maxsize=256)  # one query meets many references
def unpacked(signature: bytes) -> View:
    """Read what `packed` wrote."""
    kind, quality, *sides = _VIEW.unpack_from(signature)
    region = Region(*(side / _SHARE for side in sides))
    hashed = np.frombuffer(signature, np.uint8, _HASH_BYTES, _VIEW.size)
    end = _VIEW.size + _HASH_BYTES
    detail = _unpacked_detail(signature, end) if len(signature) > end else None
    return View(ViewKind(kind), region, quality, hashed.reshape(hashes.VARIANTS, -1), detail)


def _unpacked_detail(signature: bytes, start: int) -> Detail:
    phash, width, height, count = _DETAIL.unpack_from(signature, start)
    start += _DETAIL.size
    averages = np.frombuffer(signature, np.uint8, hashes.GRID**2, start)
    start += averages.nbytes
    fields = {}
    for name, kind, columns in _FIELDS:
        # A copy, because reading unaligned numbers is slow.
        values = np.frombuffer(signature, kind, count * columns, start).copy()
        start += values.nbytes
        fields[name] = values if columns == 1 else values.reshape(-1, columns)
    averages = averages.reshape(hashes.GRID, -1)
    return Detail(
        phash.decode(), width, height, canvas(averages, width, height, Features(**fields))
    )
