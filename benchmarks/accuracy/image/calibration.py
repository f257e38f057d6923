"""Makes the curves of pictures: of views from all pairs of strangers, the others from the nearest.

    python -m benchmarks.accuracy.image.calibration --corpus DIR --copies DIR

Of all pairs of strangers hardly one is ever compared: the index hands over the few works that share
most terms with a copy, and these are the most alike. Files of the tune half, untouched and as
copies, are compared with those; all other pairs count as pairs without evidence. `corpus` says how
many were compared, `pairs` for how many they stand. Hashes of views take no time: all pairs of a
file and a work are compared by them. The curve of `shading` is of `smoothed`'s strangers.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from benchmarks.accuracy.calibrate import curve
from benchmarks.accuracy.copies import Copies
from benchmarks.accuracy.corpora import digest
from benchmarks.accuracy.image import SUITE
from benchmarks.accuracy.image.candidates import Postings, Work, looked_up, printed
from benchmarks.accuracy.image.originals import is_picture
from benchmarks.accuracy.image.smoothed import MOST, said_of_strangers, smoothed
from benchmarks.accuracy.suite import Half
from fingerprints.image import evidence, paged, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.accuracy.suite import Original
    from fingerprints.contract import Fingerprint

_OF_VIEWS: Final = "view", "plain view"
_WITNESSES: Final = "laid", "dense"
_ATTACKS: Final = ("combination", "heavy watermark")  # whose copies show the least of the work
_VERIFIED: Final = 20  # candidates of a file that `marque match` compares
_MOST: Final = 8  # of them that are compared here; the others are taken to show as much
_TAIL: Final = 20  # pairs: screenshots of the same kind of window are a heavier tail than the rest


class _File(NamedTuple):
    original: Original
    print_: Fingerprint


class _Shown(NamedTuple):
    """Evidence by witness, a row for each pair."""

    strangers: list[dict[str, float]]
    copies: list[dict[str, float]]


def calibrated(corpus: Path, copies: Copies, step: int) -> dict[str, Any]:
    """Return the curves as the file holds them, from the tune half; `step`: of every n-th file."""
    originals = SUITE.originals(Half.TUNE, corpus)
    works = [_File(one, found) for one in originals if (found := printed(one.path))]
    files = [*works, *_copies(originals, copies)][::step]
    shown = _shown(files, works)
    corpus_sha256 = digest(originals)
    pairs = len(files) * len(works) * _MOST // _VERIFIED
    note = f"{len(shown.strangers)} candidates of {len(files)} files compared, others taken for 0"
    of_views = _shown_by_views(files, works)
    curves = {
        name: curve(_column(of_views.strangers, name), _column(of_views.copies, name))
        for name in _OF_VIEWS
    }
    about = dict.fromkeys(_OF_VIEWS, f"all strangers of {len(files)} files and {len(works)} works")
    for name in _WITNESSES:
        strangers = _column(shown.strangers, name, pairs)
        curves[name] = curve(strangers, _column(shown.copies, name), _TAIL)
        about[name] = note
    curves["shading"], about["shading"] = _of_smooth(works, _column(shown.copies, "shading"))
    return {
        name: {**table, "corpus": about[name], "corpus_sha256": corpus_sha256}
        for name, table in curves.items()
    }


def _copies(originals: Sequence[Original], copies: Copies) -> Iterator[_File]:
    for attack in SUITE.attacks:
        for one in originals if attack.label in _ATTACKS else ():
            if is_picture(one) and (found := printed(copies.of(one, attack))):
                yield _File(one, found)


def _shown(files: Sequence[_File], works: Sequence[_File]) -> _Shown:
    """Compare each file with its nearest strangers, and with the work that it is a copy of."""
    parts = [[part.terms for part in work.print_.parts] for work in works]
    families = np.array([work.original.family for work in works])
    postings = Postings([Work(*one) for one in zip(families.tolist(), parts, strict=True)])
    found = _Shown([], [])
    for place, (original, print_) in enumerate(files):
        shared = looked_up(print_, postings).shared
        shared[families == original.family] = 0
        nearest = np.argsort(-shared, kind="stable")[:_MOST]
        for work in nearest[shared[nearest] > 0].tolist():
            found.strangers.append(verdict.evidence(print_, works[work].print_))
        own = (work.print_ for work in works if work.original == original)
        found.copies.extend(verdict.evidence(print_, one) for one in own if one is not print_)
        print(f"\r{place + 1} of {len(files)}", end="", file=sys.stderr, flush=True)
    return found


def _shown_by_views(files: Sequence[_File], works: Sequence[_File]) -> _Shown:
    views = [paged.pages(work.print_)[0].views for work in works]
    found = _Shown([], [])
    for original, print_ in files:
        ours = paged.pages(print_)[0].views
        for work, theirs in zip(works, views, strict=True):
            if print_ is work.print_:
                continue
            own = work.original == original
            if own or work.original.family != original.family:
                said = {one.witness: one.raw for one in evidence.by_views(ours, theirs)}
                (found.copies if own else found.strangers).append(said)
    return found


def _of_smooth(works: Sequence[_File], of_copies: np.ndarray) -> tuple[dict[str, Any], str]:
    """Return the curve of `shading`, and what it was made of."""
    everything = [one for work in works if (one := smoothed(*work))]
    pictures = [one for one in everything if is_picture(one.original)]
    said = np.array(list(said_of_strangers(pictures, everything)))
    others = np.zeros(len(pictures) * len(everything) - said.size)
    note = f"the {MOST} works most like each of {len(pictures)} pictures, all made smooth: "
    note += f"{said.size} pairs compared, others taken for 0"
    return curve(np.concatenate([said, others]), of_copies, _TAIL), note


def _column(rows: Sequence[Mapping[str, float]], name: str, pairs: int = 0) -> np.ndarray:
    """(n,) what a witness says of each pair, 0 of those not compared."""
    said = [row.get(name, 0.0) for row in rows]
    return np.array(said + [0.0] * (pairs - len(said)))


def main() -> None:
    """Print the curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of the media")
    parser.add_argument("--copies", type=Path, help="a folder that keeps copies between runs")
    parser.add_argument("--step", type=int, default=1, help="use every so many-th file only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        copies = Copies(options.copies or Path(scratch), SUITE.modality)
        print(json.dumps(calibrated(options.corpus, copies, options.step), indent=1))


if __name__ == "__main__":
    main()
