"""Twisted's HTTP/1.1 client with a tape: it keeps what was sent and came, within limits.

Scrapy's lenient protocol and parser, on which this builds, are private to Scrapy 2.19; the
project pins that version.
"""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from OpenSSL import crypto
from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)

from crawlers.errors import BodyTooLarge

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from crawlers.safety.addresses import Address
    from crawlers.safety.bodies import Body

_HEAD_BYTES = 256 * 1024  # what Chromium takes
_HEAD_LINES = 1_000
_LINE_BYTES = 64 * 1024
_FRAMING_BYTES = 256 * 1024  # chunks of a byte cost 6 µs each to take apart


class Tape:
    """What one request and its answer looked like on the wire.

    `address` is the other end's, or, behind a proxy, the one it was asked for. `framed` is the body
    of a chunked answer with its framing; any other came as it is read. `body` counts what comes.
    """

    def __init__(self, address: Address | None) -> None:
        self.address = address
        self.began_at = datetime.now(UTC)
        self.first_byte_at: datetime | None = None
        self.sent = bytearray()
        self.head = bytearray()
        self.framed = bytearray()
        self.chunked = False
        self.certificates: tuple[str, ...] = ()
        self.tls = ""
        self.content_bytes = 0
        self.body: Body | None = None
        self._lines = 0
        self._head_bytes = 0

    def keep_line(self, line: bytes) -> None:
        """Add a line of the head. Raises `BodyTooLarge`."""
        if self.first_byte_at is None:
            self.first_byte_at = datetime.now(UTC)
        self._lines += 1
        self._head_bytes += len(line)
        if self._lines > _HEAD_LINES or self._head_bytes > _HEAD_BYTES:
            raise BodyTooLarge(f"the head passes {_HEAD_LINES} lines or {_HEAD_BYTES:,} bytes")
        self.head += line

    def check_framing(self) -> None:
        """Raise `BodyTooLarge` when the chunks are too many and too small."""
        framing_bytes = len(self.framed) - self.content_bytes
        if framing_bytes > _FRAMING_BYTES + self.content_bytes // 4:
            raise BodyTooLarge("its chunks are more framing than content")


class _Recorder:
    """A transport that keeps what is written to it."""

    def __init__(self, transport: Any, tape: Tape) -> None:  # noqa: ANN401
        self._transport = transport
        self._tape = tape

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        self._tape.sent += data
        self._transport.write(data)

    def writeSequence(self, lines: list[bytes]) -> None:  # noqa: N802  Twisted's name
        self.write(b"".join(lines))


class RecordingParser(_LenientHTTPClientParser):
    """Keeps the head as it came, and the framing of chunks."""

    MAX_LENGTH = _LINE_BYTES
    tape: Tape

    def connectionMade(self) -> None:  # noqa: N802  Twisted's name
        """Begin anew after an interim answer (1xx)."""
        self.tape.head.clear()
        super().connectionMade()  # type: ignore[no-untyped-call]

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  Twisted's name
        """Keep a line of the head, then read it."""
        self.tape.keep_line(line + self.delimiter)
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802  Twisted's name
        """Refuse it by name."""
        raise BodyTooLarge(f"a line of the head has {len(line):,} bytes or more")

    def statusReceived(self, status: bytes) -> None:  # noqa: N802  Twisted's name
        """Make a response that counts its content."""
        super().statusReceived(status)  # type: ignore[no-untyped-call]
        deliver = self.response._bodyDataReceived  # noqa: SLF001

        def count(data: bytes) -> None:
            self.tape.content_bytes += len(data)
            deliver(data)
            if self.tape.body is not None:
                self.tape.body.grow(2 * len(data) if self.tape.chunked else len(data))

        self.response._bodyDataReceived = count  # noqa: SLF001

    def allHeadersReceived(self) -> None:  # noqa: N802  Twisted's name
        """Note how the body will come, then go on to it."""
        self.tape.chunked = self.connHeaders.hasHeader(b"transfer-encoding")
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def rawDataReceived(self, data: bytes) -> None:  # noqa: N802  Twisted's name
        """Keep framing, then read it."""
        if self.tape.chunked:
            self.tape.framed += data
        super().rawDataReceived(data)  # type: ignore[no-untyped-call]
        self.tape.check_framing()

    def _finished(self, rest: bytes) -> None:
        if self.tape.chunked and rest:
            del self.tape.framed[-len(rest) :]  # what follows the last chunk isn't of this answer
        super()._finished(rest)  # type: ignore[no-untyped-call]


class RecordingProtocol(_LenientHTTP11ClientProtocol):
    """A connection with a tape for each request; its answer carries it as `marque_tape`."""

    address: Address | None = None

    def request(self, request: Any) -> Deferred[Any]:  # noqa: ANN401
        """Send a request."""
        tape = Tape(self.address)
        write = request.writeTo
        request.writeTo = lambda transport: write(_Recorder(transport, tape))
        answered = super().request(request)
        parser: Any = self._parser
        parser.__class__ = RecordingParser
        parser.tape = tape

        def attach(response: Any) -> Any:  # noqa: ANN401
            tape.certificates, tape.tls = _certificates(self.transport), _tls(self.transport)
            response.marque_tape = tape
            return response

        return answered.addCallback(attach)


class RecordingFactory(_LenientHTTP11ClientFactory):
    """Makes connections that record."""

    def buildProtocol(self, addr: Any) -> RecordingProtocol:  # noqa: ANN401, N802
        """Make one, to an address."""
        made = RecordingProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
        made.address = ip_address(str(addr.host).partition("%")[0])
        return made


def _certificates(transport: Any) -> tuple[str, ...]:  # noqa: ANN401
    """Return the chain that the server showed, PEM; empty without TLS."""
    connection = _secured(transport)
    chain = connection.get_peer_cert_chain() if connection is not None else None
    return tuple(
        crypto.dump_certificate(crypto.FILETYPE_PEM, certificate).decode()
        for certificate in chain or ()
    )


def _tls(transport: Any) -> str:  # noqa: ANN401
    """Return the version of TLS and the cipher; empty without TLS."""
    connection = _secured(transport)
    if connection is None:
        return ""
    return f"{connection.get_protocol_version_name()} {connection.get_cipher_name()}"


def _secured(transport: Any) -> Any:  # noqa: ANN401
    return transport.getHandle() if hasattr(transport, "getPeerCertificate") else None
