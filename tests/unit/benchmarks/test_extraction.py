"""The extraction bench counts as its page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.accuracy.text.boilerplate import collected
from benchmarks.accuracy.text.furniture import families
from benchmarks.extraction import chapters
from benchmarks.extraction.cases import Case, Half, digest
from benchmarks.extraction.corpora import write_sites
from benchmarks.extraction.labels import UNKNOWN, labels
from benchmarks.extraction.run import run
from benchmarks.extraction.scoring import Hit, hit, score

if TYPE_CHECKING:
    from pathlib import Path

PASSAGES = Case("bench", "a", b"", wanted=("the  stones below",), unwanted=("Sport", "Share"))
WHOLE = Case("gold", "b", b"", gold="石桥 two words")


def test_passages_count_whatever_the_space_between_their_words() -> None:
    assert hit(PASSAGES, "all the stones\nbelow. Share") == Hit(1, 1, 0)
    assert hit(PASSAGES, "") == Hit(0, 0, 1)


def test_words_count_as_a_bag_and_each_han_character_for_one() -> None:
    assert hit(WHOLE, "two 桥 桥") == Hit(0.5, 0.25, 0.5)


def test_scores_are_of_all_passages_or_the_mean_of_pages() -> None:
    hits = [Hit(3, 1, 0), Hit(1, 0, 3)]
    over_all = score(hits, by_page=False)
    assert over_all.precision == pytest.approx(0.8)
    assert over_all.recall == pytest.approx(4 / 7)
    assert over_all.f1 == pytest.approx(8 / 12)
    by_page = score(hits, by_page=True)
    assert by_page.f1 == pytest.approx((6 / 7 + 2 / 5) / 2)
    assert by_page.low <= by_page.f1 <= by_page.high


def test_a_line_is_of_the_body_where_its_passage_is_longest() -> None:
    lines = ["the stones below", "Sport", "it says that the stones below are old", "other"]
    assert labels(PASSAGES, lines) == [UNKNOWN, 0, 1, UNKNOWN]


def test_what_isnt_in_a_whole_body_is_something_else() -> None:
    case = Case("gold", "c", b"", gold="A first paragraph that is long enough.\nShort\nOld stones")
    lines = ["A first paragraph that is long enough.", "Short", "stones", "Menu"]
    assert labels(case, lines) == [1, 1, UNKNOWN, 0]


def test_what_an_extractor_raises_is_an_empty_text() -> None:
    def broken(html: bytes) -> str:
        if html == PASSAGES.html:
            raise ValueError
        return html.decode()

    its = run([PASSAGES], {"broken": broken}, lambda _: None)["broken"]
    assert (its.failed, its.hits) == (1, [Hit(0, 0, 1)])


def test_made_chapters_are_the_same_each_time_and_in_both_halves() -> None:
    once, again = list(chapters.cases()), list(chapters.cases())
    assert digest(once) == digest(again)
    assert {case.half for case in once} == set(Half)


NOTICE = "<p>Readers may write to the ferry office on any day but the one before the flood.</p>"


def _served(*sites: str) -> list[Case]:
    """A page a site, of the tune half."""
    names = (f"{site}.page{n}.html" for site in sites for n in range(99))
    first: dict[str, Case] = {}
    for name in names:
        case = Case("bench", name, f"<html><body>{NOTICE}".encode())
        if case.half is Half.TUNE:
            first.setdefault(name.partition(".page")[0], case)
    return list(first.values())


def test_pages_are_written_by_site_and_none_of_the_half_that_is_reported(tmp_path: Path) -> None:
    (tuned,) = _served("a.example.com")
    numbered = (Case("bench", f"b.example.com-{n}.html", b"<p>") for n in range(99))
    kept = next(case for case in numbered if case.half is Half.REPORT)
    write_sites([tuned, kept], tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["a.example.com"]
    assert [one.name for one in tmp_path.rglob("*.html")] == [tuned.name]


@pytest.mark.parametrize(("sites", "is_common"), [("ab", False), ("abc", True)])
def test_what_three_sites_say_is_nobodys(tmp_path: Path, sites: str, *, is_common: bool) -> None:
    write_sites(_served(*(f"{one}.example.com" for one in sites)), tmp_path)
    assert (collected([], related=families(None, [tmp_path])).size > 0) is is_common
