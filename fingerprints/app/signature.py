"""A program's fingerprint in bytes: what `verify` needs of it, and nothing else."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.app.contents import SHOWN, Kind
from fingerprints.app.identity import Identity
from fingerprints.app.sample import Sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_HEAD: Final = struct.Struct("<32sBH")
_SAMPLE: Final = struct.Struct("<BHdI")
_PICTURE_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class App:
    """`digest`: SHA-256 of the file; `pictures`: (n, 32) uint8 perceptual hashes."""

    digest: bytes
    identity: Identity
    samples: Mapping[Kind, Sample]
    pictures: NDArray[np.uint8]

    def layout(self) -> dict[str, tuple[float, float]]:
        """Say which stretch of the span unit's [0, 1] stands for which kind of content.

        Each kind that is there has an equal share, in the order of `SHOWN`, pictures last; beside
        code there is a stretch for what is the maker's own of it.
        """
        names = [kind.name.lower() for kind in SHOWN if self.samples[kind].total]
        names[1:1] = ["own_code"] if "code" in names else []
        names += ["pictures"] if len(self.pictures) else []
        width = 1 / max(1, len(names))
        return {name: (at * width, (at + 1) * width) for at, name in enumerate(names)}


def packed(app: App) -> bytes:
    """Write an app."""
    identity = json.dumps(asdict(app.identity), ensure_ascii=False).encode("utf-8", "replace")
    pieces = [_HEAD.pack(app.digest, len(app.pictures), len(identity)), identity]
    for kind in Kind:
        one = app.samples[kind]
        pieces.append(_SAMPLE.pack(kind, one.hashes.size, one.threshold, one.total))
        pieces += [one.hashes.astype("<u8").tobytes(), one.codes.tobytes()]
    return b"".join([*pieces, app.pictures.tobytes()])


@lru_cache(maxsize=512)  # one query meets many references
def unpacked(signature: bytes) -> App:
    """Read what `packed` wrote."""
    digest, pictures, length = _HEAD.unpack_from(signature)
    at = _HEAD.size + length
    facts = json.loads(signature[_HEAD.size : at])
    facts |= {name: tuple(facts[name]) for name in ("certificates", "own")}
    samples = {}
    for _ in Kind:
        kind, count, threshold, total = _SAMPLE.unpack_from(signature, at)
        at += _SAMPLE.size
        # A copy, because reading unaligned numbers is slow.
        hashes = np.frombuffer(signature, "<u8", count, at).astype(np.uint64)
        codes = np.frombuffer(signature, np.uint8, count, at + hashes.nbytes)
        samples[Kind(kind)] = Sample(hashes, codes, threshold, total)
        at += hashes.nbytes + codes.nbytes
    shown = np.frombuffer(signature, np.uint8, pictures * _PICTURE_BYTES, at)
    return App(digest, Identity(**facts), samples, shown.reshape(pictures, _PICTURE_BYTES))
