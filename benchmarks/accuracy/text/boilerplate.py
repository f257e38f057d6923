"""Makes the bank of texts that prove nothing.

    python -m benchmarks.accuracy.text.boilerplate [--keep] [--corpus DIR] [--folder DIR]… [FILE…]

It holds the notices of `notices.txt`, a text a paragraph; every file given, such as the licences of
/usr/share/common-licenses, or what consent tools say in each language (the translations in npm's
tarteaucitronjs and klaro); and what texts of three unrelated families share: those of the tune
half, the documentation of each installed package of Debian (its copyright, manual pages and texts;
a family is a source package), and a family for each folder in the folders given, such as those that
`python -m benchmarks.extraction sites` makes. With --keep what the bank holds stays, and only
notices, files and folders are added.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

import fingerprints.text
from benchmarks.accuracy.text.furniture import families
from fingerprints.text.boilerplate import FILE, HALF
from fingerprints.text.normalise import normalise
from fingerprints.text.winnow import distinct, grams, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

FEWEST_FAMILIES: Final = 3


def collected(
    notices: Iterable[str],
    common: Iterable[str] = (),
    related: Mapping[str, Iterable[str]] | None = None,
) -> NDArray[np.uint32]:
    """The bank of all texts in `notices` (whole) and `common`, and of what families share.

    `related`: texts by family; what three have in common is nobody's.
    """
    found: set[int] = set()
    for text in notices:
        every = np.concatenate(grams(normalise(text).characters))
        found.update(np.unique(distinct(every) >> HALF).tolist())
    for text in common:
        found.update(_halves(text))
    counts: Counter[int] = Counter()
    for texts in (related or {}).values():
        counts.update({half for text in texts for half in _halves(text)})
    found.update(half for half, count in counts.items() if count >= FEWEST_FAMILIES)
    return np.array(sorted(found), np.uint32)


def main() -> None:
    """Write the bank into the package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="add to the bank")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="folder of the media")
    parser.add_argument("--folder", type=Path, action="append", default=[], help="of families")
    parser.add_argument("files", type=Path, nargs="*")
    options = parser.parse_args()
    notices = Path(__file__).with_name("notices.txt").read_text("utf-8").split("\n\n")
    common = (path.read_text("utf-8", "replace") for path in options.files)
    file = Path(fingerprints.text.__file__).with_name(FILE)
    corpus = None if options.keep else options.corpus
    bank = collected(notices, common, families(corpus, options.folder))
    if options.keep:
        bank = np.union1d(bank, np.load(file, allow_pickle=False))
    np.save(file, bank, allow_pickle=False)
    print(f"{bank.size} k-grams")


def _halves(text: str) -> list[int]:
    halves: list[int] = np.unique(terms(normalise(text).characters) >> HALF).tolist()
    return halves


if __name__ == "__main__":
    main()
