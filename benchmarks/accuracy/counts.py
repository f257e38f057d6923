"""What a run counted, and how sure the shares are."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

_Z95: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with its 95 % confidence interval (Wilson 1927)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share; NaN of nothing."""
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The bounds between which the true share lies in 95 of 100 cases."""
        if not self.of:
            return 0.0, 1.0
        centre = self.hits + _Z95**2 / 2
        reach = _Z95 * math.sqrt(self.hits * (self.of - self.hits) / self.of + _Z95**2 / 4)
        total = self.of + _Z95**2
        return max(0.0, (centre - reach) / total), min(1.0, (centre + reach) / total)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackCount:
    """One attack: how many copies were recognised, by Marque and by each peer."""

    name: str
    strength: float | None
    label: str
    goal: float | None
    recall: Share
    unreadable: int
    peers: dict[str, Share] = field(default_factory=dict)

    @property
    def meets_goal(self) -> bool:
        """Whether the recall reaches the goal; an attack without a goal always does."""
        return self.goal is None or self.recall.value >= self.goal


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteCount:
    """One modality's run. `strangers` counts false matches of pairs of unrelated files."""

    modality: str
    half: str
    works: int
    refused: int
    corpus_sha256: str
    strangers: Share
    attacks: tuple[AttackCount, ...]
    false_matches: tuple[str, ...] = ()
    thresholds: dict[str, float] = field(default_factory=dict)

    @property
    def precision(self) -> Share:
        """True matches of all matches."""
        true = sum(attack.recall.hits for attack in self.attacks)
        return Share(true, true + self.strangers.hits)
