"""Selectors find what CSS says, and none that could hold a crawl up is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawlers.profiles.selectors import MOST_FOUND, Selector

NESTED = st.recursive(
    st.sampled_from(["<b class=x>1</b>", "<i class=y>2</i>", "<a href=/3>3</a>"]),
    lambda inner: st.builds(
        "<{0} class='{1}'>{2}</{0}>".format,
        st.sampled_from(["div", "section"]),
        st.sampled_from(["x", "y", "x y"]),
        st.lists(inner, max_size=3).map("".join),
    ),
    max_leaves=12,
)
SELECTORS = (
    *(
        "div b",
        ".x .y",
        ".x .x a",
        "div.x > section b",
        ".y > a",
        "div + section i",
        "a[href='/3']",
    ),
    *("div:not(.x) b", "section:first-child a", ".x div .y a"),
)


@given(NESTED, st.sampled_from(SELECTORS))
def test_finds_what_css_finds(markup: str, selector: str) -> None:
    tree = LexborHTMLParser(f"<body>{markup}</body>")
    found = [one.mem_id for one in Selector.parse(selector).find(tree)]
    assert found == [one.mem_id for one in tree.css(selector)]


def test_within_an_element() -> None:
    tree = LexborHTMLParser("<div id=a><p><b>1</b></p></div><div id=b><p><b>2</b></p></div>")
    (element,) = Selector.parse("#b").find(tree)
    assert [one.text() for one in Selector.parse("p b").find(element)] == ["2"]
    assert Selector.parse("").find(element) == [element]
    assert Selector.parse("div").find(element) == []


def test_words() -> None:
    tree = LexborHTMLParser("<p><a href=/1>上一章</a><a href=/2>下一 章</a></p>")
    (found,) = Selector.parse("p a:contains('下一 章')").find(tree)
    assert found.attributes["href"] == "/2"


@pytest.mark.parametrize(
    ("selector", "why"),
    [
        ("dl dt:nth-of-type(2) ~ dd a", ":nth-of-type is not known here"),
        ("dt ~ dd", "~ costs too much"),
        ("div:has(b)", ":has is not known here"),
        ("a, b", "write alternatives as a list"),
        ("a:not(div b)", "names, classes and attributes only"),
        ("a[[", "is no selector"),
    ],
)
def test_refused(selector: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Selector.parse(selector)


def test_brackets_may_hold_anything() -> None:
    tree = LexborHTMLParser("<a rel='next x' title='a, b ~ c:has(d)'>1</a>")
    for selector in ("a[rel~=next]", "a[title='a, b ~ c:has(d)']"):
        assert len(Selector.parse(selector).find(tree)) == 1


def test_nested_elements_are_looked_at_once_each() -> None:
    depth = 3_000
    tree = LexborHTMLParser("<div>" * depth + "<b>1</b>" + "</div>" * depth)
    assert Selector.parse(".x div div div div b").find(tree) == []
    assert [one.text() for one in Selector.parse("div div div div b").find(tree)] == ["1"]


def test_bounded() -> None:
    tree = LexborHTMLParser("<p><b>1</b></p>" * (MOST_FOUND + 5))
    assert len(Selector.parse("p b").find(tree)) == MOST_FOUND
