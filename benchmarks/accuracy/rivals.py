"""The peers of a suite on the same originals and copies, each at its own line."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from benchmarks.accuracy.counts import Share

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.accuracy.suite import Original, Peer

_FALSE_RATE: Final = 1e-6


class Rival:
    """One peer: collects distances while copies are made, and counts when its line is known."""

    def __init__(self, peer: Peer, originals: Sequence[Original]) -> None:
        self.peer = peer
        self._works = [(one, _extracted(peer, one.path)) for one in originals]
        self._own: dict[str, list[float]] = defaultdict(list)
        self._nearest_strangers: list[float] = []  # negated: a heap of the smallest
        self._stranger_pairs = 0

    def see(self, label: str, original: Original, copy: Path) -> None:
        """Take the distances of a copy to its original and to all strangers."""
        print_ = _extracted(self.peer, copy)
        own = math.inf
        for work, reference in self._works:
            if work.family == original.family and work != original:
                continue
            distance = math.inf
            if print_ is not None and reference is not None:
                distance = self.peer.distance(print_, reference)
            if work == original:
                own = distance
            else:
                self._stranger(distance)
        self._own[label].append(own)

    @property
    def threshold(self) -> float:
        """The peer's own line, or the one at the false-positive rate of one in a million."""
        if self.peer.threshold is not None:
            return self.peer.threshold
        allowed = math.floor(self._stranger_pairs * _FALSE_RATE)
        nearest = sorted(-negated for negated in self._nearest_strangers)
        return math.nextafter(nearest[allowed], -math.inf) if len(nearest) > allowed else math.inf

    def recall(self, label: str) -> Share:
        """How many copies of an attack lie on the near side of the line."""
        line = self.threshold
        distances = self._own[label]
        return Share(sum(one <= line and one < math.inf for one in distances), len(distances))

    def _stranger(self, distance: float) -> None:
        self._stranger_pairs += 1
        keep = 2 + math.floor(self._stranger_pairs * _FALSE_RATE)
        if len(self._nearest_strangers) < keep:
            heapq.heappush(self._nearest_strangers, -distance)
        else:
            heapq.heappushpop(self._nearest_strangers, -distance)


def _extracted(peer: Peer, path: Path) -> Any:  # noqa: ANN401 - whatever a peer's print is
    try:
        return peer.extract(path)
    except Exception:  # noqa: BLE001 - whatever ails a peer, it has not recognised the file
        return None
