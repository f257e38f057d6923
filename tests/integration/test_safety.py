from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.certificates import issue
from tests.fetching import Fetched, Fetching
from tests.servers import (
    Site,
    bomb,
    broken_chunks,
    chunked,
    compressed,
    content,
    dripping,
    dropped,
    endless,
    endless_head,
    lying_length,
    page,
    raw,
    redirect,
    silent,
)

if TYPE_CHECKING:
    from pathlib import Path

MEBIBYTE = 1 << 20
HOSTILE = {
    "/bomb": (bomb(300 * MEBIBYTE), "BodyTooLarge"),
    "/deflate": (bomb(300 * MEBIBYTE, "deflate"), "BodyTooLarge"),
    "/layers": (bomb(300 * MEBIBYTE, layers=3), "BodyTooLarge"),
    "/onion": (bomb(MEBIBYTE, layers=9), "BodyTooLarge"),
    "/endless": (endless(), "BodyTooLarge"),
    "/claim": (lying_length(b"abc", 10**12), "BodyTooLarge"),
    "/endless-head": (endless_head(), "BodyTooLarge"),
    "/long-line": (endless_head(b"X: " + b"a" * 100_000), "BodyTooLarge"),
    "/crumbs": (chunked([b"x"] * 100_000), "BodyTooLarge"),
    "/lie": (lying_length(b"abc", 10), "ResponseDataLossError"),
    "/broken": (broken_chunks(), "ResponseDataLossError"),
    "/not-gzip": (
        content(b"plain", "text/html", headers={"Content-Encoding": "gzip"}),
        "ResponseDataLossError",
    ),
    "/dropped": (dropped(b"HTTP/1.1 200 OK\r\nConte"), "DownloadFailedError"),
    "/no-http": (raw(b"SSH-2.0-OpenSSH_9.9\r\n"), "DownloadFailedError"),
    "/slow": (dripping(b"x" * 1000, 0.2), "DownloadTimeoutError"),
    "/silent": (silent(), "DownloadTimeoutError"),
}
HONEST = {
    "/": (page("<p>你好", encoding="gb18030"), "<p>你好".encode("gb18030")),
    "/gzip": (compressed(b"<p>hello"), b"<p>hello"),
    "/chunked": (chunked([b"<p>", b"in ", b"parts"]), b"<p>in parts"),
    "/no-length": (raw(b"HTTP/1.0 200 OK\r\n\r\n<p>old"), b"<p>old"),
    "/interim": (
        raw(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        b"ok",
    ),
}
OTHERWISE = ["file:///etc/passwd", "data:,x", "ftp://127.0.0.1/x"]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fetched]:
    """Fetch all of them at once, so that the slow ones cost their time once."""
    routes = {path: answer for path, (answer, _) in [*HOSTILE.items(), *HONEST.items()]}
    with Site(routes) as site:
        fetch = Fetching(
            data=tmp_path_factory.mktemp("fetched"),
            allow=(site.host,),
            max_body_bytes=MEBIBYTE,
            timeout_s=8.0,
        )
        fetched = fetch(*map(site.url, routes), *OTHERWISE, together=True)
        return dict(zip([*routes, *OTHERWISE], fetched, strict=True))


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_answer_costs_its_own_url_by_name(
    path: str, outcomes: dict[str, Fetched]
) -> None:
    assert outcomes[path].error == HOSTILE[path][1], outcomes[path].reason
    assert outcomes[path].reason
    assert outcomes[path].seconds < 10


@pytest.mark.parametrize("path", HONEST)
def test_an_honest_answer_arrives(path: str, outcomes: dict[str, Fetched]) -> None:
    assert outcomes[path].error is None
    assert outcomes[path].body == HONEST[path][1]
    assert outcomes[path].address == "127.0.0.1"


def test_no_address_behind_the_crawlers_back_is_asked(tmp_path: Path) -> None:
    with Site(fallback=page("<p>secret")) as private, Site(fallback=page("<p>open")) as allowed:
        port = private.port
        urls = [
            f"http://{host}:{port}/"
            for host in (
                "127.0.0.1",
                "127.1",
                "2130706433",
                "0x7f.1",
                "0177.0.0.1",
                "017700000001",
                "①②⑦.0.0.1",
                "127。0。0。1",
                "127.0.0.1.",
                "%31%32%37.0.0.1",
                "localhost",
                "LOCALHOST",
                "0",
                "0.0.0.0",  # noqa: S104  not bound to
                "[::1]",
                "[::]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "user:secret@127.0.0.1",
                f"{allowed.host}@127.0.0.1",
            )
        ]
        fetch = Fetching(data=tmp_path, allow=(allowed.host,))
        *refused, open_one = fetch(*urls, allowed.url(), together=True)
    assert [(found.url, found.error) for found in refused] == [
        (url, "ForbiddenAddress") for url in urls
    ]
    assert private.asked == []
    assert open_one.body == b"<p>open"


def test_a_redirect_to_a_private_address_is_not_followed(tmp_path: Path) -> None:
    redirecting = {
        "REDIRECT_ENABLED": True,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
        },
    }
    with Site(fallback=page("<p>secret")) as private, Site() as site:
        site.routes["/"] = redirect(f"http://2130706433:{private.port}/")
        fetch = Fetching(data=tmp_path, allow=(site.host,), settings=redirecting)
        (found,) = fetch(site.url())
    assert private.asked == []
    assert site.paths() == ["/"]
    assert found.error == "ForbiddenAddress"


def test_a_proxy_from_the_environment_does_not_choose_the_address(tmp_path: Path) -> None:
    with Site(fallback=page("<p>proxy")) as proxy, Site({"/": page("<p>direct")}) as site:
        fetch = Fetching(
            data=tmp_path,
            allow=(site.host,),
            environment={"http_proxy": proxy.url("")},
            settings={
                "HTTPPROXY_ENABLED": True,
                "DOWNLOADER_MIDDLEWARES": {
                    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
                },
            },
        )
        (found,) = fetch(site.url())
    assert proxy.asked == []
    assert found.error == "ForbiddenAddress"


@pytest.mark.parametrize("url", OTHERWISE)
def test_other_schemes_have_no_handler(url: str, outcomes: dict[str, Fetched]) -> None:
    assert outcomes[url].error == "NotSupported"
    assert outcomes[url].body == b""


def test_certificates_are_verified_by_the_name_in_the_url(tmp_path: Path) -> None:
    certificate, authority = issue(tmp_path, "localhost")
    (tmp_path / "other").mkdir()
    unknown, _ = issue(tmp_path / "other", "localhost")
    with (
        Site({"/": page("<p>secure")}, certificate=certificate, name="localhost") as site,
        Site({"/": page("<p>anyone")}, certificate=unknown, name="localhost") as other,
    ):
        fetch = Fetching(
            data=tmp_path,
            allow=("localhost", "127.0.0.1"),
            environment={"SSL_CERT_FILE": str(authority)},
        )
        right, misnamed, untrusted = fetch(
            site.url(), f"https://127.0.0.1:{site.port}/", other.url()
        )
    assert right.body == b"<p>secure"
    assert (misnamed.error, untrusted.error) == ("DownloadFailedError", "DownloadFailedError")
    assert "certificate verify failed" in untrusted.reason
    assert [asked.headers["host"] for asked in site.asked] == [site.host]
    assert other.asked == []
