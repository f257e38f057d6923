"""Scores that mean the same in every modality: how seldom strangers look so alike.

score = −log10(P(a pair of strangers shows at least this evidence)) / 12, held to [0, 1]: 0.5 is one
false alarm in a million pairs. Each modality keeps the table that turns its own evidence into that
in its folder; `python -m benchmarks.accuracy calibrate` makes it anew from strangers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FILE: Final = "calibration.json"


@dataclass(frozen=True, slots=True)
class Curve:
    """What the evidence of one witness is worth: linear between knots, level beyond them.

    `evidence`: (n,) ascending, more means more alike; `scores`: (n,) in [0, 1], never falling.
    """

    evidence: NDArray[np.float64]
    scores: NDArray[np.float64]

    def __call__(self, evidence: float) -> float:
        """Return the score of so much evidence."""
        return float(np.interp(evidence, self.evidence, self.scores))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The curves of a modality's witnesses by name."""

    curves: Mapping[str, Curve]

    def score(self, witness: str, evidence: float) -> float:
        """Return the score of what one witness says; raises `KeyError` for an unknown witness."""
        return self.curves[witness](evidence)

    def best(self, evidence: Mapping[str, float]) -> float:
        """Return the score of the witness that says most; 0.0 without any."""
        return max((self.score(name, value) for name, value in evidence.items()), default=0.0)


@cache
def calibration(modality: str) -> Calibration:
    """Return the calibration of a modality."""
    file = resources.files(f"fingerprints.{modality}") / FILE
    return read(file.read_text(encoding="utf-8"))


def read(text: str) -> Calibration:
    """Read a calibration: `{witness: {"raw": […], "score": […], …}}`; raises `ValueError`."""
    return Calibration({name: _curve(name, table) for name, table in json.loads(text).items()})


def _curve(name: str, table: Mapping[str, list[float]]) -> Curve:
    evidence, scores = (np.asarray(table[key], np.float64) for key in ("raw", "score"))
    if evidence.size < 2 or evidence.shape != scores.shape:  # noqa: PLR2004 (a line has two ends)
        raise ValueError(f"{name}: {evidence.size} knots, {scores.size} scores")
    if (np.diff(evidence) <= 0).any() or (np.diff(scores) < 0).any():
        raise ValueError(f"{name}: knots must ascend, scores must not fall")
    if scores[0] < 0 or scores[-1] > 1:
        raise ValueError(f"{name}: scores lie in [0, 1]")
    return Curve(evidence, scores)
