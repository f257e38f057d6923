"""Marque's index on one machine."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

from benchmarks.index.prints import fingerprint, probe
from benchmarks.index.program import bytes_of
from index.contract import OwnerId
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


_CANDIDATES = 20


class Embedded:
    """SQLite, and postings in files beside it."""

    name = "Marque embedded"

    def build(self, blocks: Sequence[NDArray[np.uint8]], folder: Path) -> None:
        """Add all prints, a few thousand in a transaction, as an import does."""
        self._folder = folder
        self._index = open_store(StoreLocation(folder)).fingerprints
        self._add(blocks)
        self._index.tidy()

    def _add(self, blocks: Sequence[NDArray[np.uint8]]) -> None:
        number = 0
        for block in blocks:
            for some in range(0, len(block), 5_000):
                hashes = block[some : some + 5_000]
                self._index.add_all(
                    (OwnerId("work", str(number + at), ""), fingerprint(hash_[None]))
                    for at, hash_ in enumerate(hashes)
                )
                number += len(hashes)

    def size(self) -> int:
        """Return the bytes of the database and of the postings."""
        return bytes_of(self._folder)

    def ask(self, hashes: NDArray[np.uint8]) -> list[set[int]]:
        """Return the best candidates of each."""
        found = self._index.candidates([probe(hash_[None]) for hash_ in hashes], limit=_CANDIDATES)
        return [{int(one.owner.id) for one in some} for some in found]

    def cpu_s(self) -> float:
        """Return the processor time of this process."""
        return time.process_time()

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder)
