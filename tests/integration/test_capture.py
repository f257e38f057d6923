from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawlers.capture.exchange import Exchange
from crawlers.capture.warc import Reading, read_warc, warc_records
from index.blobs import Blobs
from tests.certificates import issue
from tests.e2e.program import Program
from tests.fetching import Fetched, Fetching
from tests.servers import (
    Site,
    bomb,
    broken_chunks,
    compressed,
    content,
    dripping,
    dropped,
    endless,
    page,
    raw,
    redirect,
    status,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawlers.capture.exchange import Cut

PICTURE = bytes(range(256)) * 64
ODD = b"HTTP/1.1 203 Oddly  Fine\r\nx-b:  2 \r\nX-A: 1\r\nServer:\r\nx-b: 3\r\nno colon\r\n\r\nodd"
CHUNKS = b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: t\r\n\r\n"
BOMB = gzip.compress(bytes(100 << 20))
BOMB_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
ROUTES = {
    "/": page("<p>你好", encoding="gb18030"),
    "/gzip": compressed(b"<p>hello" * 1000),
    "/odd": raw(ODD),
    "/chunked": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS),
    "/picture": content(PICTURE, "image/png"),
    "/moved": redirect("/"),
    "/gone": status(410, b"gone"),
    "/nothing": content(b"", "text/html"),
    "/bare-lines": raw(b"HTTP/1.0 200 OK\nContent-Type: text/plain\n\nbare"),
    "/bomb": bomb(8 << 20),
}


class Crawl:
    """What a crawl of the routes left behind."""

    def __init__(self, site: Site, data: Path) -> None:
        self.site = site
        self.data = data
        self.blobs = Blobs(data / "blobs")
        fetched = Fetching(data=data, allow=(site.host,))(*map(site.url, ROUTES))
        self.fetched: dict[str, Fetched] = dict(zip(ROUTES, fetched, strict=True))

    def blob(self, path: str) -> bytes:
        digest = self.fetched[path].capture
        assert digest is not None
        return self.blobs.path(digest).read_bytes()

    def read(self, path: str) -> Reading:
        return read_warc(BytesIO(self.blob(path)))


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    with Site(dict(ROUTES)) as site:
        yield Crawl(site, tmp_path_factory.mktemp("data"))


def test_every_answer_is_kept_also_one_that_is_refused(crawl: Crawl) -> None:
    assert all(crawl.fetched[path].capture for path in ROUTES)
    assert crawl.fetched["/bomb"].error == "BodyTooLarge"


@pytest.mark.parametrize("path", ROUTES)
def test_the_request_is_kept_as_the_server_got_it(crawl: Crawl, path: str) -> None:
    (asked,) = (asked for asked in crawl.site.asked if asked.path == path)
    assert _block(crawl.blob(path), "request") == asked.raw


def test_of_an_answer_that_breaks_off_what_came_is_kept(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 99\r\n\r\n"
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n9\r\nwor"
    routes = {
        "/closed": raw(head + b"half a film"),
        "/reset": dropped(head + b"half"),
        "/chunks": raw(chunks),
        "/nonsense": broken_chunks(b"<p>half"),
        "/slow": dripping(b"x" * 1000, 0.05),
        "/large": content(bytes(300_000), "video/mp4"),
        "/endless": endless(),
    }
    with Site(dict(routes)) as site:
        fetch = Fetching(data=tmp_path, allow=(site.host,), max_body_bytes=100_000, timeout_s=1.0)
        fetched = dict(zip(routes, fetch(*map(site.url, routes)), strict=True))
    assert all(one.error for one in fetched.values())
    kept = {path: read_warc(_opened(tmp_path, one)) for path, one in fetched.items()}
    assert {path: one.cut for path, one in kept.items()} == {
        **dict.fromkeys(("/closed", "/reset", "/chunks", "/nonsense"), "disconnect"),
        "/slow": "time",
        "/large": "length",
        "/endless": "length",
    }
    assert {path: one.body for path, one in kept.items() if path != "/slow"} == {
        "/closed": b"half a film",
        "/reset": b"half",
        "/chunks": b"hellowor",
        "/nonsense": b"<p>half",
        "/large": b"",
        "/endless": b"",
    }
    assert set(kept["/slow"].body) == {ord("x")}
    assert _block(_opened(tmp_path, fetched["/chunks"]).read(), "response") == chunks
    assert kept["/closed"].conditions["truncated"].startswith("disconnect: ")
    assert dict(kept["/large"].headers)["Content-Length"] == "300000"
    joined = tmp_path / "all.warc.gz"
    joined.write_bytes(b"".join(_opened(tmp_path, one).read() for one in fetched.values()))
    check = [sys.executable, "-m", "warcio.cli", "check", str(joined)]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_what_was_cut_short_is_shown_as_such(tmp_path: Path) -> None:
    cut = _exchange(body=b"half", cut="disconnect", failure="lost\r\nConnection")
    digest = Blobs(tmp_path / "data" / "blobs").put(b"".join(warc_records(cut)))
    program = Program(tmp_path, settings={"MARQUE_DATA": str(tmp_path / "data")})
    told = program.run("captures", "show", digest, "--json").object
    assert told["truncated"] == "disconnect: lost Connection"
    assert "未收完的原因" in program.run("captures", "show", digest, "--language", "zh").out


def test_the_head_is_kept_as_it_came(crawl: Crawl) -> None:
    assert _block(crawl.blob("/odd"), "response") == ODD
    assert crawl.read("/odd").status_line == "HTTP/1.1 203 Oddly  Fine"
    assert crawl.read("/odd").headers == (("x-b", "2"), ("X-A", "1"), ("Server", ""), ("x-b", "3"))


def test_chunks_are_kept_with_their_framing_and_read_without(crawl: Crawl) -> None:
    assert _block(crawl.blob("/chunked"), "response").endswith(CHUNKS)
    assert crawl.read("/chunked").body == b"hello world" == crawl.fetched["/chunked"].body


def test_content_codings_stay_on_the_body(crawl: Crawl) -> None:
    assert crawl.read("/gzip").body.startswith(b"\x1f\x8b")
    assert crawl.fetched["/gzip"].body == b"<p>hello" * 1000


@pytest.mark.parametrize("path", ["/", "/picture", "/moved", "/gone", "/nothing", "/bare-lines"])
def test_what_was_kept_is_what_the_crawl_saw(crawl: Crawl, path: str) -> None:
    reading, fetched = crawl.read(path), crawl.fetched[path]
    assert (reading.url, reading.status) == (crawl.site.url(path), fetched.status)
    assert reading.body == fetched.body
    assert reading.address == "127.0.0.1"
    assert abs(reading.seen_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert dict(reading.request_headers)["Host"] == crawl.site.host
    assert reading.request_line == f"GET {path} HTTP/1.1"


def test_when_it_was_is_kept_to_the_last_byte(crawl: Crawl) -> None:
    for path in ROUTES:
        told = crawl.read(path).conditions
        moments = [datetime.fromisoformat(told[name]) for name in ("began", "first-byte", "ended")]
        assert moments == sorted(moments)
        assert moments[0] == crawl.read(path).seen_at


def test_what_it_was_made_with_is_kept_once_for_all_records(crawl: Crawl) -> None:
    said = crawl.read("/").environment
    assert f"scrapy/{version('scrapy')}" in said["software"]
    assert said["http-header-user-agent"] == "Marque/0.1 (+https://example.org/marque)"
    assert said["robots"] == "ignored: a test of something else"
    assert said["proxy"] == "none"
    assert said["clock"].startswith(("synchronised", "not synchronised", "unknown"))
    assert "sha256:" in said["hosts-file"]
    about = [record.rec_headers for record in _records(crawl.blob("/"))]
    assert {one.get_header("WARC-Warcinfo-ID") for one in about[1:]} == {
        about[0].get_header("WARC-Record-ID")
    }


def test_captures_from_before_conditions_were_kept_are_read() -> None:
    members = list(warc_records(_exchange(certificates=("-----BEGIN CERTIFICATE-----\n",))))
    old = b"".join(members).split(b"\x1f\x8b\x08")
    assert len(old) == 5
    without = b"".join(b"\x1f\x8b\x08" + old[number] for number in (1, 2, 4))
    reading = read_warc(BytesIO(without))
    assert (reading.conditions, reading.environment) == ({}, {})
    assert reading.certificates == "-----BEGIN CERTIFICATE-----\n"


def test_a_capture_is_shown_without_obeying_what_is_in_it(tmp_path: Path) -> None:
    hostile = b"<!DOCTYPE html><p>" + b"words " * 100 + b"\x1b[2J\x07text\xe2\x80\xae<script>"
    exchange = _exchange(
        head=b"HTTP/1.1 200 \x1b]0;owned\x07\r\nX-\x1b[31m: \x9b1m\r\n"
        b"Date: Wed, 01 Jul 2026 12:00:05 GMT\r\n"
        b"Content-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n",
        body=gzip.compress(hostile),
    )
    data = tmp_path / "data"
    records = b"".join(warc_records(exchange))
    blobs = Blobs(data / "blobs")
    digest, other = blobs.put(records), blobs.put(b"no capture")
    picture = blobs.put(b"".join(warc_records(_exchange(body=PICTURE))))
    bomb_digest = blobs.put(b"".join(warc_records(_exchange(head=BOMB_HEAD, body=BOMB))))
    program = Program(tmp_path, settings={"MARQUE_DATA": str(data)})
    show = ("captures", "show", f"sha256:{digest}")
    file = tmp_path / "out.warc.gz"
    plain, chinese, headers, body = (
        program.run(*show, *options)
        for options in ((), ("--language", "zh"), ("--headers",), ("--body", "--warc", str(file)))
    )
    assert [one.code for one in (plain, chinese, headers, body)] == [0, 0, 0, 0], plain.err
    assert "Server's clock ahead by (s)" in plain.out
    assert "服务器时钟快（秒）" in chinese.out
    assert "GET / HTTP/1.1" in headers.out
    assert "text" in body.out
    for printed in (plain, chinese, headers, body):
        assert not set(printed.out) & {"\x1b", "\x07", "\x9b", "\u202e"}
    assert file.read_bytes() == records
    told = program.run(*show, "--headers", "--body", "--json").object
    assert told["body"].encode() == hostile
    assert told["server_clock_s"] == 5.0
    assert ["Content-Type", "text/html"] in told["headers"]
    assert program.run(*show, "--warc", str(file)).code == 2
    assert program.run("captures", "show", other).code == 2
    assert program.run("captures", "show", picture, "--body").code == 2
    assert program.run("captures", "show", bomb_digest, "--body").code == 2
    assert program.run("captures", "show", "0" * 64).code == 4
    assert program.run("captures", "show", "../../etc/passwd").code == 2


def test_warcio_finds_nothing_wrong_with_any_of_them_nor_with_all_in_one_file(
    crawl: Crawl, tmp_path: Path
) -> None:
    joined = tmp_path / "all.warc.gz"
    joined.write_bytes(b"".join(map(crawl.blob, ROUTES)))
    with joined.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file, no_record_parse=True)]
    assert kinds == ["warcinfo", "response", "request", "metadata"] * len(ROUTES)
    check = [sys.executable, "-m", "warcio.cli", "check", "-v", str(joined)]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("digest pass") == 4 * len(ROUTES)


def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    exchange = _exchange(body=b"<p>evidence")
    records = gzip.decompress(b"".join(warc_records(exchange)))
    forged = tmp_path / "forged.warc"
    forged.write_bytes(records.replace(b"<p>evidence", b"<p>Evidence"))
    check = [sys.executable, "-m", "warcio.cli", "check", str(forged)]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.returncode == 1
    assert "block digest failed" in checked.stdout


def test_the_certificates_shown_are_kept(tmp_path: Path) -> None:
    certificate, authority = issue(tmp_path, "localhost")
    with Site({"/": page("<p>secure")}, certificate=certificate, name="localhost") as site:
        fetch = Fetching(
            data=tmp_path, allow=(site.host,), environment={"SSL_CERT_FILE": str(authority)}
        )
        (found,) = fetch(site.url())
    assert found.capture is not None
    with Blobs(tmp_path / "blobs").open(found.capture) as blob:
        reading = read_warc(blob)
    assert reading.certificates
    assert reading.conditions["tls"].startswith("TLSv1")
    assert reading.certificates in certificate.read_text()
    assert reading.body == b"<p>secure"


@given(head=st.binary(max_size=200), body=st.binary(max_size=500), request=st.binary(max_size=200))
def test_any_bytes_are_kept_and_the_same_exchange_gives_the_same_records(
    head: bytes, body: bytes, request: bytes
) -> None:
    exchange = _exchange(head=head, body=body, request=request)
    records = b"".join(warc_records(exchange))
    assert records == b"".join(warc_records(exchange))
    assert _block(records, "response") == head + body
    assert _block(records, "request") == request


def test_a_large_body_is_kept_whole() -> None:
    body = bytes(range(256)) * 20_000 + b"end"
    assert read_warc(BytesIO(b"".join(warc_records(_exchange(body=body))))).body == body


def test_records_of_one_exchange_name_each_other() -> None:
    records = b"".join(warc_records(_exchange()))
    response, *others = (
        record.rec_headers for record in ArchiveIterator(BytesIO(records), no_record_parse=True)
    )
    assert [one.get_header("WARC-Type") for one in others] == ["request", "metadata"]
    assert {one.get_header("WARC-Concurrent-To") for one in others} == {
        response.get_header("WARC-Record-ID")
    }
    assert len({one.get_header("WARC-Record-ID") for one in (response, *others)}) == 3
    payload = hashlib.sha256(b"body").hexdigest()
    assert response.get_header("WARC-Payload-Digest") == f"sha256:{payload}"
    assert response.get_header("WARC-Date") == "2026-07-01T12:00:00.000001Z"


def test_records_without_a_response_are_an_error() -> None:
    records = b"".join(warc_records(_exchange()))
    request = records[records.index(b"\x1f\x8b", 2) :]
    with pytest.raises(ValueError, match="no response"):
        read_warc(BytesIO(request))


def _exchange(
    *,
    head: bytes = b"HTTP/1.1 200 OK\r\n\r\n",
    body: bytes = b"body",
    request: bytes = b"GET / HTTP/1.1\r\n\r\n",
    certificates: tuple[str, ...] = (),
    cut: Cut | None = None,
    failure: str = "",
) -> Exchange:
    return Exchange(
        url="http://pirate.example/",
        request=request,
        head=head,
        body=body,
        chunked=False,
        address="93.184.216.34",
        certificates=certificates,
        began_at=datetime(2026, 7, 1, 12, 0, 0, 1, tzinfo=UTC),
        cut=cut,
        failure=failure,
    )


def _opened(data: Path, fetched: Fetched) -> BytesIO:
    assert fetched.capture is not None
    return BytesIO(Blobs(data / "blobs").path(fetched.capture).read_bytes())


def _records(records: bytes) -> Iterator[Any]:
    yield from ArchiveIterator(BytesIO(records), no_record_parse=True)


def _block(records: bytes, kind: str) -> bytes:
    for record in _records(records):
        block: bytes = record.raw_stream.read()
        if record.rec_type == kind:
            return block
    raise AssertionError(kind)
