from __future__ import annotations

import pytest

from index.sites import account_at, belongs, is_at, platform_of, site_named, site_of


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


@pytest.mark.parametrize(
    ("host", "id", "account", "platform"),
    [
        ("weibo.com", "1645372340", "weibo.com/u/1645372340", "weibo.com"),
        ("m.weibo.cn", "1645372340", "weibo.com/u/1645372340", "weibo.com"),
        ("mp.weixin.qq.com", "MzA5MDEw==", "mp.weixin.qq.com/u/MzA5MDEw==", "qq.com"),
        ("www.BBS.example", " 阿 三 ", "bbs.example/u/阿%20三", "bbs.example"),
        ("127.0.0.1:8001", "42", "127.0.0.1:8001/u/42", "127.0.0.1:8001"),
        ("m.cn", "a/b?c#d", "m.cn/u/a%2Fb%3Fc%23d", "m.cn"),
    ],
)
def test_accounts_are_named_by_platform_and_id(
    host: str, id: str, account: str, platform: str
) -> None:
    assert account_at(host, id) == account
    assert platform_of(account) == platform
    assert site_named(account) == account


@pytest.mark.parametrize(
    ("site", "place", "expected"),
    [
        ("weibo.com/u/1", "weibo.com/u/1", True),
        ("weibo.com/u/1", "weibo.com/u/12", False),
        ("weibo.com/u/1", "weibo.com", False),
        ("weibo.com", "weibo.com/u/1", True),
        ("qq.com", "mp.weixin.qq.com/u/MzA=", True),
        ("mp.weixin.qq.com", "mp.weixin.qq.com/u/MzA=", True),
        ("v.qq.com", "mp.weixin.qq.com/u/MzA=", False),
        ("127.0.0.1:8001", "127.0.0.1:8001/u/42", True),
        ("127.0.0.1:8002", "127.0.0.1:8001/u/42", False),
        ("example.com", "example.com", True),
        ("example.com", "", False),
    ],
)
def test_an_account_is_at_its_platform(site: str, place: str, expected: bool) -> None:  # noqa: FBT001
    assert is_at(site, place) is expected


def test_people_name_accounts_as_addresses() -> None:
    assert site_named("https://m.weibo.cn/u/1645372340/") == "weibo.com/u/1645372340"
    assert site_named("weibo.com") == "weibo.com"
    for page in ("https://pirate.example/u/1/2", "pirate.example/book/1", "weibo.com/u/1?a=b"):
        with pytest.raises(ValueError, match="a page, not a site"):
            site_named(page)
