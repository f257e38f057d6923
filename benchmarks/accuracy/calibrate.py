"""Makes a modality's calibration from pairs of strangers.

Each witness's evidence is collected over pairs of a copy and a work of another family. Where there
are enough of them, the chance of at least so much evidence is counted; beyond, it is drawn out by
an exponential tail fitted to the greatest excesses (the generalised Pareto law with shape 0:
Pickands 1975). The tail is never taken to be so thin that what the weakest tenth of copies shows
would be worth more than a score of 1 by itself: strangers that all show nothing prove little.
"""

from __future__ import annotations

import tempfile
from importlib import import_module
from itertools import product
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.accuracy.corpora import digest
from benchmarks.accuracy.suite import Half, NotMade
from fingerprints.contract import Limits
from fingerprints.errors import FingerprintError
from fingerprints.extraction import extract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.accuracy.suite import Original, Suite
    from fingerprints.contract import Fingerprint

_DECADES: Final = 12
_TAIL_PAIRS: Final = 100
_WEAK: Final = 0.1


def calibrated(suite: Suite, corpus: Path, pairs: int) -> dict[str, Any]:
    """Return a calibration made on the tune half, as its file holds it.

    Of each work an untouched file and a copy by one of the attacks are compared with others' works,
    piece by piece where the modality's verdict cuts them; at most so many pairs, drawn at random. A
    witness with nothing to say of copies is left out.
    """
    verdict = import_module(f"fingerprints.{suite.modality}.verdict")
    evidence = verdict.evidence
    pieces = getattr(verdict, "pieces", lambda print_: [print_])
    originals = suite.originals(Half.TUNE, corpus)
    chance = Random(suite.modality)  # noqa: S311 - reproducible
    works = list(_printed(suite, originals))
    copies = [*works, *_printed_copies(suite, originals, chance)]
    cut = [
        [(one, piece) for one, print_ in side for piece in pieces(print_)]
        for side in (copies, works)
    ]
    strangers = [pair for pair in product(*cut) if pair[0][0].family != pair[1][0].family]
    chosen = chance.sample(strangers, min(pairs, len(strangers)))
    of_strangers = _by_witness([evidence(copy, work) for (_, copy), (_, work) in chosen])
    own = [(copy, work) for (a, copy), (b, work) in product(copies, works) if a == b]
    of_copies = _by_witness([evidence(copy, work) for copy, work in own])
    corpus_sha256 = digest(originals)
    return {
        name: {**curve(of_strangers[name], shown), "corpus_sha256": corpus_sha256}
        for name, shown in of_copies.items()
        if shown.any()
    }


def curve(strangers: NDArray[np.float64], copies: NDArray[np.float64]) -> dict[str, Any]:
    """Return the knots of a witness from its evidence over stranger pairs, (n,), and copies, (m,).

    Knots end where the chance is 10⁻¹², or at the most that a copy shows.
    """
    greatest, weak = float(copies.max()), float(np.quantile(copies[copies > 0], _WEAK))
    ordered = np.sort(strangers)[::-1]
    tail = min(_TAIL_PAIRS, max(1, ordered.size // 20))
    start = float(ordered[tail - 1])
    scale = max(float((ordered[:tail] - start).mean()), weak / (_DECADES * np.log(10.0)))
    chances = 10.0 ** -np.arange(_DECADES + 1)
    ranks = np.minimum((chances * ordered.size).astype(int), ordered.size - 1)
    counted = chances * ordered.size >= tail
    beyond = start + scale * np.log(np.maximum(tail / ordered.size / chances, 1.0))
    raw = np.minimum(np.where(counted, ordered[ranks], beyond), max(greatest, start + scale))
    # Where several chances end at one evidence, the likeliest is its own.
    knots, decades = np.unique(raw, return_index=True)
    return {
        "raw": [round(float(knot), 6) for knot in knots],
        "score": [round(float(decade) / _DECADES, 6) for decade in decades],
        "pairs": int(ordered.size),
    }


def _by_witness(rows: Sequence[Mapping[str, float]]) -> dict[str, NDArray[np.float64]]:
    names = sorted({name for row in rows for name in row})
    return {name: np.array([row.get(name, 0.0) for row in rows]) for name in names}


def _printed(suite: Suite, originals: Sequence[Original]) -> Iterator[tuple[Original, Fingerprint]]:
    for original in originals:
        print_ = _print(original.path, suite.modality)
        if print_ is not None:
            yield original, print_


def _printed_copies(
    suite: Suite, originals: Sequence[Original], chance: Random
) -> Iterator[tuple[Original, Fingerprint]]:
    for original in originals:
        attacks = [one for one in suite.attacks if one.applies(original)]
        if not attacks:
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                copy = chance.choice(attacks).make(original, Path(folder), chance)
            except NotMade:
                continue
            print_ = _print(copy, suite.modality)
        if print_ is not None:
            yield original, print_


def _print(path: Path, modality: str) -> Fingerprint | None:
    try:
        with path.open("rb") as source:
            extraction = extract(source, limits=Limits(), filename=path.name)
    except FingerprintError:
        return None
    return next((one for one in extraction.prints if one.modality == modality), None)
