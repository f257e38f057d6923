"""A run: every extractor on every page of a half, in turn, in this process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.extraction.scoring import hit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.extraction.cases import Case
    from benchmarks.extraction.peers import Extract
    from benchmarks.extraction.scoring import Hit


@dataclass(slots=True)
class Run:
    """What an extractor gave: a hit a page, in the order of the pages; `failed` counts errors."""

    hits: list[Hit] = field(default_factory=list)
    seconds: float = 0.0
    failed: int = 0


def run(
    cases: Sequence[Case], extractors: Mapping[str, Extract], tell: Callable[[str], None]
) -> dict[str, Run]:
    """Return a run an extractor. What an extractor raises is an empty text."""
    runs = {name: Run() for name in extractors}
    for extract in extractors.values():
        extract(b"<html><body><p>What is read once at the start isn't counted.</p></body></html>")
    for number, case in enumerate(cases):
        if number % 100 == 0:
            tell(f"{number} of {len(cases)} pages")
        for name, extract in extractors.items():
            its = runs[name]
            began = time.process_time()
            try:
                text = extract(case.html)
            except Exception:  # noqa: BLE001 - whatever a peer raises
                text = ""
                its.failed += 1
            its.seconds += time.process_time() - began
            its.hits.append(hit(case, text))
    return runs
