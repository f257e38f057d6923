"""faiss, by itself and as ThreatExchange uses it: exact search by distance, all in memory."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.index.prints import BYTES, NEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


_BITS: Final = 8 * BYTES
_HASHES: Final = 16
_BITS_OF_HASH: Final = 16
_FLIPS: Final = 1


class _Faiss:
    _index: Any

    def build(self, blocks: Sequence[NDArray[np.uint8]], folder: Path) -> None:  # noqa: ARG002 - in memory
        """Add all hashes."""
        import faiss  # noqa: PLC0415 - a peer, loaded where it is measured

        faiss.omp_set_num_threads(1)
        self._index = self._made(faiss)
        for block in blocks:
            self._index.add(block)

    def ask(self, hashes: NDArray[np.uint8]) -> list[set[int]]:
        """Return all within 31 bits."""
        limits, _, numbers = self._index.range_search(hashes, NEAR + 1)
        return [set(some.tolist()) for some in np.split(numbers, limits[1:-1])]

    def size(self) -> int:
        """Return the bytes that faiss writes for it."""
        import faiss  # noqa: PLC0415

        with tempfile.NamedTemporaryFile() as file:
            faiss.write_index_binary(self._index, file.name)
            return Path(file.name).stat().st_size

    def cpu_s(self) -> float:
        """Return the processor time of this process."""
        return time.process_time()

    def close(self) -> None:
        """Nothing is kept."""

    def _made(self, faiss: Any) -> Any:  # noqa: ANN401 - it has no types
        raise NotImplementedError


class FaissFlat(_Faiss):
    """Every stored hash is compared."""

    name = "faiss flat"

    def _made(self, faiss: Any) -> Any:  # noqa: ANN401
        return faiss.IndexBinaryFlat(_BITS)


class FaissMultiHash(_Faiss):
    """16 tables of 16 bits, each asked with one bit changed, too: exact to 31 bits."""

    name = "faiss multi-hash"

    def _made(self, faiss: Any) -> Any:  # noqa: ANN401
        index = faiss.IndexBinaryMultiHash(_BITS, _HASHES, _BITS_OF_HASH)
        index.nflip = _FLIPS
        return index


class ThreatExchange(_Faiss):
    """The index of hashes that ThreatExchange's matcher service builds."""

    name = "threatexchange"

    def build(self, blocks: Sequence[NDArray[np.uint8]], folder: Path) -> None:  # noqa: ARG002 - in memory
        """Add all hashes, as hexadecimal strings, as it wants them."""
        import faiss  # noqa: PLC0415
        from threatexchange.signal_type.pdq.pdq_faiss_matcher import (  # noqa: PLC0415
            PDQMultiHashIndex,
        )

        faiss.omp_set_num_threads(1)
        self._matcher = PDQMultiHashIndex()
        hashes = [row.tobytes().hex() for block in blocks for row in block]
        self._matcher.add(hashes, range(len(hashes)))
        self._index = self._matcher.faiss_index

    def ask(self, hashes: NDArray[np.uint8]) -> list[set[int]]:
        """Return all within 31 bits."""
        asked = [row.tobytes().hex() for row in hashes]
        return [set(some) for some in self._matcher.search(asked, NEAR, return_as_ids=True)]
