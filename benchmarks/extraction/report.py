"""The tables of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.extraction.cases import digest
from benchmarks.extraction.scoring import score

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.extraction.cases import Case
    from benchmarks.extraction.run import Run

_CORPORA: Final = {
    "trafilatura bench": "trafilatura's bench (passages) · trafilatura 评测集（片段）",
    "trafilatura sdist": "trafilatura 0.5.0's tests (passages) · trafilatura 0.5.0 测试页（片段）",
    "readability": "Mozilla's test pages (whole text) · Mozilla 测试页（全文）",
    "newspaper4k": "newspaper4k's test pages (whole text) · newspaper4k 测试页（全文）",
    "gne": "gne's Chinese pages (whole text) · gne 中文网页（全文）",
    "chapters": "made chapters in six layouts (whole text) · 六种章节版式（自制，全文）",
}


def markdown(cases: Sequence[Case], runs: Mapping[str, Run]) -> str:
    """Return the tables, best F1 first, and what they were measured on."""
    lines = [f"Corpus · 语料 SHA-256 `{digest(cases)}`; {len(cases)} pages · 页.", ""]
    for corpus, title in _CORPORA.items():
        some = [number for number, case in enumerate(cases) if case.corpus == corpus]
        if some:
            lines += [f"**{title}**, {len(some)} pages · 页", "", *_table(cases, runs, some), ""]
    lines += ["**Processor time and errors · 处理器时间与出错**", "", *_costs(cases, runs), ""]
    return "\n".join(lines)


def _table(cases: Sequence[Case], runs: Mapping[str, Run], some: Sequence[int]) -> Iterator[str]:
    by_page = cases[some[0]].gold is not None
    scores = {
        name: score([its.hits[number] for number in some], by_page=by_page)
        for name, its in runs.items()
    }
    yield "| | precision · 精确率 | recall · 召回率 | F1 | 95 % |"
    yield "|---|---|---|---|---|"
    for name, one in sorted(scores.items(), key=lambda item: -item[1].f1):
        shown = f"**{name}**" if name == "Marque" else name
        yield (
            f"| {shown} | {one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f} "
            f"| {one.low:.3f}–{one.high:.3f} |"
        )


def _costs(cases: Sequence[Case], runs: Mapping[str, Run]) -> Iterator[str]:
    size = sum(len(case.html) for case in cases) / max(1, len(cases)) / 1000
    yield f"Pages of {size:.0f} KB on average · 平均每页 {size:.0f} KB."
    yield ""
    yield "| | ms a page · 每页毫秒 | errors · 出错 |"
    yield "|---|---|---|"
    for name, its in sorted(runs.items(), key=lambda item: item[1].seconds):
        yield f"| {name} | {1000 * its.seconds / max(1, len(cases)):.1f} | {its.failed} |"
