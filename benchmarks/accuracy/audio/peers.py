"""Chromaprint as it is used elsewhere: fpcalc, compared at the best of all offsets."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.accuracy.suite import Peer

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_BITS: Final = 32
_LEAST_ITEMS: Final = 8


def _fpcalc(path: Path) -> NDArray[np.uint32] | None:
    """Items of the whole file; None where there are too few."""
    command = ["fpcalc", "-raw", "-length", "0", str(path)]
    told = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    numbers = told.partition("FINGERPRINT=")[2].strip()
    items = np.array([int(number) for number in numbers.split(",") if number], np.uint32)
    return items if items.size >= _LEAST_ITEMS else None


def _bit_error_rate(copy: NDArray[np.uint32], work: NDArray[np.uint32]) -> float:
    """Bit error rate at the best offset at which the shorter lies within the longer."""
    shorter, longer = sorted((copy, work), key=len)
    places = np.lib.stride_tricks.sliding_window_view(longer, shorter.size)
    errors = np.bitwise_count(places ^ shorter).sum(axis=1, dtype=np.int64)
    return float(errors.min()) / (_BITS * shorter.size)


PEERS: Final = (Peer("fpcalc", _fpcalc, _bit_error_rate),)
