"""The places of a page in bytes: what `verify` and `probe` need of it, and nothing else."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from fingerprints.layout.letters import Letters

_STEPS: Final = 64
"""Of a line: so finely are places kept."""
_FIELDS: Final = (("places", "<u2", 2), ("weakest", "u1", 2), ("codes", "<u8", 1))
_EACH: Final = sum(np.dtype(kind).itemsize * count for _, kind, count in _FIELDS)


def packed(page: Letters) -> bytes:
    """Write a page's places, 14 bytes each."""
    places = np.clip(np.rint(page.places * _STEPS), 0, 65535).astype("<u2")
    laid = page.laid.astype("<f4").tobytes()
    return b"".join(
        [laid, places.tobytes(), page.weakest.tobytes(), page.codes.astype("<u8").tobytes()]
    )


@lru_cache(maxsize=1024)  # one query meets many references
def unpacked(signature: bytes) -> Letters:
    """Read what `packed` wrote."""
    laid = np.frombuffer(signature, "<f4", 6).reshape(2, 3)
    start = laid.nbytes
    number = (len(signature) - start) // _EACH
    fields = {}
    for name, kind, count in _FIELDS:
        values = np.frombuffer(signature, kind, number * count, start)
        start += values.nbytes
        fields[name] = values.reshape(number, count)
    places = fields["places"].astype(np.float32) / np.float32(_STEPS)
    codes = fields["codes"].reshape(-1).astype(np.uint64)
    return Letters(places, codes, fields["weakest"], laid)
