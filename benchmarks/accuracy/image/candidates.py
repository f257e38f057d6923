"""What the terms of pictures cost in an index of any size, and which copies they find.

    python -m benchmarks.accuracy.image.candidates --corpus DIR --copies DIR --sample 40

An index's work is the postings that it touches: for each term asked for, every picture that has it.
They are counted over works that are strangers to the copy, and drawn out to ten million pictures,
where terms that more than one in a thousand has would not be looked up at all: the real cost is
less.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from benchmarks.accuracy.copies import Copies
from benchmarks.accuracy.image import SUITE
from benchmarks.accuracy.suite import Half
from fingerprints.contract import Limits
from fingerprints.errors import FingerprintError
from fingerprints.image import ImageModality

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from benchmarks.accuracy.suite import Original
    from fingerprints.contract import Fingerprint

_PICTURES: Final = 10_000_000
_LIMIT: Final = 20  # candidates that are verified
_MODALITY: Final = ImageModality()


class Work(NamedTuple):
    """A registered picture: its family, and the terms of each of its parts."""

    family: str
    parts: list[NDArray[np.int64]]


class Lookups(NamedTuple):
    """What one copy costs and finds; `shared`: (works,) terms that its look-ups found them by."""

    asked: int
    touched: NDArray[np.int64]
    shared: NDArray[np.int64]


def looked_up(copy: Fingerprint, postings: Postings) -> Lookups:
    """Look a copy up, as an index does it, but without leaving out common terms."""
    lookups = _MODALITY.probe(copy).lookups
    touched = np.zeros(postings.works, np.int64)
    shared = np.zeros(postings.works, np.int64)
    for lookup in lookups:
        hits = postings.hits(lookup.terms)
        touched += np.bincount(postings.work_of_part, hits, postings.works).astype(np.int64)
        kept = np.where(hits >= lookup.min_shared, hits, 0)
        shared += np.bincount(postings.work_of_part, kept, postings.works).astype(np.int64)
    return Lookups(sum(lookup.terms.size for lookup in lookups), touched, shared)


class Postings:
    """Terms in order, and the part that each is of."""

    def __init__(self, works: Sequence[Work]) -> None:
        self.works = len(works)
        parts = [part for work in works for part in work.parts]
        self.work_of_part = np.repeat(np.arange(len(works)), [len(work.parts) for work in works])
        terms = np.concatenate(parts)
        order = np.argsort(terms, kind="stable")
        self._terms = terms[order]
        self._parts = np.repeat(np.arange(len(parts)), [part.size for part in parts])[order]

    def hits(self, asked: NDArray[np.int64]) -> NDArray[np.int64]:
        """(parts,) how many of the terms each has."""
        low, high = (np.searchsorted(self._terms, asked, side) for side in ("left", "right"))
        found = [self._parts[a:b] for a, b in zip(low, high, strict=True) if a < b]
        hit = np.concatenate(found) if found else np.empty(0, np.int64)
        return np.bincount(hit, minlength=self.work_of_part.size)


def main() -> None:
    """Print recall by attack, and what a query costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of the media")
    parser.add_argument("--copies", type=Path, help="a folder that keeps copies between runs")
    parser.add_argument("--half", type=Half, default=Half.TUNE)
    parser.add_argument("--sample", type=int, default=40, help="so many originals are copied")
    parser.add_argument("--attack", action="append", help="only these")
    options = parser.parse_args()
    originals = SUITE.originals(options.half, options.corpus)
    works = [
        Work(one.family, [part.terms for part in found.parts])
        for one in originals
        if (found := printed(one.path))
    ]
    _print_stored(works)
    with tempfile.TemporaryDirectory() as scratch:
        copies = Copies(options.copies or Path(scratch), SUITE.modality)
        _print_attacks(works, originals, copies, options.sample, options.attack)


def printed(path: Path) -> Fingerprint | None:
    """Fingerprint a file; None where there is nothing to print."""
    try:
        with path.open("rb") as source:
            return _MODALITY.extract(source, limits=Limits())
    except FingerprintError:
        return None


def _print_stored(works: Sequence[Work]) -> None:
    stored = [sum(part.size for part in work.parts) for work in works]
    print(f"{len(works)} works, terms: mean {np.mean(stored):.0f}, median {np.median(stored):.0f}")
    frequencies = Counter(
        term for work in works for term in set(np.concatenate(work.parts).tolist())
    )
    often = [count for _, count in frequencies.most_common(10)]
    print(f"works that have the most frequent terms: {often}")


def _print_attacks(
    works: Sequence[Work],
    originals: Sequence[Original],
    copies: Copies,
    sample: int,
    only: Sequence[str] | None,
) -> None:
    postings = Postings(works)
    families = np.array([work.family for work in works])
    copied = [one for one in originals if SUITE.attacks[0].applies(one)]
    copied = [copied[at * len(copied) // sample] for at in range(min(sample, len(copied)))]
    costs: list[float] = []
    asked: list[int] = []
    strangers: list[float] = []
    for attack in SUITE.attacks:
        if only and attack.name not in only:
            continue
        paths = [(one, copies.of(one, attack)) for one in copied]
        prints = [(one, print_) for one, path in paths if (print_ := printed(path))]
        found = 0
        for one, print_ in prints:
            looked = looked_up(print_, postings)
            theirs = families != one.family
            own = int(looked.shared[~theirs].max())
            found += own > 0 and int((looked.shared[theirs] > own).sum()) < _LIMIT
            costs.append(float(looked.touched[theirs].mean()))
            strangers.append(float((looked.shared[theirs] > 0).mean()))
            asked.append(looked.asked)
        print(f"{attack.label}: {found / len(copied):.3f} of {len(copied)}", flush=True)
    for name, amounts in _summary(costs, asked, strangers):
        print(f"{name}: mean {np.mean(amounts):,.0f}, median {np.median(amounts):,.0f}")


def _summary(
    costs: Sequence[float], asked: Sequence[int], strangers: Sequence[float]
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    yield "terms asked for", np.array(asked, np.float64)
    yield "postings touched in 10 million pictures", np.array(costs) * _PICTURES
    yield "strangers found in 10 million pictures", np.array(strangers) * _PICTURES


if __name__ == "__main__":
    main()
