"""Frame hashes as vpdq and its like use them: PDQ of a frame a second, frames counted."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import av
import imagehash
import numpy as np
from PIL import Image

from benchmarks.accuracy.suite import Peer

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_NEAR_PDQ: Final = 31
_NEAR_PHASH: Final = 10
_LEAST_QUALITY: Final = 50


def frames(path: Path, step_s: float = 1.0) -> list[NDArray[np.uint8]]:
    """Return a frame a second, in colours, as PyAV decodes them."""
    found, due = [], 0.0
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if (frame.time or 0.0) >= due:
                due = (frame.time or 0.0) + step_s
                found.append(frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False))
    return found


def vpdq(path: Path) -> NDArray[np.uint8] | None:
    """(n, 32) PDQ hashes of the frames of quality 50 and more."""
    import pdqhash  # noqa: PLC0415 - only this needs it

    found = [pdqhash.compute(frame) for frame in frames(path)]
    kept = [np.packbits(bits) for bits, quality in found if quality >= _LEAST_QUALITY]
    return np.stack(kept) if kept else None


def phashes(path: Path) -> NDArray[np.uint8] | None:
    """(n, 8) imagehash.phash of the frames."""
    found = [imagehash.phash(Image.fromarray(frame)).hash for frame in frames(path)]
    return np.stack([np.packbits(bits) for bits in found]) if found else None


def _unmatched(near: int) -> object:
    def distance(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> float:
        away = np.bitwise_count(ours[:, None] ^ theirs[None]).sum(axis=2)
        return 1.0 - float((away.min(axis=1) <= near).mean())

    return distance


_hashed_once = cache(vpdq)  # two peers have the same print

PEERS: Final = (
    Peer("vpdq (PDQ a second, 80 % of frames)", _hashed_once, _unmatched(_NEAR_PDQ), 0.2),  # type: ignore[arg-type]
    Peer("vpdq at 1e-6", _hashed_once, _unmatched(_NEAR_PDQ)),  # type: ignore[arg-type]
    Peer("imagehash.phash a second at 1e-6", phashes, _unmatched(_NEAR_PHASH)),  # type: ignore[arg-type]
)
