"""Makes the bank of texts that prove nothing.

    python -m benchmarks.accuracy.text.boilerplate FILE…

It holds the notices of `notices.txt`, a text a paragraph; every file given, such as the licences of
/usr/share/common-licenses; and of files named `copyright`, which packages of Debian have, what two
of them share.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import fingerprints.text
from fingerprints.text.boilerplate import FILE, HALF
from fingerprints.text.normalise import normalise
from fingerprints.text.winnow import terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


def collected(common: Iterable[str], shared: Iterable[str] = ()) -> NDArray[np.uint32]:
    """The bank of all texts in `common`, and of what two of the texts in `shared` have."""
    found = {half for text in common for half in _halves(text)}
    counts = Counter(half for text in shared for half in _halves(text))
    found.update(half for half, count in counts.items() if count > 1)
    return np.array(sorted(found), np.uint32)


def main(paths: list[Path]) -> None:
    """Write the bank into the package."""
    notices = Path(__file__).with_name("notices.txt").read_text("utf-8").split("\n\n")
    common = [_read(path) for path in paths if path.name != "copyright"]
    shared = {_read(path) for path in paths if path.name == "copyright"}
    folder = Path(fingerprints.text.__file__).parent
    np.save(folder / FILE, collected([*notices, *common], shared), allow_pickle=False)


def _read(path: Path) -> str:
    return path.read_text("utf-8", "replace")


def _halves(text: str) -> list[int]:
    halves: list[int] = np.unique(terms(normalise(text).characters) >> HALF).tolist()
    return halves


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]])
