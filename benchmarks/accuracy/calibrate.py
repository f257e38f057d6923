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
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.accuracy.candidates import candidates
from benchmarks.accuracy.corpora import digest
from benchmarks.accuracy.suite import Half, NotMade
from fingerprints.contract import Limits
from fingerprints.errors import FingerprintError
from fingerprints.extraction import extract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.accuracy.suite import Original, Suite
    from fingerprints.contract import Fingerprint

_DECADES: Final = 12
_TAIL_PAIRS: Final = 100
_WEAK: Final = 0.1
_SELDOM: Final = 10
_COPIED: Final = 300


def calibrated(suite: Suite, corpus: Path, pairs: int) -> dict[str, Any]:
    """Return a calibration made on the tune half, as its file holds it.

    Untouched files, and of so many works as `_COPIED` a copy by one of the attacks, are compared
    with others' works, piece by piece where the modality's verdict cuts them; at most so many
    pairs, drawn at random. Where the verdict is `FOUND_BY_TERMS`, pairs that the index wouldn't
    bring together show nothing, uncompared. A witness with nothing to say of copies is left out.
    """
    verdict = import_module(f"fingerprints.{suite.modality}.verdict")
    evidence = verdict.evidence
    originals = suite.originals(Half.TUNE, corpus)
    chance = Random(suite.modality)  # noqa: S311 - reproducible
    works = list(_printed(suite, originals))
    copied = chance.sample(originals, min(_COPIED, len(originals)))
    attacked = list(_printed_copies(suite, copied, chance))
    pieces = getattr(verdict, "pieces", lambda print_: [print_])
    copies, cut = _cut([*works, *attacked], pieces), _cut(works, pieces)
    found = None
    if getattr(verdict, "FOUND_BY_TERMS", False):
        found = candidates([one for _, one in copies], [one for _, one in cut], suite.modality)
    rows: list[dict[str, float]] = []
    for copy, work in _strangers(copies, cut, chance):
        if found is not None and (copy, work) not in found:
            rows.append({})
            continue
        if not pairs:
            break
        pairs -= 1
        rows.append(evidence(copies[copy][1], cut[work][1]))
    untouched = {one.name: print_ for one, print_ in works}
    own = [(copy, untouched[one.name]) for one, copy in attacked if one.name in untouched]
    own += [(copy, copy) for one, copy in works if one in copied]
    of_copies = [evidence(copy, work) for copy, work in own]
    corpus_sha256 = digest(originals)
    return {
        name: {**curve(_shown(name, rows), shown), "corpus_sha256": corpus_sha256}
        for name in sorted({name for row in of_copies for name in row})
        if (shown := _shown(name, of_copies)).any()
    }


def curve(
    strangers: NDArray[np.float64], copies: NDArray[np.float64], tail_pairs: int = _TAIL_PAIRS
) -> dict[str, Any]:
    """Return the knots of a witness from its evidence over stranger pairs, (n,), and copies, (m,).

    `tail_pairs`: the tail is fitted to so many of the greatest. Knots end where the chance is
    10⁻¹², or at the most that a copy shows.
    """
    greatest, weak = float(copies.max()), float(np.quantile(copies[copies > 0], _WEAK))
    ordered = np.sort(strangers)[::-1]
    tail = min(tail_pairs, max(1, ordered.size // 20))
    start = float(ordered[tail - 1])
    scale = max(_scale(ordered[:tail] - start), weak / (_DECADES * np.log(10.0)))
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


def _scale(excesses: NDArray[np.float64]) -> float:
    """Return the scale of an exponential tail from its (n,) excesses, the greatest first.

    Of such a tail the greatest lies about ln n scales out. Where it lies farther than that of one
    tail in ten, the tail is heavier than an exponential one, and must reach it.
    """
    mean, expected = float(excesses.mean()), float(np.log(excesses.size))
    is_heavy = excesses[0] > mean * (expected + np.log(_SELDOM))
    return float(excesses[0]) / expected if is_heavy and expected else mean


def _cut(
    prints: Iterable[tuple[Original, Fingerprint]], pieces: Callable[[Any], list[Any]]
) -> list[tuple[str, Fingerprint]]:
    """Pieces of the prints, each with its family."""
    return [(one.family, piece) for one, print_ in prints for piece in pieces(print_)]


def _strangers(
    copies: Sequence[tuple[str, Fingerprint]],
    works: Sequence[tuple[str, Fingerprint]],
    chance: Random,
) -> Iterator[tuple[int, int]]:
    """Pairs of different families, by number, each once, in random order."""
    total = len(copies) * len(works)
    pairs = (divmod(number, len(works)) for number in chance.sample(range(total), total))
    return ((copy, work) for copy, work in pairs if copies[copy][0] != works[work][0])


def _shown(name: str, rows: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
    return np.array([row.get(name, 0.0) for row in rows])


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
