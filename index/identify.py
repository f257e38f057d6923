"""Whose is this? Candidates by shared terms, then the modality's exact verdict on each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fingerprints.contract import Comparison, Fingerprint, Modality
    from index.contract import Candidate, FingerprintIndex

_CANDIDATES = 20
_NEIGHBOURS = 1
_FEW_PARTS = 64


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a copy compares with one medium of a work, named by its SHA-256."""

    medium: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Finding:
    """A registered work that the copy holds; `verdicts` are best first, one a medium."""

    work_id: str
    verdicts: tuple[Verdict, ...]

    @property
    def best(self) -> Comparison:
        """Return the comparison with the medium that the copy is most like."""
        return self.verdicts[0].comparison


def identify(
    prints: Sequence[Fingerprint],
    index: FingerprintIndex,
    modality: Modality,
    *,
    threshold: float,
) -> list[list[Finding]]:
    """Return, for each fingerprint of one modality, the works it holds, best first.

    Media whose score is below `threshold` are left out.
    """
    candidates = index.candidates([modality.probe(one) for one in prints], limit=_CANDIDATES)
    return [
        _findings(one, found, index, modality, threshold)
        for one, found in zip(prints, candidates, strict=True)
    ]


def _findings(
    copy: Fingerprint,
    candidates: list[Candidate],
    index: FingerprintIndex,
    modality: Modality,
    threshold: float,
) -> list[Finding]:
    verdicts: dict[str, list[Verdict]] = defaultdict(list)
    for candidate in candidates:
        owner = candidate.owner
        try:
            reference = index.load(owner, copy.modality, parts=_needed(candidate))
        except NotFound:  # withdrawn since the candidates were looked up
            continue
        comparison = modality.verify(copy, reference)
        if comparison.score >= threshold:
            verdicts[owner.id].append(Verdict(owner.medium, comparison))
    findings = [
        Finding(work_id, tuple(sorted(found, key=lambda one: (-one.comparison.score, one.medium))))
        for work_id, found in verdicts.items()
    ]
    return sorted(findings, key=lambda one: (-one.best.score, one.work_id))


def _needed(candidate: Candidate) -> list[int] | None:
    """Return the parts to verify with: all (None), or of a long work those that were hit.

    Their neighbours come with them: what a passage that crosses a border runs on into.
    """
    if candidate.of <= _FEW_PARTS:
        return None
    reach = range(-_NEIGHBOURS, _NEIGHBOURS + 1)
    return sorted({part + step for part in candidate.parts for step in reach if part + step >= 0})
