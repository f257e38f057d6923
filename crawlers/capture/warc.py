"""An exchange as WARC/1.1 records, and back.

Written here rather than by warcio, which parses and composes HTTP heads anew: evidence shall hold
the bytes as they came. The same exchange always gives the same records, record ids included.
Source: The WARC Format 1.1 (ISO 28500:2017).
"""

from __future__ import annotations

import hashlib
import uuid
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, Final

from warcio.archiveiterator import ArchiveIterator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawlers.capture.environment import Environment
    from crawlers.capture.exchange import Exchange

_GZIP = zlib.MAX_WBITS | 16
_LEVEL, _LEVEL_LARGE = 3, 1  # 6 would take twice the time for 3 % less
_LARGE_BYTES = 1 << 20
_FIELDS: Final = "application/warc-fields"
_PEM: Final = "application/x-pem-file"

Block = tuple[bytes, ...]

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A captured exchange, read back. Headers are as they came, in order, as Latin-1.

    `body` has no transfer coding any more; content codings (gzip …) are still on it. `conditions`
    are of this exchange (when, by which TLS, through which proxy), `environment` of the crawl that
    made it; both are empty in captures from before they were kept. `cut` says why the rest is
    missing: `disconnect`, `length` or `time`; "" where all is there.
    """

    url: str
    seen_at: datetime
    address: str | None
    request_line: str
    request_headers: Headers
    status_line: str
    headers: Headers
    body: bytes
    certificates: str
    conditions: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    cut: str = ""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.status_line.split(" ")[1])


def warc_records(exchange: Exchange, environment: Environment | None = None) -> Iterator[bytes]:
    """Yield, in pieces, a gzip member each: environment, response, request, conditions, chain.

    The chain is the TLS certificates, PEM. Members of several exchanges one after the other are a
    valid .warc.gz.
    """
    about: dict[str, str] = {}
    if environment is not None:
        yield _warcinfo(environment)
        about = {"WARC-Warcinfo-ID": _warcinfo_id(environment)}
    response = (exchange.head, exchange.body)
    fields = {"Content-Type": "application/http; msgtype=response", **about}
    if exchange.cut is not None:
        fields["WARC-Truncated"] = exchange.cut
    elif not exchange.chunked:
        # Readers disagree whether a chunked payload is digested with or without its framing.
        fields["WARC-Payload-Digest"] = _digest((exchange.body,))
    digest = _digest(response)
    yield from _record("response", exchange, fields, response, digest)
    about |= {"WARC-Concurrent-To": _record_id("response", exchange, digest)}
    fields = {"Content-Type": "application/http; msgtype=request", **about}
    request = (exchange.request,)
    yield from _record("request", exchange, fields, request, _digest(request))
    conditions = (_lines(_conditions(exchange)),)
    fields = {"Content-Type": _FIELDS, **about}
    yield from _record("metadata", exchange, fields, conditions, _digest(conditions))
    if exchange.certificates:
        chain = ("".join(exchange.certificates).encode(),)
        fields = {"Content-Type": _PEM, **about}
        yield from _record("metadata", exchange, fields, chain, _digest(chain))


def read_warc(source: BinaryIO) -> Reading:
    """Read the records of one exchange. Raises `ValueError` when that isn't what they are."""
    blocks: dict[str, bytes] = {}
    for record in ArchiveIterator(source, no_record_parse=True):
        kind = record.rec_headers.get_header("WARC-Type")
        if kind == "metadata":
            kind = record.rec_headers.get_header("Content-Type")
        blocks[kind] = record.raw_stream.read()
        if kind == "response":
            about = record.rec_headers
    if "response" not in blocks:
        raise ValueError("no response among the records")
    status_line, headers, body = _parse(blocks["response"])
    cut = about.get_header("WARC-Truncated") or ""
    request_line, request_headers, _ = _parse(blocks.get("request", b""))
    return Reading(
        url=about.get_header("WARC-Target-URI"),
        seen_at=datetime.fromisoformat(about.get_header("WARC-Date")),
        address=about.get_header("WARC-IP-Address"),
        request_line=request_line,
        request_headers=request_headers,
        status_line=status_line,
        headers=headers,
        body=_unframed(headers, body, is_cut=bool(cut)),
        certificates=blocks.get(_PEM, b"").decode(),
        conditions=_read_lines(blocks.get(_FIELDS, b"")),
        environment=_read_lines(blocks.get("warcinfo", b"")),
        cut=cut,
    )


def _conditions(exchange: Exchange) -> Iterator[tuple[str, str]]:
    yield "began", _moment(exchange.began_at)
    if exchange.first_byte_at is not None:
        yield "first-byte", _moment(exchange.first_byte_at)
    if exchange.ended_at is not None:
        yield "ended", _moment(exchange.ended_at)
    if exchange.cut is not None:
        yield "truncated", f"{exchange.cut}: {' '.join(exchange.failure.split())}"
    if exchange.tls:
        yield "tls", exchange.tls
    if exchange.proxy:
        yield "proxy", exchange.proxy
        yield "address", "as the proxy was asked to connect to; where it did is its word alone"


def _lines(fields: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {said}\r\n" for name, said in fields).encode()


def _read_lines(block: bytes) -> dict[str, str]:
    split = (line.partition(": ") for line in block.decode("utf-8", "replace").split("\r\n"))
    return {name: said for name, colon, said in split if colon}


@lru_cache(maxsize=64)
def _warcinfo(environment: Environment) -> bytes:
    """Return the record of an environment, which is the same for all it made."""
    block = _lines(environment.fields)
    about = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": _warcinfo_id(environment),
        "WARC-Date": _moment(environment.noted_at),
        "Content-Type": _FIELDS,
        "WARC-Block-Digest": _digest((block,)),
        "Content-Length": str(len(block)),
    }
    return b"".join(_packed((_head(about), block, b"\r\n\r\n")))


def _warcinfo_id(environment: Environment) -> str:
    facts = f"warcinfo {_moment(environment.noted_at)} {_digest((_lines(environment.fields),))}"
    return uuid.uuid5(uuid.NAMESPACE_URL, facts).urn.join("<>")


def _record(
    kind: str, exchange: Exchange, fields: dict[str, str], block: Block, digest: str
) -> Iterator[bytes]:
    about = {
        "WARC-Type": kind,
        "WARC-Record-ID": _record_id(kind, exchange, digest),
        "WARC-Target-URI": exchange.url,
        "WARC-Date": _moment(exchange.began_at),
        **({"WARC-IP-Address": exchange.address} if exchange.address else {}),
        **fields,
        "WARC-Block-Digest": digest,
        "Content-Length": str(sum(map(len, block))),
    }
    yield from _packed((_head(about), *block, b"\r\n\r\n"))


def _head(about: Mapping[str, str]) -> bytes:
    named = "".join(f"{name}: {value}\r\n" for name, value in about.items())
    return f"WARC/1.1\r\n{named}\r\n".encode()


def _packed(parts: Block) -> Iterator[bytes]:
    """Compress slice by slice: a body may be large, and is mostly media when it is."""
    level = _LEVEL if sum(map(len, parts)) < _LARGE_BYTES else _LEVEL_LARGE
    packing = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    for part in parts:
        view = memoryview(part)
        for place in range(0, len(view), _LARGE_BYTES):
            yield packing.compress(view[place : place + _LARGE_BYTES])
    yield packing.flush()


def _record_id(kind: str, exchange: Exchange, digest: str) -> str:
    facts = f"{kind} {_moment(exchange.began_at)} {exchange.url} {digest}"
    return uuid.uuid5(uuid.NAMESPACE_URL, facts).urn.join("<>")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _digest(block: Block) -> str:
    digest = hashlib.sha256()
    for part in block:
        digest.update(part)
    return f"sha256:{digest.hexdigest()}"


def _parse(block: bytes) -> tuple[str, Headers, bytes]:
    head, _, body = _split_head(block)
    first, *rest = head.decode("latin-1").replace("\r\n", "\n").split("\n")
    lines: list[str] = []
    for line in rest:
        if line.startswith((" ", "\t")) and lines:
            lines[-1] += line
        elif line:
            lines.append(line)
    named = (line.partition(":") for line in lines if ":" in line)
    return first, tuple((name.strip(), value.strip()) for name, _, value in named), body


def _split_head(block: bytes) -> tuple[bytes, bytes, bytes]:
    """Part at the first blank line, of whichever line ends the server used."""
    ends = [(block.find(end), end) for end in (b"\r\n\r\n", b"\n\n", b"\n\r\n")]
    found = [(place, end) for place, end in ends if place >= 0]
    if not found:
        return block, b"", b""
    return block.partition(min(found)[1])


def _unframed(headers: Headers, body: bytes, *, is_cut: bool) -> bytes:
    """Take the chunks out of their framing (RFC 9112, 7.1); trailers are dropped.

    Of a body that was cut short, what can be read of it. Raises `ValueError` for any other.
    """
    if not any(name.lower() == "transfer-encoding" for name, _ in headers):
        return body
    content, place = bytearray(), 0
    while True:
        try:
            end = body.index(b"\r\n", place)
            size = int(body[place:end].partition(b";")[0], 16)
        except ValueError:
            if is_cut:
                return bytes(content)
            raise
        if size == 0:
            return bytes(content)
        place = end + 2
        content += body[place : place + size]
        place += size + 2
