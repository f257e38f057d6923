"""Each index is measured in a fresh process, so that none finds another's memory."""

from __future__ import annotations

import multiprocessing
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.index.elastic import Elastic
from benchmarks.index.embedded import Embedded
from benchmarks.index.faiss_peers import FaissFlat, FaissMultiHash, ThreatExchange
from benchmarks.index.measure import Asking, Cost, measured
from benchmarks.index.prints import Prints

if TYPE_CHECKING:
    from benchmarks.index.program import Program

PROGRAMS: Final[dict[str, type[Program]]] = {
    "embedded": Embedded,
    "elasticsearch": Elastic,
    "faiss-flat": FaissFlat,
    "faiss-multi-hash": FaissMultiHash,
    "threatexchange": ThreatExchange,
}


def alone(name: str, count: int, asking: Asking, below: Path | None) -> Cost:
    """Measure one program with so many prints, in a folder of its own."""
    with (
        multiprocessing.get_context("spawn").Pool(1) as pool,
        tempfile.TemporaryDirectory(dir=below, ignore_cleanup_errors=True) as folder,
    ):
        return pool.apply(_measured, (name, count, Path(folder), asking))


def _measured(name: str, count: int, folder: Path, asking: Asking) -> Cost:
    return measured(PROGRAMS[name](), Prints(count), folder / "index", asking)
