"""Other near-duplicate detectors for text, on the words of the files as they are.

All compare sets of shingles: 5 characters of what is left after lower-casing and dropping spaces.
Containment isn't what MinHash estimates, so short excerpts are far from their chapter for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.accuracy.suite import Peer

if TYPE_CHECKING:
    from pathlib import Path

    from datasketch import MinHash
    from rensa import RMinHash

_SHINGLE: Final = 5
_HASHES: Final = 128
_GRAM: Final = 25  # copydetect's defaults: 25, and a guarantee of 25 gives a window of 1
_WINDOW: Final = 1


def _text(path: Path) -> str:
    return "".join(path.read_text(encoding="utf-8").lower().split())


def _shingles(path: Path) -> list[str]:
    text = _text(path)
    return [text[at : at + _SHINGLE] for at in range(max(1, len(text) - _SHINGLE + 1))]


def _datasketch(path: Path) -> MinHash:
    from datasketch import MinHash  # noqa: PLC0415 - only this needs it

    made = MinHash(num_perm=_HASHES)
    made.update_batch([one.encode() for one in _shingles(path)])
    return made


def _datasketch_distance(copy: Any, work: Any) -> float:  # noqa: ANN401 - the peer's own
    return 1.0 - float(copy.jaccard(work))


def _rensa(path: Path) -> RMinHash:
    from rensa import RMinHash  # noqa: PLC0415 - only this needs it

    made = RMinHash(num_perm=_HASHES, seed=1)
    made.update(_shingles(path))
    return made


def _rensa_distance(copy: Any, work: Any) -> float:  # noqa: ANN401 - the peer's own
    return 1.0 - float(copy.jaccard(work))


def _copydetect(path: Path) -> Any:  # noqa: ANN401 - the peer's own
    from copydetect.utils import hashed_kgrams, winnow  # noqa: PLC0415 - only this needs it

    text = _text(path)
    hashes = hashed_kgrams(text, min(_GRAM, max(1, len(text))))
    return winnow(hashes, _WINDOW)[0]


def _copydetect_distance(copy: Any, work: Any) -> float:  # noqa: ANN401 - the peer's own
    shared = np.intersect1d(copy, work, assume_unique=True).size
    return 1.0 - shared / max(1, len(copy))


PEERS: Final = (
    Peer("datasketch MinHash", _datasketch, _datasketch_distance),
    Peer("rensa RMinHash", _rensa, _rensa_distance),
    Peer("copydetect", _copydetect, _copydetect_distance),
)
