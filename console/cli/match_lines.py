"""The lines of `marque match --json`, one a file; docs/reference.md tells their fields."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Annotated,
    Final,
    NotRequired,
    TypedDict,
    get_args,
    get_origin,
    get_type_hints,
)

from index.documents import Meaning

if TYPE_CHECKING:
    from console.files import FoundSpan, FoundWork, Matched, Witness


class SpanLine(TypedDict):
    """This stretch of the copy is that stretch of the work, in the unit of the modality."""

    copy: Annotated[list[float], Meaning("Where in the copy: start, end", "在复制件中的起止位置")]
    work: Annotated[list[float], Meaning("Where in the work: start, end", "在作品中的起止位置")]
    member: NotRequired[
        Annotated[str, Meaning("Which file of an archive, by its path", "压缩包内文件路径")]
    ]
    content: NotRequired[
        Annotated[str, Meaning("Which kind of content of a program", "程序中的内容类别")]
    ]
    copy_region: NotRequired[
        Annotated[
            list[float],
            Meaning(
                "Part of the copy's picture: left, top, right, bottom as shares of its sides",
                "复制件画面中的区域：左、上、右、下（占边长的比例）",
            ),
        ]
    ]
    work_region: NotRequired[
        Annotated[
            list[float],
            Meaning("Part of the work's picture, likewise", "作品画面中的区域（同上）"),
        ]
    ]


class WitnessLine(TypedDict):
    """What another modality says of the same file and work: of a film, its sound."""

    modality: Annotated[str, Meaning("Modality", "检测方式")]
    score: Annotated[float, Meaning("Score, 0 to 1", "相似度（0 至 1）")]
    spans: Annotated[list[SpanLine], Meaning("Aligned stretches", "对应片段")]


class WorkLine(TypedDict):
    """A registered work that the file holds; score and spans are of the surest modality."""

    work_id: Annotated[str, Meaning("Work", "作品")]
    title: Annotated[str, Meaning("Title of the work", "作品名称")]
    modality: Annotated[str, Meaning("Modality that is surest", "最有把握的检测方式")]
    score: Annotated[float, Meaning("Score, 0 to 1", "相似度（0 至 1）")]
    spans: Annotated[list[SpanLine], Meaning("Aligned stretches", "对应片段")]
    granted: Annotated[bool, Meaning("A grant covers it", "已有授权")]
    witnesses: Annotated[list[WitnessLine], Meaning("Further modalities", "其他检测方式的结果")]


class MatchLine(TypedDict):
    """What the registry says of a file."""

    path: Annotated[str, Meaning("File", "文件")]
    modality: Annotated[
        str | None,
        Meaning("What it was read by; null where by none", "检测方式，无法读取时为 null"),
    ]
    error: Annotated[
        str | None,
        Meaning(
            "Name of what kept it from being read; null where nothing did",
            "无法读取的原因代码，正常时为 null",
        ),
    ]
    reason: NotRequired[Annotated[str, Meaning("The same in words", "原因说明")]]
    matches: Annotated[list[WorkLine], Meaning("Works in it, best first", "命中的作品（按相似度）")]


LINES: Final[tuple[tuple[str, type, str], ...]] = (
    ("", MatchLine, "一个文件的比对结果。"),
    ("matches[]", WorkLine, "文件中含有的一部已登记作品；相似度和片段取自最有把握的检测方式。"),
    ("matches[].spans[]", SpanLine, "复制件中的一段与作品中的一段相对应，单位由检测方式决定。"),
    ("matches[].witnesses[]", WitnessLine, "另一种检测方式对同一文件和作品的结果，如影片的声音。"),
)
"""What a line is made of, by where it stands in it, and what that is in Chinese."""
UNITS: Final = {
    "code points": "字符（Unicode 码位）",
    "seconds": "秒",
    "pages": "页（从 0 起）",
    "share": "比例",
    "files": "文件",
}
"""Units of the modalities' spans, in Chinese."""


def meanings(kind: type) -> dict[str, tuple[Meaning, bool]]:
    """Return what each field of one of these means, and whether it is always there."""
    found = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        is_needed = get_origin(hint) is not NotRequired
        (meaning,) = (hint if is_needed else get_args(hint)[0]).__metadata__
        found[name] = (meaning, is_needed)
    return found


def match_line(answer: Matched) -> MatchLine:
    """Return the line of a file."""
    line: MatchLine = {
        "path": str(answer.path),
        "modality": answer.modality,
        "error": answer.error,
        "matches": [_work(one) for one in answer.matches],
    }
    if answer.error:
        line["reason"] = answer.reason
    return line


def _work(match: FoundWork) -> WorkLine:
    best, *others = match.witnesses
    return {
        "work_id": match.work_id,
        "title": match.title,
        **_witness(best),
        "granted": match.granted,
        "witnesses": [_witness(other) for other in others],
    }


def _witness(witness: Witness) -> WitnessLine:
    return {
        "modality": witness.modality,
        "score": round(witness.score, 4),
        "spans": [_span(span) for span in witness.spans],
    }


def _span(span: FoundSpan) -> SpanLine:
    line: SpanLine = {"copy": list(span.copy_span), "work": list(span.work_span)}
    if span.member:
        line["member"] = span.member
    if span.content:
        line["content"] = span.content
    if span.copy_region:
        line["copy_region"] = [round(side, 4) for side in span.copy_region]
    if span.work_region:
        line["work_region"] = [round(side, 4) for side in span.work_region]
    return line
