"""Proxies carry connections to addresses that the crawler chose; what they can't do is seen."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from crawlers.capture.warc import read_warc
from index.blobs import Blobs
from index.contract import Query
from index.documents import Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.certificates import issue
from tests.e2e.program import Program
from tests.fetching import Fetching
from tests.proxies import ConnectProxy
from tests.servers import Site, page, redirect
from tests.trap import Trap

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "geheim-7d1f"  # noqa: S105  no secret


@pytest.mark.parametrize("socks", [False, True])
@pytest.mark.parametrize("user", ["", "ada"])
def test_http_and_https_go_through_the_proxy_to_the_checked_address(
    tmp_path: Path, user: str, *, socks: bool
) -> None:
    certificate, authority = issue(tmp_path, "secure.test")
    with (
        ConnectProxy(user=user, password=SECRET if user else "", socks=socks) as proxy,
        Site({"/": page("<p>plain")}, name="plain.test") as plain,
        Site({"/": page("<p>tls")}, certificate=certificate, name="secure.test") as secure,
    ):
        fetch = Fetching(
            data=tmp_path,
            allow=(plain.host, secure.host),
            names={"plain.test": [["127.0.0.1"]], "secure.test": [["127.0.0.1"]]},
            proxy=proxy.url,
            environment={"SSL_CERT_FILE": str(authority)},
        )
        first, second = fetch(plain.url(), secure.url())
        assert (first.body, second.body) == (b"<p>plain", b"<p>tls"), (first, second)
        assert proxy.asked == [f"127.0.0.1:{plain.port}", f"127.0.0.1:{secure.port}"]
        assert set(fetch.connections()) == {f"127.0.0.1:{proxy.port}"}
        assert [asked.headers["host"] for asked in secure.asked] == [secure.host]
    assert second.capture is not None
    with Blobs(tmp_path / "blobs").open(second.capture) as blob:
        reading = read_warc(blob)
    assert reading.address == second.address == "127.0.0.1"
    assert reading.conditions["proxy"] == reading.environment["proxy"] == "tokyo"
    assert reading.conditions["tls"].startswith("TLSv1")
    assert reading.certificates in certificate.read_text()


@pytest.mark.parametrize("socks", [False, True])
def test_an_ipv6_address_is_asked_for_as_one(tmp_path: Path, *, socks: bool) -> None:
    with Trap() as server, ConnectProxy(socks=socks) as proxy:
        fetch = Fetching(data=tmp_path, allow=(f"[::1]:{server.port}",), proxy=proxy.url)
        (found,) = fetch(f"http://[::1]:{server.port}/")
    assert (found.body, found.address) == (b"secret", "::1")
    assert proxy.asked == [f"::1:{server.port}"]


def test_what_may_not_be_visited_is_never_asked_of_the_proxy(tmp_path: Path) -> None:
    with Trap() as trap, ConnectProxy() as proxy:
        fetch = Fetching(
            data=tmp_path,
            names={"private.test": [["127.0.0.1"]], "both.test": [["8.8.8.8", "10.0.0.1"]]},
            proxy=proxy.url,
        )
        hosts = ("127.1", "[::1]", "169.254.169.254", "private.test", "both.test")
        refused = fetch(*(f"http://{host}:{trap.port}/" for host in hosts))
        (mail,) = fetch("http://8.8.8.8:25/")
        assert {found.error for found in refused} == {"ForbiddenAddress"}
        assert mail.error == "ForbiddenPort"
        assert (proxy.asked, trap.came, fetch.connections()) == ([], [], [])


def test_a_proxy_that_connects_elsewhere_is_betrayed_by_the_certificate_only(
    tmp_path: Path,
) -> None:
    certificate, authority = issue(tmp_path, "secure.test")
    (tmp_path / "forged").mkdir()
    forged, _ = issue(tmp_path / "forged", "secure.test")
    with (
        Site({"/": page("<p>right")}, certificate=certificate, name="secure.test") as right,
        Site({"/": page("<p>forged")}, certificate=forged) as wrong,
        Site({"/": page("<p>other")}) as other,
    ):
        found = []
        for site, there in ((right, wrong), (other, other)):
            with ConnectProxy(elsewhere=there.port) as proxy:
                fetch = Fetching(
                    data=tmp_path,
                    allow=("secure.test", "plain.test"),
                    names={"secure.test": [["127.0.0.1"]], "plain.test": [["127.0.0.1"]]},
                    proxy=proxy.url,
                    environment={"SSL_CERT_FILE": str(authority)},
                )
                url = site.url() if site is right else "http://plain.test:81/"
                found += fetch(url)
        secure, plain = found
        assert (secure.error, wrong.asked) == ("DownloadFailedError", [])
        assert "certificate verify failed" in secure.reason
    assert plain.body == b"<p>other"  # nobody can tell; the evidence says through whom it came
    assert plain.capture is not None
    with Blobs(tmp_path / "blobs").open(plain.capture) as blob:
        assert "word alone" in read_warc(blob).conditions["address"]


@pytest.mark.parametrize(
    ("proxy", "reason"),
    [
        (ConnectProxy(answer=b"HTTP/1.1 403 Forbidden\r\n\r\n"), "refuses: 403 Forbidden"),
        (ConnectProxy(answer=b"SSH-2.0-OpenSSH\r\n\r\n\r\n"), "speaks no HTTP"),
        (ConnectProxy(answer=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 40_000), "talks without end"),
        (ConnectProxy(answer=b"HTTP/1.1 2"), "hung up"),
        (ConnectProxy(socks=True, answer=bytes((5, 2, 0, 1, 0, 0, 0, 0, 0, 0))), "SOCKS reply 2"),
    ],
)
def test_a_proxy_that_refuses_or_is_none_costs_the_page_by_name(
    tmp_path: Path, proxy: ConnectProxy, reason: str
) -> None:
    with proxy, Site({"/": page("<p>site")}) as site:
        fetch = Fetching(data=tmp_path, allow=(site.host,), proxy=proxy.url)
        (found,) = fetch(site.url())
        assert (found.error, site.asked) == ("ProxyFailed", [])
    assert reason in found.reason


@pytest.mark.parametrize("socks", [False, True])
def test_a_wrong_password_is_said_but_not_shown(tmp_path: Path, *, socks: bool) -> None:
    with ConnectProxy(user="ada", password="right", socks=socks) as proxy:  # noqa: S106
        wrong = proxy.url.replace("right", SECRET)
        fetch = Fetching(data=tmp_path, allow=("127.0.0.1",), proxy=wrong)
        (found,) = fetch("http://127.0.0.1:81/")
    assert found.error == "ProxyFailed"
    assert "refuses" in found.reason
    assert SECRET not in found.reason


def test_a_crawl_goes_through_its_targets_proxy_pages_in_the_browser_included(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    with ConnectProxy(user="ada", password=SECRET) as proxy, Site() as site:
        site.routes = {
            "/": redirect("/page"),
            "/page": page("<div id=a></div><script src=/a.js></script><a href=/next>n</a>"),
            "/a.js": page("document.getElementById('a').textContent = 'built'"),
            "/next": page("<p>next"),
        }
        program = Program(
            tmp_path,
            settings={
                "MARQUE_DATA": str(data),
                "MARQUE_CRAWL__PROXIES__TOKYO": proxy.url,
                "MARQUE_LOG_LEVEL": "debug",
            },
        )
        ended = program.run(
            *("crawl", site.url(), "--allow", site.host, "--delay", "0", "--json"),
            *("--render", "always", "--proxy", "tokyo"),
        )
        assert ended.code == 0, ended.err
        assert {"/robots.txt", "/page", "/a.js", "/next"} <= set(site.paths())
        assert set(proxy.asked) == {site.host}
        shown = program.run("config", "show", "--json")
    records = open_store(StoreLocation(data)).records
    sightings = [one.record for one in scan(records, Query(Sighting, {}))]
    assert {one.via for one in sightings} == {"tokyo"}
    assert {one.address for one in sightings} == {"127.0.0.1"}
    (redirected,) = (one for one in sightings if one.redirects)
    assert redirected.redirects == (site.url(),)
    with Blobs(data / "blobs").open(*redirected.redirect_captures) as blob:
        assert read_warc(blob).status == 302
    assert shown.object["crawl.proxies.tokyo"]["value"] == "**********"
    printed = ended.out + ended.err + shown.out + shown.err
    kept = b"".join(_plain(file) for file in data.rglob("*") if file.is_file())
    assert SECRET not in printed
    assert SECRET.encode() not in kept


def test_an_unknown_proxy_is_a_usage_error_by_name(tmp_path: Path) -> None:
    program = Program(tmp_path, settings={"MARQUE_DATA": str(tmp_path / "data")})
    for command in (("crawl",), ("targets", "add")):
        ended = program.run(*command, "http://a.example/", "--proxy", "osaka", "--json")
        assert ended.code == 2
        told = json.loads(ended.err)
        assert told["error"] == "UnknownProxy"
        assert "osaka" in told["reason"]


def test_a_proxys_address_is_never_quoted(tmp_path: Path) -> None:
    settings = {"MARQUE_CRAWL__PROXIES__TOKYO": f"ftp://ada:{SECRET}@proxy.example:1"}
    ended = Program(tmp_path, settings=settings).run("config", "show")
    assert ended.code == 2
    assert "crawl.proxies" in ended.err
    assert SECRET not in ended.out + ended.err


def _plain(file: Path) -> bytes:
    data = file.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
