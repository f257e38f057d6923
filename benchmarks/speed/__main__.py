"""Measures how much a processor second fingerprints, beside the peers on the same input."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.accuracy.__main__ import SUITES
from benchmarks.accuracy.report import aligned
from benchmarks.speed.measure import cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.speed.suite import SpeedCase

_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1"
)
_HEAD = ["job", "program", "amount a CPU second", "memory MB", "Marque is faster by"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of the asked modalities."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("modalities", nargs="*", help=f"of {', '.join(SUITES)}; all by default")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="folder of the media")
    parser.add_argument("--rounds", type=int, default=5, help="calls, of which the median counts")
    parser.add_argument("--json", action="store_true", help="one object a job")
    options = parser.parse_args(arguments)
    rows: list[list[str]] = [_HEAD]
    for modality in options.modalities or _measurable():
        module = importlib.import_module(f"benchmarks.speed.{modality}")
        for case in module.cases(options.corpus):
            measured = _measured(case, options.rounds)
            if options.json:
                print(json.dumps({"modality": modality, **measured}), flush=True)
            rows += _rows(measured)
    if not options.json:
        print(aligned(rows))
    return 0


def _measurable() -> list[str]:
    here = Path(__file__).parent
    return [name for name in SUITES if (here / f"{name}.py").exists()]


def _measured(case: SpeedCase, rounds: int) -> dict[str, Any]:
    programs = {"Marque": case.ours, **case.peers}
    costs = {name: cost(call, rounds) for name, call in programs.items()}
    ours = costs["Marque"].cpu_s
    return {
        "job": case.name,
        "unit": case.unit,
        "programs": {
            name: {
                "per_cpu_s": case.amount / one.cpu_s,
                "memory_mb": one.memory_mb,
                "marque_is_faster_by": one.cpu_s / ours,
            }
            for name, one in costs.items()
        },
    }


def _rows(measured: dict[str, Any]) -> list[list[str]]:
    return [
        [
            measured["job"],
            name,
            f"{one['per_cpu_s']:.4g} {measured['unit']}",
            f"{one['memory_mb']:.0f}",
            f"{one['marque_is_faster_by']:.2f}×" if name != "Marque" else "",
        ]
        for name, one in measured["programs"].items()
    ]


def _on_one_core() -> None:
    """Begin anew with libraries told to use one thread: they ask when they are loaded."""
    if not _ONE_THREAD.items() <= os.environ.items():
        command = (sys.executable, "-m", "benchmarks.speed", *sys.argv[1:])
        os.execve(sys.executable, command, {**os.environ, **_ONE_THREAD})  # noqa: S606 - itself


if __name__ == "__main__":
    _on_one_core()
    sys.exit(main())
