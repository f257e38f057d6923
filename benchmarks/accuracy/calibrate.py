"""Makes a modality's calibration from pairs of strangers.

Each witness's evidence is collected over stranger pairs. Where there are enough of them, the chance
of at least so much evidence is counted; beyond, it is drawn out by an exponential tail fitted to
the greatest excesses (the generalised Pareto law with shape 0, Pickands 1975). A tail is never
taken to be thinner than the witness's least scale, a share of its range: a handful of strangers
that all show nothing proves little.
"""

from __future__ import annotations

import io
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.accuracy.corpora import digest
from fingerprints.contract import Limits
from fingerprints.errors import FingerprintError
from fingerprints.extraction import extract

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.accuracy.suite import Original
    from fingerprints.contract import Fingerprint

Evidence = "Callable[[Fingerprint, Fingerprint], dict[str, float]]"

_DECADES: Final = 12
_TAIL_PAIRS: Final = 100
_LEAST_SCALE: Final = 0.004


def collect(
    originals: Sequence[Original],
    evidence: Callable[[Fingerprint, Fingerprint], dict[str, float]],
    modality: str,
    *,
    pairs: int,
) -> dict[str, NDArray[np.float64]]:
    """Return each witness's evidence over at most so many random stranger pairs."""
    printed = [(one, _print(one.path, modality)) for one in originals]
    known = [(one, print_) for one, print_ in printed if print_ is not None]
    strangers = [(a, b) for (x, a), (y, b) in product(known, known) if x.family != y.family]
    chosen = Random(0).sample(strangers, min(pairs, len(strangers)))  # noqa: S311 - reproducible
    rows = [evidence(a, b) for a, b in chosen]
    names = sorted({name for row in rows for name in row})
    return {name: np.array([row.get(name, 0.0) for row in rows]) for name in names}


def curve(values: NDArray[np.float64], greatest: float) -> dict[str, Any]:
    """Return the knots of a witness whose evidence over strangers is `values`, (n,).

    `greatest` is the most evidence there can be; knots end where the chance is 10⁻¹² or there.
    """
    ordered = np.sort(values)[::-1]
    tail = min(_TAIL_PAIRS, max(1, ordered.size // 20))
    start = float(ordered[tail - 1])
    excess = ordered[:tail] - start
    scale = max(float(excess.mean()), _LEAST_SCALE * greatest)
    decades = np.arange(_DECADES + 1)
    chances = 10.0**-decades
    counted = chances * ordered.size >= tail
    ranks = np.minimum((chances * ordered.size).astype(int), ordered.size - 1)
    beyond = start + scale * np.log(np.maximum(tail / ordered.size / chances, 1.0))
    raw = np.minimum(np.where(counted, ordered[ranks], beyond), greatest)
    knots, first = np.unique(raw[::-1], return_index=True)
    scores = (decades[::-1] / _DECADES)[first]
    if knots.size == 1:
        knots, scores = np.array([knots[0], greatest]), np.array([0.0, 1.0])
    return {
        "raw": [round(float(knot), 6) for knot in knots],
        "score": [round(float(score), 6) for score in np.maximum.accumulate(scores)],
        "pairs": int(ordered.size),
    }


def table(
    values: dict[str, NDArray[np.float64]],
    greatest: dict[str, float],
    originals: Sequence[Original],
) -> dict[str, Any]:
    """Return a calibration, ready to be kept as the modality's calibration.json."""
    corpus = digest(originals)
    return {
        name: {**curve(one, greatest[name]), "corpus_sha256": corpus}
        for name, one in values.items()
    }


def _print(path: Path, modality: str) -> Fingerprint | None:
    try:
        extraction = extract(io.BytesIO(path.read_bytes()), limits=Limits(), filename=path.name)
    except FingerprintError:
        return None
    return next((one for one in extraction.prints if one.modality == modality), None)
