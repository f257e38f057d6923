"""Whose is this? Candidates by shared terms, then the modality's exact verdict on each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fingerprints.modalities import MODALITIES
from index.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fingerprints.contract import Comparison, Fingerprint, Modality
    from fingerprints.extraction import Extraction
    from index.contract import Candidate, FingerprintIndex

_CANDIDATES = 20
_NEIGHBOURS = 1
_FEW_PARTS = 64


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a copy compares with one medium of a work, named by its SHA-256.

    `member`: where in the copy, if that is an archive: "cd 2.zip/03.mp3"; "" for the whole file.
    """

    medium: str
    comparison: Comparison
    member: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A registered work that the copy holds; `verdicts` are best first.

    One a medium, and of an archive one a member and medium.
    """

    work_id: str
    verdicts: tuple[Verdict, ...]

    @property
    def best(self) -> Comparison:
        """Return the comparison with the medium that the copy is most like."""
        return self.verdicts[0].comparison


def identify_file(
    extraction: Extraction, index: FingerprintIndex, *, threshold: float
) -> list[tuple[Modality, Finding]]:
    """Return the works that a file holds, modality by modality, in each best first.

    What the members of an archive hold counts together with what the whole file does.
    """
    (found,) = identify_files((extraction,), index, threshold=threshold)
    return found


def identify_files(
    extractions: Sequence[Extraction], index: FingerprintIndex, *, threshold: float
) -> list[list[tuple[Modality, Finding]]]:
    """Return for each file the works that it holds, as for one; all are looked up together."""
    held: list[list[tuple[Modality, Finding]]] = [[] for _ in extractions]
    for name, prints in _by_modality(extractions).items():
        modality = MODALITIES[name]
        found = identify([one for _, _, one in prints], index, modality, threshold=threshold)
        verdicts: dict[int, dict[str, list[Verdict]]] = defaultdict(lambda: defaultdict(list))
        for (file, member, _), findings in zip(prints, found, strict=True):
            for finding in findings:
                verdicts[file][finding.work_id] += [
                    replace(one, member=member) for one in finding.verdicts
                ]
        for file, its in verdicts.items():
            held[file] += [(modality, finding) for finding in _ordered(its)]
    return held


def _by_modality(
    extractions: Sequence[Extraction],
) -> dict[str, list[tuple[int, str, Fingerprint]]]:
    """Return the fingerprints of each modality, each with its file and the path of its member."""
    found: dict[str, list[tuple[int, str, Fingerprint]]] = defaultdict(list)
    for file, extraction in enumerate(extractions):
        for one in extraction.prints:
            found[one.modality].append((file, "", one))
        for member in extraction.members:
            for one in member.prints:
                found[one.modality].append((file, member.path, one))
    return found


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
        if reference.version != copy.version:  # of an older program: to be renewed
            continue
        comparison = modality.verify(copy, reference)
        if comparison.score >= threshold:
            verdicts[owner.id].append(Verdict(owner.medium, comparison))
    return _ordered(verdicts)


def _ordered(verdicts: dict[str, list[Verdict]]) -> list[Finding]:
    findings = [
        Finding(work_id, tuple(sorted(found, key=_best_first)))
        for work_id, found in verdicts.items()
    ]
    return sorted(findings, key=lambda one: (-one.best.score, one.work_id))


def _best_first(one: Verdict) -> tuple[float, str, str]:
    return -one.comparison.score, one.medium, one.member


def _needed(candidate: Candidate) -> list[int] | None:
    """Return the parts to verify with: all (None), or of a long work those that were hit.

    Their neighbours come with them: what a passage that crosses a border runs on into.
    """
    if candidate.of <= _FEW_PARTS:
        return None
    reach = range(-_NEIGHBOURS, _NEIGHBOURS + 1)
    return sorted({part + step for part in candidate.parts for step in reach if part + step >= 0})
