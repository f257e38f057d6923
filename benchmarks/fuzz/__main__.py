"""Damages files of each modality and matches them in the limited processes; 1 where one broke out.

A file may be refused by name or be recognised. It must not kill the process that reads it, nor take
longer or more memory than it may. The undamaged files are registered, so that the damaged ones are
compared, too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.registry import KINDS as WORK_KINDS
from benchmarks.accuracy.registry import Registry
from benchmarks.accuracy.suite import Original
from benchmarks.fuzz.damage import damaged
from benchmarks.fuzz.seeds import KINDS, seeds
from crawlers.errors import ExaminationCrash, ExaminationMemory, ExaminationTimeout
from crawlers.plan import ExaminationLimits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.files import Matched

_BATCH: Final = 200
_BROKEN_OUT: Final = {one.code for one in (ExaminationCrash, ExaminationMemory, ExaminationTimeout)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the fuzz; 1 where a file broke out."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("modalities", nargs="*", help=f"of {', '.join(KINDS)}; all by default")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="folder of the media")
    parser.add_argument("--files", type=int, default=2000, help="damaged files a modality")
    parser.add_argument("--seed", type=int, default=0, help="other damages")
    parser.add_argument("--seconds", type=float, default=20.0, help="time limit a file")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--keep", type=Path, help="keep files that broke out in this folder")
    options = parser.parse_args(arguments)
    broken = 0
    for modality in options.modalities or KINDS:
        started = time.monotonic()
        outcomes = _fuzz(modality, options)
        took_s = time.monotonic() - started
        broken += sum(outcomes[code] for code in _BROKEN_OUT)
        told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
        print(f"{modality}: {outcomes.total()} files in {took_s:.0f} s: {told}", flush=True)
    return int(broken > 0)


def _fuzz(modality: str, options: argparse.Namespace) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    limits = ExaminationLimits(time_s=options.seconds)
    with tempfile.TemporaryDirectory(prefix="marque-fuzz-") as scratch:
        registry = Registry(Path(scratch) / "data", limits=limits, jobs=options.jobs)
        originals = seeds(modality, options.corpus, Path(scratch) / "seeds")
        _register(registry, modality, originals)
        for start in range(0, options.files, _BATCH):
            folder = Path(scratch) / str(start)
            count = min(_BATCH, options.files - start)
            chance = Random(f"{options.seed}/{modality}/{start}")  # noqa: S311 - reproducible
            for answer in registry.match(list(_damages(originals, folder, count, chance))):
                outcomes[answer.error or "fingerprinted"] += 1
                _keep(answer, options.keep)
    return outcomes


def _register(registry: Registry, modality: str, files: Sequence[Path]) -> None:
    works = [Original(path.name, path, path.name) for path in files]
    for one in registry.register(works, modality if modality in WORK_KINDS else "app"):
        if one.error is not None:
            print(f"{modality}: {one.path.name} is not read: {one.error} ({one.reason})")


def _damages(originals: Sequence[Path], folder: Path, count: int, chance: Random) -> Iterator[Path]:
    folder.mkdir()
    contents = [path.read_bytes() for path in originals]
    for number in range(count):
        at = chance.randrange(len(originals))
        file = folder / f"{number}{originals[at].suffix}"
        file.write_bytes(damaged(contents[at], chance.choice(contents), chance))
        yield file


def _keep(answer: Matched, folder: Path | None) -> None:
    if folder is None or answer.error not in _BROKEN_OUT:
        return
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{answer.error}-{answer.path.parent.name}-{answer.path.name}"
    (folder / name).write_bytes(answer.path.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
