"""What each measured index has to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


class Program(Protocol):
    """An index of made prints, in a folder of its own."""

    name: str

    def build(self, blocks: Sequence[NDArray[np.uint8]], folder: Path) -> None:
        """Store all prints, ready to be asked."""
        ...

    def size(self) -> int:
        """Return how many bytes it takes, on the disk or, where it has no file, in memory."""
        ...

    def ask(self, hashes: NDArray[np.uint8]) -> list[set[int]]:
        """Return, for each of (n, 32) hashes, the numbers of the prints that may be near."""
        ...

    def cpu_s(self) -> float:
        """Return the processor time used so far, of this process or of the server asked."""
        ...

    def close(self) -> None:
        """Remove what was stored."""
        ...


def bytes_of(folder: Path) -> int:
    """Return the size of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
