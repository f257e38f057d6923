"""Posts: moments as pages write them, whose page it is, and pages made of posts."""

from __future__ import annotations

import pytest

from crawlers.spiders.social.posts import (
    Post,
    account_of,
    counters,
    document_of,
    fragment,
    moment_in,
)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("发表于 2024-3-1 16:00:05", "2024-03-01T16:00:05"),
        ("2024年3月1日 16:00", "2024-03-01T16:00:00"),
        ("2024/03/01", "2024-03-01"),
        ("2024-03-01T08:00:00.123Z", "2024-03-01T08:00:00+00:00"),
        ("2024-03-01T16:00:00+0800", "2024-03-01T16:00:00+08:00"),
        ("Fri Mar 01 16:00:00 +0800 2024", "2024-03-01T16:00:00+08:00"),
        ("03-01-2024,\xa0 04:00 PM", "2024-03-01T16:00:00"),
        ("1709280000", "2024-03-01T08:00:00+00:00"),
        ("1709280000123", "2024-03-01T08:00:00+00:00"),
        ("2024-13-41 16:00", ""),
        ("3 天前", ""),
        ("", ""),
    ],
)
def test_moments(text: str, moment: str) -> None:
    assert moment_in(text) == moment


def post(words: str, account: str) -> Post:
    return Post(element=fragment(f"<p>{words}</p>"), account=account)


def test_a_page_is_whose_who_wrote_most_of_it() -> None:
    assert account_of([]) == ""
    assert account_of([post("一二三", "a"), post("四", "b"), post("五六七", "a")]) == "a"
    assert account_of([post("一二三", "a"), post("四五六", "b")]) == ""
    assert account_of([post("一二三四", ""), post("五", "b")]) == ""


def test_counters_are_digits_or_nothing() -> None:
    said = {
        "likes": "1.2万",
        "reads": "10万+",
        "comments": 0,
        "reposts": "转发",
        "x": True,
        "y": -1,
    }
    assert list(counters(said)) == ["likes:12000", "reads:100000", "comments:0"]


def test_a_page_of_posts_shows_them_with_their_authors() -> None:
    one = Post(element=fragment("<p>正文<b>二"), author="<阿三>", posted_at="2024-03-01")
    document = document_of("题<", [one])
    assert "<title>题&lt;</title>" in document
    assert "<p>&lt;阿三&gt; · 2024-03-01</p><div><p>正文<b>二</b></p></div>" in document


def test_tangled_markup_becomes_plain_text() -> None:
    element = fragment("<div>" * 50_000 + "文")
    assert element.css_first("div div") is None
    assert element.text(deep=True).endswith("文")
