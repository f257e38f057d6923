"""The command line of the extraction bench; benchmarks/README.md explains it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.extraction import chapters, corpora, report
from benchmarks.extraction.cases import Half
from benchmarks.extraction.peers import extractors
from benchmarks.extraction.run import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.extraction.cases import Case

JUDGES: Final = Path(__file__).parents[2] / "fingerprints" / "text"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="folder of the pages")
    parser.add_argument("--checkout", type=Path, help="a checkout of trafilatura's repository")
    commands = parser.add_subparsers(required=True)
    commands.add_parser("fetch", help="fetch the pages").set_defaults(command=_fetch)
    running = commands.add_parser("run", help="measure Marque beside its peers")
    running.add_argument("--half", type=Half, default=Half.REPORT, choices=list(Half))
    running.add_argument("--only", action="append", default=[], help="only these, repeatable")
    running.add_argument("--markdown", type=Path, help="put the tables into this page")
    running.set_defaults(command=_run)
    by_site = commands.add_parser("sites", help="write the tune half's pages, a folder a site")
    by_site.add_argument("folder", type=Path)
    by_site.set_defaults(command=_sites)
    commands.add_parser("train", help="make the judges anew").set_defaults(command=_train)
    options = parser.parse_args(arguments)
    options.command(options)
    return 0


def _fetch(options: argparse.Namespace) -> None:
    corpora.fetch(options.corpus, _tell)


def _cases(options: argparse.Namespace) -> list[Case]:
    return [*corpora.cases(options.corpus, options.checkout), *chapters.cases()]


def _run(options: argparse.Namespace) -> None:
    cases = [case for case in _cases(options) if case.half is options.half]
    wanted = tuple(options.only)
    chosen = {n: one for n, one in extractors().items() if not wanted or n.startswith(wanted)}
    tables = report.markdown(cases, run(cases, chosen, _tell))
    if options.markdown is None:
        print(tables)
        return
    before, _, rest = options.markdown.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    options.markdown.write_text(f"{before}{BEGIN}\n\n{tables}\n{END}{after}", "utf-8")


def _sites(options: argparse.Namespace) -> None:
    corpora.write_sites(_cases(options), options.folder)


def _train(options: argparse.Namespace) -> None:
    from benchmarks.extraction.train import train  # noqa: PLC0415 - needs long to load

    train(_cases(options), JUDGES)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
