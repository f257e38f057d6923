"""An exchange as WARC/1.1 records, and back.

Written here rather than by warcio, which parses and composes HTTP heads anew: evidence shall hold
the bytes as they came. The same exchange always gives the same records, record ids included.
Source: The WARC Format 1.1 (ISO 28500:2017).
"""

from __future__ import annotations

import hashlib
import uuid
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from warcio.archiveiterator import ArchiveIterator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.capture.exchange import Exchange

_GZIP = zlib.MAX_WBITS | 16
_LEVEL, _LEVEL_LARGE = 6, 1
_LARGE_BYTES = 1 << 20

Block = tuple[bytes, ...]

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A captured exchange, read back. Headers are as they came, in order, as Latin-1.

    `body` has no transfer coding any more; content codings (gzip …) are still on it.
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

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.status_line.split(" ")[1])


def warc_records(exchange: Exchange) -> Iterator[bytes]:
    """Yield, in pieces, a gzip member each: response, request and the TLS certificates (PEM).

    Members of several exchanges one after the other are a valid .warc.gz.
    """
    response = (exchange.head, exchange.body)
    fields = {"Content-Type": "application/http; msgtype=response"}
    if not exchange.chunked:
        # Readers disagree whether a chunked payload is digested with or without its framing.
        fields["WARC-Payload-Digest"] = _digest((exchange.body,))
    yield from _record("response", exchange, fields, response)
    to_response = {"WARC-Concurrent-To": _record_id("response", exchange, response)}
    fields = {"Content-Type": "application/http; msgtype=request", **to_response}
    yield from _record("request", exchange, fields, (exchange.request,))
    if exchange.certificates:
        fields = {"Content-Type": "application/x-pem-file", **to_response}
        chain = "".join(exchange.certificates).encode()
        yield from _record("metadata", exchange, fields, (chain,))


def read_warc(source: BinaryIO) -> Reading:
    """Read the records of one exchange. Raises `ValueError` when that isn't what they are."""
    blocks: dict[str, bytes] = {}
    for record in ArchiveIterator(source, no_record_parse=True):
        kind = record.rec_headers.get_header("WARC-Type")
        blocks[kind] = record.raw_stream.read()
        if kind == "response":
            about = record.rec_headers
    if "response" not in blocks:
        raise ValueError("no response among the records")
    status_line, headers, body = _parse(blocks["response"])
    request_line, request_headers, _ = _parse(blocks.get("request", b""))
    return Reading(
        url=about.get_header("WARC-Target-URI"),
        seen_at=datetime.fromisoformat(about.get_header("WARC-Date")),
        address=about.get_header("WARC-IP-Address"),
        request_line=request_line,
        request_headers=request_headers,
        status_line=status_line,
        headers=headers,
        body=_unframed(headers, body),
        certificates=blocks.get("metadata", b"").decode(),
    )


def _record(kind: str, exchange: Exchange, fields: dict[str, str], block: Block) -> Iterator[bytes]:
    about = {
        "WARC-Type": kind,
        "WARC-Record-ID": _record_id(kind, exchange, block),
        "WARC-Target-URI": exchange.url,
        "WARC-Date": _moment(exchange),
        **({"WARC-IP-Address": exchange.address} if exchange.address else {}),
        **fields,
        "WARC-Block-Digest": _digest(block),
        "Content-Length": str(sum(map(len, block))),
    }
    head = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in about.items())
    yield from _packed((head.encode() + b"\r\n", *block, b"\r\n\r\n"))


def _packed(parts: Block) -> Iterator[bytes]:
    """Compress slice by slice: a body may be large, and is mostly media when it is."""
    level = _LEVEL if sum(map(len, parts)) < _LARGE_BYTES else _LEVEL_LARGE
    packing = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    for part in parts:
        view = memoryview(part)
        for place in range(0, len(view), _LARGE_BYTES):
            yield packing.compress(view[place : place + _LARGE_BYTES])
    yield packing.flush()


def _record_id(kind: str, exchange: Exchange, block: Block) -> str:
    facts = f"{kind} {_moment(exchange)} {exchange.url} {_digest(block)}"
    return uuid.uuid5(uuid.NAMESPACE_URL, facts).urn.join("<>")


def _moment(exchange: Exchange) -> str:
    return exchange.began_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


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


def _unframed(headers: Headers, body: bytes) -> bytes:
    """Take the chunks out of their framing (RFC 9112, 7.1); trailers are dropped."""
    if not any(name.lower() == "transfer-encoding" for name, _ in headers):
        return body
    content, place = bytearray(), 0
    while True:
        end = body.index(b"\r\n", place)
        size = int(body[place:end].partition(b";")[0], 16)
        if size == 0:
            return bytes(content)
        place = end + 2
        content += body[place : place + size]
        place += size + 2
