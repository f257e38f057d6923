"""Measures what a look-up costs at several sizes of the index, beside the peers."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.report import aligned
from benchmarks.index.alone import PROGRAMS, alone
from benchmarks.index.elastic import URL_VARIABLE
from benchmarks.index.measure import Asking, Cost

if TYPE_CHECKING:
    from collections.abc import Sequence


_HEAD: Final = [
    *("program", "prints", "added/s", "MB", "CPU ms/query", "p50 ms", "p99 ms", "recall"),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.index", description=__doc__)
    parser.add_argument("programs", nargs="*", help=f"of {', '.join(PROGRAMS)}; all by default")
    parser.epilog = f"elasticsearch is measured where {URL_VARIABLE} names a server"
    parser.add_argument("--prints", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=640, help="half of them copies")
    parser.add_argument("--batch", type=int, default=32, help="queries at a time")
    parser.add_argument("--warm-up", type=int, default=64, help="queries that are asked before")
    parser.add_argument("--folder", type=Path, help="where to build; a temporary folder by default")
    parser.add_argument("--json", action="store_true", help="one object a program and size")
    parser.add_argument(
        "--earlier", type=Path, nargs="+", default=[], help="what --json printed of other runs"
    )
    parser.add_argument("--markdown", type=Path, help="write the table to this file")
    parser.add_argument("--plot", type=Path, help="draw cost against size into this file")
    options = parser.parse_args(arguments)
    unknown = set(options.programs) - set(PROGRAMS)
    if unknown:
        parser.error(f"no program named {', '.join(sorted(unknown))}")
    costs = [Cost(**json.loads(line)) for file in options.earlier for line in file.open()]
    asking = Asking(options.queries, options.batch, options.warm_up)
    for count in options.prints:
        for name in options.programs or _possible():
            cost = alone(name, count, asking, options.folder)
            costs.append(cost)
            if options.json:
                print(json.dumps(asdict(cost)), flush=True)
    if not options.json:
        print(aligned([_HEAD, *map(_row, costs)]))
    if options.markdown:
        options.markdown.write_text(_markdown([_HEAD, *map(_row, costs)]), "utf-8")
    if options.plot:
        _plot(costs, options.plot)
    return 0


def _possible() -> list[str]:
    return [name for name in PROGRAMS if name != "elasticsearch" or URL_VARIABLE in os.environ]


def _row(cost: Cost) -> list[str]:
    return [
        cost.program,
        f"{cost.prints:,}",
        f"{cost.added_per_s:,.0f}",
        f"{cost.size_mb:,.0f}",
        f"{cost.cpu_ms:.2f}",
        f"{cost.p50_ms:.2f}",
        f"{cost.p99_ms:.2f}",
        f"{cost.recall:.4f}",
    ]


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _plot(costs: Sequence[Cost], path: Path) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - only who wants pictures needs it

    mpl.use("svg" if path.suffix == ".svg" else "agg")
    mpl.rcParams["svg.hashsalt"] = path.stem
    mpl.rcParams["font.family"] = ["DejaVu Sans", "Noto Sans CJK SC"]
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(7, 4.5))
    for program in dict.fromkeys(cost.program for cost in costs):
        its = sorted(
            (cost for cost in costs if cost.program == program), key=lambda cost: cost.prints
        )
        axes.plot([cost.prints for cost in its], [cost.cpu_ms for cost in its], "o-", label=program)
    axes.set(xscale="log", yscale="log", xlabel="prints stored · 指纹数")
    axes.set_ylabel("CPU ms a query · 每次查询 CPU 毫秒")
    axes.legend()
    axes.grid(visible=True, which="both", alpha=0.3)
    undated = {"Date": None} if path.suffix == ".svg" else None
    figure.savefig(path, bbox_inches="tight", metadata=undated)
    plt.close(figure)


if __name__ == "__main__":
    raise SystemExit(main())
