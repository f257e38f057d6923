"""Measures Marque's crawl and bare Scrapy in turn on the same sites, and prints the ratios."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCRAPY = "Scrapy"
_EMPTY = "Marque, no works registered"
_FULL = "Marque, half a novel registered"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one crawl cost, the start of the program apart."""

    pages: int
    size_mb: float
    wall_s: float
    cpu_s: float
    start_wall_s: float
    start_cpu_s: float
    peak_mb: float

    @property
    def pages_per_s(self) -> float:
        return self.pages / self.wall_s

    @property
    def mb_per_s(self) -> float:
        return self.size_mb / self.wall_s

    @property
    def cpu_ms_per_page(self) -> float:
        return 1000 * self.cpu_s / self.pages


class Sites:
    """The serving process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        told = self._line()
        self.hosts: list[str] = told["hosts"]
        self.single: list[str] = [told["single"]]

    def served(self) -> dict[str, int]:
        """What was served since last asked."""
        assert self._process.stdin is not None  # noqa: S101 - narrows the type
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict:  # type: ignore[type-arg]
        assert self._process.stdout is not None  # noqa: S101 - narrows the type
        return json.loads(self._process.stdout.readline())  # type: ignore[no-any-return]


@contextmanager
def sites(pages: int, hosts: int) -> Iterator[Sites]:
    command = [sys.executable, "-m", "benchmarks.crawl.server", str(pages), str(hosts)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Sites(process)
        finally:
            process.terminate()


def measure(name: str, at: Sites, given: argparse.Namespace) -> Cost:
    """Crawl one page, then all of them; the difference is what the pages cost."""
    start, _ = _metered(name, at, at.single, given)
    whole, served = _metered(name, at, at.hosts, given)
    return Cost(
        pages=served["pages"],
        size_mb=served["size_bytes"] / 1e6,
        wall_s=whole["wall_s"] - start["wall_s"],
        cpu_s=whole["cpu_s"] - start["cpu_s"],
        start_wall_s=start["wall_s"],
        start_cpu_s=start["cpu_s"],
        peak_mb=whole["peak_mb"],
    )


def _metered(
    name: str, at: Sites, hosts: list[str], given: argparse.Namespace
) -> tuple[dict[str, float], dict[str, int]]:
    with tempfile.TemporaryDirectory() as folder:
        command = _command(name, Path(folder), hosts, given)
        at.served()
        log = Path(folder, "program.log")
        told = _python("benchmarks.crawl.meter", str(log), sys.executable, *command)
        cost: dict[str, float] = json.loads(told)
        if cost["status"]:
            sys.stderr.write(log.read_text("utf-8", "replace"))
    if cost["status"]:
        raise SystemExit(f"{name} failed with exit status {cost['status']:.0f}")
    return cost, at.served()


def _command(name: str, data: Path, hosts: list[str], given: argparse.Namespace) -> list[str]:
    """The program's arguments; registers what it needs first, unmeasured."""
    concurrency = str(given.concurrency)
    if name == _SCRAPY:
        return ["-m", "benchmarks.crawl.bare_scrapy", concurrency, *hosts]
    if name == _FULL:
        _python("benchmarks.crawl.marque_crawl", "prepare", str(data))
    module = ["-m", "benchmarks.crawl.marque_crawl"]
    return [*module, "crawl", str(data), concurrency, str(given.jobs), *hosts]


def _python(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _median(costs: list[Cost]) -> Cost:
    rows = [asdict(cost) for cost in costs]
    return Cost(**{name: statistics.median(row[name] for row in rows) for name in rows[0]})


def _print(medians: dict[str, Cost]) -> None:
    base = medians[_SCRAPY]
    print(f"{'':34}{'pages':>7}{'pages/s':>9}{'MB/s':>7}{'CPU ms/page':>13}{'peak MB':>9}", end="")
    print(f"{'speed':>8}{'CPU':>7}  (beside Scrapy)")
    for name, cost in medians.items():
        speed = cost.pages_per_s / base.pages_per_s
        work = cost.cpu_ms_per_page / base.cpu_ms_per_page
        print(
            f"{name:34}{cost.pages:7.0f}{cost.pages_per_s:9.1f}{cost.mb_per_s:7.2f}"
            f"{cost.cpu_ms_per_page:13.2f}{cost.peak_mb:9.0f}{speed:7.2f}x{work:6.2f}x"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=__doc__)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--hosts", type=int, default=4)
    parser.add_argument("--concurrency", type=int, default=16, help="requests at a time, in all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=3, help="the median is printed")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    costs: dict[str, list[Cost]] = defaultdict(list)
    with sites(given.pages, given.hosts) as at:
        for _ in range(given.rounds):
            for name in (_SCRAPY, _EMPTY, _FULL):
                costs[name].append(measure(name, at, given))
    medians = {name: _median(rounds) for name, rounds in costs.items()}
    if given.json:
        print(json.dumps({name: asdict(cost) for name, cost in medians.items()}))
    else:
        _print(medians)


if __name__ == "__main__":
    main()
