"""One spelling for one address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.links import canonical, is_trap, same_site


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Example.COM:80/a", "http://example.com/a"),
        ("https://example.com:443", "https://example.com/"),
        ("http://example.com:8080/", "http://example.com:8080/"),
        ("http://example.com./a#part", "http://example.com/a"),
        ("http://user:secret@example.com/", "http://example.com/"),
        ("http://example.com/a/./b/../c", "http://example.com/a/c"),
        ("http://example.com/a/%2e%2E/b", "http://example.com/b"),
        ("http://example.com/../../a", "http://example.com/a"),
        ("http://example.com/a/..", "http://example.com/"),
        ("http://example.com/%7euser/%e4%b8%ad", "http://example.com/~user/%E4%B8%AD"),
        ("http://example.com/中文", "http://example.com/%E4%B8%AD%E6%96%87"),
        ("http://中文.example/", "http://xn--fiq228c.example/"),
        ("http://example.com/?b=2&a=1&b=1", "http://example.com/?a=1&b=2&b=1"),
        ("http://example.com/?utm_source=x&id=7&spm=1.2", "http://example.com/?id=7"),
        ("http://example.com/?from=singlemessage&id=7", "http://example.com/?id=7"),
        ("http://example.com/t.php?extra=page%3D2&tid=7", "http://example.com/t.php?tid=7"),
        ("http://example.com/?extra=page%3D2%26filter%3Dx&tid=7", "http://example.com/?tid=7"),
        ("http://example.com/?extra=pages&tid=7", "http://example.com/?extra=pages&tid=7"),
        ("http://example.com/?from=2024&id=7", "http://example.com/?from=2024&id=7"),
        ("http://example.com/s?k=%D6%D0", "http://example.com/s?k=%D6%D0"),
        (" http://example.com/a\n ", "http://example.com/a"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    ],
)
def test_canonical(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:void(0)", "mailto:a@example.com", "data:text/plain,x", "file:///etc/passwd"),
        *("ftp://example.com/", "http://", "http://[::1", "http://exa mple.com:x/", ""),
        "http://example.com/" + "a" * 3000,
    ],
)
def test_only_addresses_of_the_web(url: str) -> None:
    assert canonical(url) is None


def test_links_are_joined_to_their_page() -> None:
    assert canonical("../b.html?x", "http://example.com/1/2/a.html") == (
        "http://example.com/1/b.html?x"
    )
    assert canonical("//cdn.example.net/p.jpg", "https://example.com/") == (
        "https://cdn.example.net/p.jpg"
    )


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(
    st.sampled_from(["http", "https"]),
    st.sampled_from(["example.com", "例子.cn", "127.0.0.1:8080", "[::1]", "EXAMPLE.com.:443"]),
    _TEXT,
    _TEXT,
)
def test_canonical_is_idempotent(scheme: str, host: str, path: str, query: str) -> None:
    once = canonical(f"{scheme}://{host}/{path}?{query}")
    assert once is not None
    assert once.isascii()
    assert canonical(once) == once


@given(st.text(max_size=60))
def test_anything_is_answered(text: str) -> None:
    once = canonical(text, "http://example.com/a/b")
    assert once is None or canonical(once) == once


def test_same_site() -> None:
    assert same_site("http://www.example.com/a", "https://novel.example.com/b")
    assert not same_site("http://a.github.io/", "http://b.github.io/")
    assert not same_site("http://127.0.0.1:8001/", "http://127.0.0.1:8002/")


def test_traps() -> None:
    assert is_trap("http://example.com/a/a/a/")
    assert is_trap("http://example.com/x/a/b/a/b/a/b")
    assert is_trap("http://example.com/" + "/".join(map(str, range(30))))
    assert not is_trap("http://example.com/a/b/a/b/c")
    assert not is_trap("http://example.com/book/1/1/2.html")
