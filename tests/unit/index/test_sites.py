from __future__ import annotations

import pytest

from index.sites import belongs, site_of


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.example.com/a", "example.com"),
        ("https://novel.example.com.cn:443/a", "example.com.cn"),
        ("http://EXAMPLE.com.", "example.com"),
        ("https://someone.github.io/book", "someone.github.io"),
        ("http://127.0.0.1:8001/a", "127.0.0.1:8001"),
        ("http://127.0.0.1/a", "127.0.0.1"),
        ("http://[::1]:9/a", "[::1]:9"),
        ("http://localhost:80/", "localhost"),
        ("https://xn--fiqs8s.example.org/", "example.org"),
    ],
)
def test_site_of(url: str, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("site", "url", "expected"),
    [
        ("example.com", "https://a.b.example.com/x", True),
        ("a.example.com", "https://a.example.com/x", True),
        ("a.example.com", "https://b.example.com/x", False),
        ("ample.com", "https://example.com/x", False),
        ("Example.COM", "https://www.example.com/", True),
        ("127.0.0.1:8001", "http://127.0.0.1:8001/x", True),
        ("127.0.0.1:8001", "http://127.0.0.1:8002/x", False),
        ("127.0.0.1", "http://127.0.0.1:8002/x", True),
        ("example.com:443", "https://example.com/", True),
        ("example.com", "", False),
    ],
)
def test_belongs(site: str, url: str, expected: bool) -> None:  # noqa: FBT001
    assert belongs(site, url) is expected
