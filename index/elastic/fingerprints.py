"""`FingerprintIndex` on Elasticsearch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.contract import Candidate, FingerprintIndex, OwnerId, Side
from index.elastic import lifecycle
from index.elastic.candidates import Candidates
from index.elastic.migration import renew
from index.elastic.print_documents import HEADS, SIDES, parts_of
from index.elastic.prints import Prints
from index.elastic.upkeep import merge, sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fingerprints.contract import Fingerprint, Probe
    from index.elastic.indices import Indices


class ElasticFingerprintIndex(FingerprintIndex):
    """Fingerprints in Elasticsearch. Raises `Unavailable` and its kinds."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices
        self._prints = Prints(indices)
        self._candidates = Candidates(indices, self._prints)

    def add(self, owner: OwnerId, fingerprint: Fingerprint) -> None:
        """Index a fingerprint durably; it replaces the owner's earlier one of the modality."""
        self.add_all([(owner, fingerprint)])

    def add_all(self, prints: Iterable[tuple[OwnerId, Fingerprint]]) -> None:
        """Index several fingerprints durably; each is replaced whole."""
        self._prints.add_all(prints)

    def remove(self, side: Side, id: str) -> int:
        """Forget all fingerprints of a document; return how many there were."""
        return self._prints.remove(side, id)

    def load(
        self, owner: OwnerId, modality: str, *, parts: Sequence[int] | None = None
    ) -> Fingerprint:
        """Return a stored fingerprint, or only some of its parts, in order."""
        return self._prints.load(owner, modality, parts)

    def candidates(
        self, probes: Sequence[Probe], *, limit: int, among: Side = "work"
    ) -> list[list[Candidate]]:
        """Return, for each probe, who may be alike: most shared terms first."""
        return self._candidates.look_up(probes, limit, among)

    def older(self, modality: str, version: int) -> list[OwnerId]:
        """Return whose fingerprints of a modality another version of it has made."""
        return self._prints.older(modality, version)

    def tidy(self) -> None:
        """Merge the segments of parts where there are many: each is asked for every term."""
        for side in SIDES:
            merge(self._indices, parts_of(side))

    def rebuild(self) -> None:
        """Write the indices of fingerprints anew, without parts that are nobody's."""
        for side in SIDES:
            sweep(self._indices, self._prints, self._indices.alias(parts_of(side)))
            renew(self._indices, parts_of(side))
        renew(self._indices, HEADS)
        lifecycle.set_up(self._indices)
