"""Measures what queueing and handing out a URL costs at several sizes, beside scrapy-redis."""

from __future__ import annotations

import argparse
import json
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.report import aligned
from benchmarks.frontier.measure import Cost, costs, drained
from benchmarks.frontier.programs import Marque, Program, ScrapyRedis
from tests.redis import RedisNode

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROGRAMS: Final = ("sqlite", "redis", "scrapy-redis")
_HEAD: Final = [
    *("program", "URLs", "CPU µs/URL added", "CPU µs/visit", "p50 ms", "p99 ms"),
    *("bytes/URL waiting", "bytes/URL done"),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frontier", description=__doc__)
    parser.add_argument("programs", nargs="*", help=f"of {', '.join(_PROGRAMS)}; all by default")
    parser.add_argument("--urls", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--hosts", type=int, default=1_000)
    parser.add_argument("--asked", type=int, default=5_000, help="calls that are timed at a size")
    parser.add_argument("--done", type=int, default=50_000, help="URLs that are visited to the end")
    parser.add_argument("--json", action="store_true", help="one object a program and size")
    options = parser.parse_args(arguments)
    unknown = set(options.programs) - set(_PROGRAMS)
    if unknown:
        parser.error(f"no program named {', '.join(sorted(unknown))}")
    rows = [_HEAD]
    for name in options.programs or _possible():
        with ExitStack() as stack:
            done = drained(_opened(name, stack), options.done, options.hosts)
        with ExitStack() as stack:
            program = _opened(name, stack)
            for cost in costs(
                name, program, options.urls, hosts=options.hosts, asked=options.asked
            ):
                told = replace(cost, done_bytes=done)
                rows.append(_row(told))
                if options.json:
                    print(json.dumps(asdict(told)), flush=True)
    if not options.json:
        print(aligned(rows))
    return 0


def _possible() -> list[str]:
    there = find_spec("scrapy_redis") is not None
    return [name for name in _PROGRAMS if there or name != "scrapy-redis"]


def _opened(name: str, stack: ExitStack) -> Program:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="marque-frontier-")))
    if name == "sqlite":
        return Marque(folder, None)
    node = stack.enter_context(RedisNode())
    return Marque(folder, node) if name == "redis" else ScrapyRedis(node)


def _row(cost: Cost) -> list[str]:
    return [
        cost.program,
        f"{cost.urls:,}",
        f"{cost.added_us:,.0f}",
        f"{cost.visit_us:,.0f}",
        f"{cost.p50_ms:.2f}",
        f"{cost.p99_ms:.2f}",
        f"{cost.waiting_bytes:,.0f}",
        "" if cost.done_bytes is None else f"{cost.done_bytes:,.0f}",
    ]


if __name__ == "__main__":
    raise SystemExit(main())
