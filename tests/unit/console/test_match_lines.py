"""What `marque match --json` prints is what the reference tells of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli.match_lines import LINES, UNITS, MatchLine, match_line, meanings
from console.files import FoundSpan, FoundWork, Matched, Witness
from fingerprints.modalities import MODALITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

BARE = FoundSpan(copy_span=(0, 5), work_span=(10, 15))
FULL = FoundSpan(
    member="cd/01.mp3",
    content="code",
    copy_span=(0, 1),
    work_span=(0, 1),
    copy_region=(0, 0, 0.333333, 1),
    work_region=(0, 0, 1, 1),
)


def answer(*spans: FoundSpan, error: str | None = None) -> Matched:
    witnesses = tuple(
        Witness(modality=name, score=score, distance=0.1, unit="", spans=spans)
        for name, score in (("video", 0.98765), ("audio", 0.7))
    )
    work = FoundWork(work_id="w", title="T", holder="H", witnesses=witnesses, granted=False)
    return Matched(path=Path("a.mp4"), modality="video", matches=(work,), error=error, reason="r")


def parts(line: MatchLine) -> list[tuple[str, Mapping[str, Any]]]:
    works = line["matches"]
    witnesses = [one for work in works for one in work["witnesses"]]
    spans = [span for one in (*works, *witnesses) for span in one["spans"]]
    return [
        ("", line),
        *(("matches[]", one) for one in works),
        *(("matches[].witnesses[]", one) for one in witnesses),
        *(("matches[].spans[]", one) for one in spans),
    ]


def test_each_line_has_the_fields_that_the_reference_tells() -> None:
    kinds = {place: meanings(kind) for place, kind, _ in LINES}
    for said in (answer(BARE), answer(FULL, error="undecodable")):
        for place, part in parts(match_line(said)):
            assert set(part) <= set(kinds[place])
            assert {name for name, (_, needed) in kinds[place].items() if needed} <= set(part)


def test_what_there_is_nothing_to_say_of_is_left_out() -> None:
    bare, full = (match_line(one) for one in (answer(BARE), answer(FULL, error="undecodable")))
    assert "reason" not in bare
    assert full["reason"] == "r"
    (span,) = bare["matches"][0]["spans"]
    assert span == {"copy": [0, 5], "work": [10, 15]}
    (span,) = full["matches"][0]["spans"]
    assert span == {
        "copy": [0, 1],
        "work": [0, 1],
        "member": "cd/01.mp3",
        "content": "code",
        "copy_region": [0, 0, 0.3333, 1],
        "work_region": [0, 0, 1, 1],
    }


def test_the_surest_modality_speaks_for_the_work() -> None:
    (work,) = match_line(answer(BARE))["matches"]
    assert (work["modality"], work["score"]) == ("video", 0.9877)
    assert [one["modality"] for one in work["witnesses"]] == ["audio"]


def test_everything_is_told_in_both_languages() -> None:
    for _, kind, chinese in LINES:
        assert kind.__doc__
        assert chinese
        assert all(field.english and field.chinese for field, _ in meanings(kind).values())
    assert {modality.span_unit for modality in MODALITIES.values()} <= set(UNITS)
