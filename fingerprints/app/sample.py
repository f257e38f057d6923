"""Samples of sets that show how much of one set is in another, and how to compare them.

Bottom-k samples with exponential ranks (Cohen and Kaplan, "Summarizing data using bottom-k
sketches", 2007): a feature's rank comes from its own hash, so that both sides sample alike, and
heavier features rank lower. Shares are Horvitz–Thompson estimates below the lower threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PLAIN: Final = 16
"""Weight code of an ordinary feature: weight 1."""
_STEPS: Final = 4  # weight codes to a doubling


@dataclass(frozen=True, slots=True)
class Sample:
    """`hashes`: (n,) uint64 ascending, distinct; `codes`: (n,) uint8, weight 2^((code − 16) / 4).

    `threshold`: all features of a lower rank are here; infinite where the whole set is.
    `total`: how many features the whole set has.
    """

    hashes: NDArray[np.uint64]
    codes: NDArray[np.uint8]
    threshold: float
    total: int

    @property
    def weights(self) -> NDArray[np.float64]:
        """(n,) what each feature counts for."""
        return weights(self.codes)


class Overlap(NamedTuple):
    """`shared`: features seen in both samples. The shares are by weight, of each whole set."""

    shared: int
    of_ours: float
    of_theirs: float


NONE: Final = Overlap(0, 0.0, 0.0)


def weights(codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(n,) weights that codes stand for."""
    found: NDArray[np.float64] = np.exp2((codes.astype(np.float64) - PLAIN) / _STEPS)
    return found


def code_of(weight: float) -> int:
    """Return the nearest weight code."""
    return int(min(255, max(0, round(PLAIN + _STEPS * np.log2(max(weight, 1e-9))))))


def ranks(hashes: NDArray[np.uint64], codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(n,) exponential ranks, from the hashes' lower bits: their heads are the bank's."""
    uniform = (hashes << np.uint64(11) >> np.uint64(11)).astype(np.float64) + 0.5
    found: NDArray[np.float64] = -np.log(uniform * 2.0**-53) / weights(codes)
    return found


def sample(hashes: NDArray[np.uint64], codes: NDArray[np.uint8], size: int) -> Sample:
    """Sample a set; `hashes` may repeat, and then the first one's weight counts."""
    distinct, first = np.unique(hashes, return_index=True)
    codes = codes[first]
    if distinct.size <= size:
        return Sample(distinct, codes, np.inf, int(distinct.size))
    rank = ranks(distinct, codes)
    order = np.argpartition(rank, size)
    kept = np.sort(order[:size])
    return Sample(distinct[kept], codes[kept], float(rank[order[size]]), int(distinct.size))


def overlap(ours: Sample, theirs: Sample) -> Overlap:
    """Estimate how much of each set is in the other."""
    threshold = min(ours.threshold, theirs.threshold)
    mine, other = _below(ours, threshold), _below(theirs, threshold)
    if not mine.hashes.size or not other.hashes.size:
        return NONE
    both, at, _ = np.intersect1d(mine.hashes, other.hashes, assume_unique=True, return_indices=True)
    shared = float(mine.values[at].sum())
    return Overlap(
        int(both.size),
        min(1.0, shared / float(mine.values.sum())),
        min(1.0, shared / float(other.values.sum())),
    )


class _Estimates(NamedTuple):
    hashes: NDArray[np.uint64]
    values: NDArray[np.float64]


def _below(one: Sample, threshold: float) -> _Estimates:
    """Return features of a rank below the threshold, each for those that the sample left out."""
    weight = one.weights
    if not np.isfinite(threshold):
        return _Estimates(one.hashes, weight)
    kept = ranks(one.hashes, one.codes) < threshold
    chance = -np.expm1(-weight[kept] * threshold)
    return _Estimates(one.hashes[kept], weight[kept] / chance)
