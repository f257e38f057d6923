"""Global hashes as their libraries give them: PDQ and the perceptual hashes of imagehash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import imagehash
import numpy as np
from PIL import Image

from benchmarks.accuracy.suite import Peer

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_PDQ_THRESHOLD: Final = 31  # ThreatExchange's own
_LEAST_QUALITY: Final = 50


def _picture(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.draft("RGB", (1024, 1024))
        return image.convert("RGB")


def pdq(path: Path) -> NDArray[np.uint8] | None:
    """(256,) bits; None below the quality at which ThreatExchange trusts them."""
    import pdqhash  # noqa: PLC0415 - only this needs it

    bits, quality = pdqhash.compute(np.asarray(_picture(path)))
    return np.asarray(bits, np.uint8) if quality >= _LEAST_QUALITY else None


def phash(path: Path) -> NDArray[np.uint8]:
    """(64,) bits of imagehash.phash."""
    return imagehash.phash(_picture(path)).hash.reshape(-1).astype(np.uint8)


def phash_256(path: Path) -> NDArray[np.uint8]:
    """(256,) bits of imagehash.phash."""
    return imagehash.phash(_picture(path), hash_size=16).hash.reshape(-1).astype(np.uint8)


def _differing(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> float:
    return float(np.count_nonzero(ours != theirs))


PEERS: Final = (
    Peer("PDQ, 31 bits", pdq, _differing, _PDQ_THRESHOLD),
    Peer("PDQ at 1e-6", pdq, _differing),
    Peer("imagehash.phash 64 at 1e-6", phash, _differing),
    Peer("imagehash.phash 256 at 1e-6", phash_256, _differing),
)
