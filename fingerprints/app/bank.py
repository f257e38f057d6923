"""Makes the bank of known libraries: `python -m fingerprints.app.bank OUT FILE…`.

Each FILE is a library (.jar, .aar, .dex), or an .apk that holds nothing but libraries' and
templates' compiled resources: all that is in it is known from then on. A library's .jar is best
given as .dex too, since both kinds of code are met. With `--apps`, what follows are programs of
different makers, of which only what two of them share is known.
`python -m benchmarks.accuracy.app.known` calls it for the bank that is shipped.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.app import contents, libraries, pictures
from fingerprints.app.contents import Contents, Kind
from fingerprints.archive import Budget, kind, members
from fingerprints.contract import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_LIMITS: Final = Limits()
_VALUES: Final = re.compile(r"res/values[^/]*/[^/]+\.xml")
_TEXT: Final = re.compile(r"<(?:string|item)[^>]*>([^<]+)<", re.DOTALL)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a bank."""
    parser = argparse.ArgumentParser(prog="python -m fingerprints.app.bank", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("libraries", type=Path, nargs="+")
    parser.add_argument("--apps", type=Path, nargs="*", default=[])
    options = parser.parse_args(arguments)
    known = [heads(path) for path in options.libraries]
    bank = np.unique(np.concatenate([*known, in_two([heads(path) for path in options.apps])]))
    options.out.write_bytes(libraries.packed(bank))
    sys.stdout.write(f"{bank.size} features in {options.out.stat().st_size} bytes\n")


def heads(path: Path) -> NDArray[np.uint32]:
    """(n,) distinct heads of the hashes of everything in a file."""
    source = io.BytesIO(path.read_bytes())
    if kind(source) == "application/octet-stream":
        found = contents.read_binary(source, _LIMITS, everything=True)
    else:
        budget = Budget(_LIMITS, path.stat().st_size)
        found = contents.read(source, _LIMITS, budget, everything=True)
        contents.add_texts(_uncompiled_texts(source), found)
    shown = pictures.every((member for *_, member in found.pictures), _LIMITS)
    return _heads(found, [pictures.feature(one) for one in shown])


def in_two(sets: Sequence[NDArray[np.uint32]]) -> NDArray[np.uint32]:
    """(n,) what is in at least two of these sets of distinct numbers."""
    if not sets:
        return np.zeros(0, np.uint32)
    values, counts = np.unique(np.concatenate(sets), return_counts=True)
    return np.asarray(values[counts > 1], np.uint32)


def _heads(found: Contents, shown: Sequence[int]) -> NDArray[np.uint32]:
    hashes = [array for one in Kind for array, _ in found.features[one]]
    every = np.concatenate([np.array(shown, np.uint64), *hashes])
    return np.unique(every >> np.uint64(64 - libraries.BITS)).astype(np.uint32)


def _uncompiled_texts(source: io.BytesIO) -> Iterator[str]:
    """Yield the texts of an .aar, whose resources are not compiled yet."""
    for member in members(source, _LIMITS):
        if _VALUES.fullmatch(member.path):
            content = member.open().read().decode("utf-8", "replace")
            for text in _TEXT.findall(content):
                yield text.strip().strip('"').replace("\\'", "'").replace('\\"', '"')


if __name__ == "__main__":
    main()
