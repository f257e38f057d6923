"""Measures Marque's crawl and Scrapy's in turn on the same sites, and prints the ratios."""

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
from typing import TYPE_CHECKING, Final

from tests.redis import RedisNode

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Program:
    """What is measured. `on_redis`: its queue is there; `works`: some pages hold a copy."""

    name: str
    is_peer: bool = False
    on_redis: bool = False
    works: bool = False
    workers: int = 1


PROGRAMS: Final = {
    "scrapy": Program("Scrapy", is_peer=True),
    "scrapy-redis": Program("scrapy-redis", is_peer=True, on_redis=True),
    "sqlite": Program("Marque on SQLite"),
    "redis": Program("Marque on Redis", on_redis=True),
    "works": Program("Marque on SQLite, half a novel registered", works=True),
    "two-sqlite": Program("two workers on SQLite", workers=2),
    "two-redis": Program("two workers on Redis", on_redis=True, workers=2),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one crawl cost, the start of the program apart.

    Megabytes are of all its processes together; `growth_mb` is by how much they grew in a
    thousand pages.
    """

    pages: int
    size_mb: float
    wall_s: float
    cpu_s: float
    start_wall_s: float
    start_cpu_s: float
    first_mb: float
    median_mb: float
    last_mb: float
    peak_mb: float
    growth_mb: float

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


@dataclass(frozen=True, slots=True)
class Bench:
    """Where programs are measured. What they wrote stays in `folder` until all have been.

    A file system may look for long for room that was just given back.
    """

    at: Sites
    redis_url: str
    folder: Path
    given: argparse.Namespace


def measure(program: Program, bench: Bench) -> Cost:
    """Crawl one page, then all of them; the difference is what the pages cost."""
    start, _ = _metered(program, bench, bench.at.single)
    whole, served = _metered(program, bench, bench.at.hosts)
    wall_s = whole["wall_s"] - start["wall_s"]
    return Cost(
        pages=served["pages"],
        size_mb=served["size_bytes"] / 1e6,
        wall_s=wall_s,
        cpu_s=whole["cpu_s"] - start["cpu_s"],
        start_wall_s=start["wall_s"],
        start_cpu_s=start["cpu_s"],
        first_mb=whole["first_mb"],
        median_mb=whole["median_mb"],
        last_mb=whole["last_mb"],
        peak_mb=whole["peak_mb"],
        growth_mb=1000 * whole["growth_mb_per_s"] * wall_s / served["pages"],
    )


def _metered(
    program: Program, bench: Bench, hosts: list[str]
) -> tuple[dict[str, float], dict[str, int]]:
    folder = Path(tempfile.mkdtemp(dir=bench.folder))
    command = _command(program, folder, hosts, bench)
    bench.at.served()
    log = folder / "program.log"
    told = _python("benchmarks.crawl.meter", str(log), sys.executable, *command)
    cost: dict[str, float] = json.loads(told)
    if cost["status"]:
        sys.stderr.write(log.read_text("utf-8", "replace"))
        raise SystemExit(f"{program.name} failed with exit status {cost['status']:.0f}")
    return cost, bench.at.served()


def _command(program: Program, data: Path, hosts: list[str], bench: Bench) -> list[str]:
    """The program's arguments; registers what it needs first, unmeasured."""
    given = bench.given
    concurrency, queue = str(given.concurrency), bench.redis_url if program.on_redis else ""
    if program.is_peer:
        return ["-m", "benchmarks.crawl.bare_scrapy", concurrency, queue, *hosts]
    if program.works:
        _python("benchmarks.crawl.marque_crawl", "prepare", str(data))
    how = (str(data), concurrency, str(given.jobs), queue, str(program.workers))
    return ["-m", "benchmarks.crawl.marque_crawl", "crawl", *how, *hosts]


def _python(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _median(costs: list[Cost]) -> Cost:
    rows = [asdict(cost) for cost in costs]
    return Cost(**{name: statistics.median(row[name] for row in rows) for name in rows[0]})


def _print(medians: dict[str, Cost]) -> None:
    base = next(iter(medians.values()))
    print(f"{'':42}{'pages':>7}{'pages/s':>9}{'MB/s':>7}{'CPU ms/page':>13}", end="")
    print(f"{'speed':>8}{'CPU':>7}", end="")
    print(f"{'MB: first':>11}{'median':>8}{'last':>7}{'peak':>7}{'growth':>9}")
    for name, cost in medians.items():
        speed = cost.pages_per_s / base.pages_per_s
        work = cost.cpu_ms_per_page / base.cpu_ms_per_page
        print(
            f"{name:42}{cost.pages:7.0f}{cost.pages_per_s:9.1f}{cost.mb_per_s:7.2f}"
            f"{cost.cpu_ms_per_page:13.2f}{speed:7.2f}x{work:6.2f}x{cost.first_mb:11.0f}"
            f"{cost.median_mb:8.0f}{cost.last_mb:7.0f}{cost.peak_mb:7.0f}{cost.growth_mb:9.2f}"
        )
    print("speed, CPU: as ratios to the first; growth: MB in a thousand pages")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=__doc__)
    parser.add_argument("programs", nargs="*", help=f"of {', '.join(PROGRAMS)}; all by default")
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--hosts", type=int, default=16)
    parser.add_argument("--concurrency", type=int, default=16, help="requests at a time, in all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=1, help="the median is printed")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    unknown = set(given.programs) - set(PROGRAMS)
    if unknown:
        parser.error(f"no program named {', '.join(sorted(unknown))}")
    chosen = [PROGRAMS[name] for name in given.programs or PROGRAMS]
    costs: dict[str, list[Cost]] = defaultdict(list)
    with (
        sites(given.pages, given.hosts) as at,
        RedisNode() as redis,
        tempfile.TemporaryDirectory() as folder,
    ):
        bench = Bench(at, redis.url, Path(folder), given)
        for _ in range(given.rounds):
            for program in chosen:
                costs[program.name].append(measure(program, bench))
    medians = {name: _median(rounds) for name, rounds in costs.items()}
    if given.json:
        print(json.dumps({name: asdict(cost) for name, cost in medians.items()}))
    else:
        _print(medians)


if __name__ == "__main__":
    main()
