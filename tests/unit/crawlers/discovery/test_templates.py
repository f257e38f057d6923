from __future__ import annotations

import pytest

from crawlers.discovery.errors import InvalidTemplate
from crawlers.discovery.templates import template


@pytest.mark.parametrize(
    ("text", "url", "form"),
    [
        ("https://a.example/s?q={title}", "https://a.example/s?q=%E4%B8%89%E4%BD%93", ""),
        ("https://a.example/s?q={title:gbk}", "https://a.example/s?q=%C8%FD%CC%E5", ""),
        (
            "https://a.example/s?q={title:big5}&p={page0}",
            "https://a.example/s?p=1&q=%A4T%C5%E9",
            "",
        ),
        ("https://a.example/{title}/{page}/", "https://a.example/%E4%B8%89%E4%BD%93/2/", ""),
        (
            "https://a.example/s?q={query}",
            "https://a.example/s?q=%E4%B8%89%E4%BD%93%20%E4%B8%8B%E8%BD%BD",
            "",
        ),
        ("https://a.example/s?a={author}&q={title}", None, ""),
        (
            "POST https://a.example/e/search/index.php show=title&keyboard={title:gbk}",
            "https://a.example/e/search/index.php",
            "show=title&keyboard=%C8%FD%CC%E5",
        ),
    ],
)
def test_places_are_filled_in_the_sites_own_encoding(text: str, url: str | None, form: str) -> None:
    known = template(text)
    words = "三體" if "big5" in text else "三体"
    filled = known.filled(f"{words} 下载", title=words, author="刘 & 某", page=2)
    expected = url or "https://a.example/s?a=%E5%88%98%20%26%20%E6%9F%90&q=%E4%B8%89%E4%BD%93"
    assert filled == (expected, form)
    assert template(known.text) == known


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("https://a.example/s?q=x", "is needed"),
        ("https://a.example/s?q={word}", "no place is called {word}"),
        ("https://a.example/s?q={title:klingon}", "no encoding is called klingon"),
        ("https://a.example/s?q={title:hex}", "no encoding is called hex"),
        ("https://a.example/s?q={title:utf-16}", "no encoding is called utf-16"),
        ("https://a.example/s?q={title}&x={", "places are"),
        ("https://{title}.example/", "the host must not have places"),
        ("ftp://a.example/{title}", "is not an http"),
        ("a.example/{title}", "is not an http"),
        ("https://a.example/ {title}", "POST ADDRESS FORM"),
        ("https://a.example/{title}" + "a" * 1000, "longer than"),
    ],
)
def test_what_cannot_be_filled_in_is_named(text: str, why: str) -> None:
    with pytest.raises(InvalidTemplate) as refused:
        template(text)
    assert why in str(refused.value)


def test_titles_that_an_encoding_lacks_are_left_out() -> None:
    known = template("https://a.example/s?q={title:gbk}")
    assert known.filled("x", title="ไทย") is None
    assert known.filled("x", title="三体") is not None


def test_a_template_says_what_it_wants() -> None:
    plain = template("https://a.example/s?q={title}")
    assert (plain.has_pages, plain.wants_query, plain.wants_author) == (False, False, False)
    rich = template("https://a.example/s?q={query}&a={author}&p={page}")
    assert (rich.has_pages, rich.wants_query, rich.wants_author) == (True, True, True)
