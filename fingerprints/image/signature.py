"""A view of a picture in bytes: what `verify` and `probe` need of it, and nothing else."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.contract import Region
from fingerprints.image import hashes, local, overlay
from fingerprints.image.local import Features
from fingerprints.image.overlay import Canvas
from fingerprints.image.plain import PlainHashes
from fingerprints.image.views import ViewKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

_VIEW: Final = struct.Struct("<BB4H")
_DETAIL: Final = struct.Struct(f"<{'8s' * 4}IIH")
_SHARE: Final = 65535
_HASH_BYTES: Final = hashes.VARIANTS * hashes.BITS // 8
_WEAKEST: Final = 16, hashes.WEAKEST
_FIELDS: Final = (
    ("x", "<u2", ()),
    ("y", "<u2", ()),
    ("scale", "u1", ()),
    ("angle", "u1", ()),
    ("mirrored", "u1", ()),
    ("code", "<u8", ()),
    ("weakest", "u1", (local.WEAKEST,)),
    ("doubt", "u1", (local.WEAKEST,)),
    ("worth", "u1", ()),
)


@dataclass(frozen=True, slots=True)
class Detail:
    """What the whole picture's view has, and a panel's: pictures that others are laid over.

    `plain`: imagehash's hashes. `width`, `height`: pixels in the file.
    """

    plain: PlainHashes
    width: int
    height: int
    canvas: Canvas


@dataclass(frozen=True, slots=True)
class View:
    """One hashed area of a picture.

    `hashed`: (8, 32) uint8, all its flips and turns. `weakest`: (16, 4), of each row the bits that
    a copy's is likeliest to differ in.
    """

    kind: ViewKind
    region: Region
    quality: int
    hashed: NDArray[np.uint8]
    weakest: NDArray[np.uint8]
    detail: Detail | None = None


def canvas(averages: NDArray[np.uint8], width: int, height: int, features: Features) -> Canvas:
    """Canvas of a picture of that many pixels."""
    longer = max(width, height)
    return Canvas(averages, width / longer, height / longer, features)


def packed(view: View) -> bytes:
    """Write a view."""
    region = [round(side * _SHARE) for side in view.region]
    head = _VIEW.pack(view.kind, view.quality, *region)
    head += view.hashed.tobytes() + view.weakest.tobytes()
    if view.detail is None:
        return head
    detail, features = view.detail, view.detail.canvas.features
    return b"".join(
        [
            head,
            _DETAIL.pack(*detail.plain, detail.width, detail.height, len(features)),
            detail.canvas.averages.tobytes(),
            *(getattr(features, name).astype(kind).tobytes() for name, kind, _ in _FIELDS),
        ]
    )


@lru_cache(maxsize=1024)  # one query meets many references, a book's pages meet each other
def unpacked(signature: bytes) -> View:
    """Read what `packed` wrote."""
    kind, quality, *sides = _VIEW.unpack_from(signature)
    region = Region(*(side / _SHARE for side in sides))
    hashed = np.frombuffer(signature, np.uint8, _HASH_BYTES, _VIEW.size)
    end = _VIEW.size + _HASH_BYTES + prod(_WEAKEST)
    weakest = np.frombuffer(signature, np.uint8, prod(_WEAKEST), end - prod(_WEAKEST))
    detail = _unpacked_detail(signature, end) if len(signature) > end else None
    variants = hashed.reshape(hashes.VARIANTS, -1)
    return View(ViewKind(kind), region, quality, variants, weakest.reshape(_WEAKEST), detail)


def _unpacked_detail(signature: bytes, start: int) -> Detail:
    *plainly, width, height, count = _DETAIL.unpack_from(signature, start)
    start += _DETAIL.size
    averages = np.frombuffer(signature, np.uint8, overlay.SIDE**2, start)
    start += averages.nbytes
    fields = {}
    for name, kind, more in _FIELDS:
        # A copy, because reading unaligned numbers is slow.
        values = np.frombuffer(signature, kind, count * prod(more), start).copy()
        start += values.nbytes
        fields[name] = values.reshape(count, *more)
    averages = averages.reshape(overlay.SIDE, -1)
    return Detail(
        PlainHashes(*plainly), width, height, canvas(averages, width, height, Features(**fields))
    )
