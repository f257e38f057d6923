"""A second opinion is found again in a page's lines, and its failure is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fingerprints.text import main_text
from fingerprints.text import opinion as asked
from fingerprints.text.opinion import opinion, shares

if TYPE_CHECKING:
    from collections.abc import Callable

SAID = [
    "The old stone bridge was carried away by the flood in the spring, and nobody rebuilt it.",
    "For nine years the ferryman took the people across, and he asked for nothing but the news.",
    "When the engineers came at last, they measured the river, and slept in the ferryman's house.",
]
MENU = ["Home", "Sport", "Weather"]
BODY = "".join(f"<p>{one}</p>" for one in SAID * 3)
LINKS = "".join(f"<li><a href=/{one}>{one}</a></li>" for one in MENU)
TOP = f"<html><head><title>x</title></head><body><ul>{LINKS}</ul>"
PAGE = f"{TOP}<article>{BODY}</article></body></html>"


def test_words_count_where_both_texts_have_them_in_order() -> None:
    found = shares("the ferry sank. 石桥", ["Menu", "the ferry", "石桥 today", "sank"])
    assert found is not None
    assert found.tolist() == pytest.approx([0, 1, 2 / 3, 0])


def test_a_body_without_words_of_the_page_is_no_opinion() -> None:
    assert shares("", SAID) is None
    assert shares("other", ["words"]) is None
    assert shares("other", []) is None


def test_what_trafilatura_takes_is_found_in_the_lines() -> None:
    found = opinion(PAGE, [*MENU, *SAID * 3])
    assert found is not None
    assert found[: len(MENU)].max() == 0
    assert found[len(MENU) :].min() == 1


def test_pages_that_are_too_large_have_no_opinion() -> None:
    assert opinion(PAGE + "<b>x" * 20_001, SAID) is None
    assert opinion(PAGE + " " * 3_000_000, SAID) is None


def test_where_the_library_fails_the_body_is_told_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> Callable[[str], str]:
        def extract(html: str) -> str:
            raise RecursionError(html[:9])

        return extract

    monkeypatch.setattr(asked, "_extract", broken)
    assert opinion(PAGE, SAID) is None
    assert SAID[0] in main_text(PAGE, depth_limit=2000).body


def test_what_was_asked_before_changes_no_opinion() -> None:
    lines = [*MENU, *SAID * 3]
    other = PAGE.replace("<article>", "<article><p>Something else is said here, at length.</p>")
    first = opinion(PAGE, lines)
    assert first is not None
    for _ in range(4):
        opinion(other, lines)
        again = opinion(PAGE, lines)
        assert again is not None
        assert np.array_equal(first, again)
