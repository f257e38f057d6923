"""Proxies, which carry a crawl's connections to addresses that we have chosen and checked.

A proxy is never given a name to look up: it is asked for the very address and port, whatever is
spoken there, and TLS goes through it to the server itself. That it connects there is its word
alone; only a certificate proves it.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from twisted.internet.address import IPv4Address as Peer4
from twisted.internet.address import IPv6Address as Peer6
from twisted.internet.defer import Deferred
from twisted.internet.defer import TimeoutError as TookTooLong
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.internet.protocol import Factory, Protocol, connectionDone

from crawlers.errors import ProxyFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from twisted.python.failure import Failure

    from crawlers.safety.addresses import Address

    Handshake = Generator[tuple[bytes, int | bytes], bytes, None]

_PORTS: Final = {"http": 3128, "socks5": 1080}
_MOST_BYTES: Final = 16 * 1024
_HEAD_END: Final = b"\r\n\r\n"
_OK: Final = range(200, 300)
# RFC 1928, 4 and 6; RFC 1929.
_SOCKS, _CONNECT, _RESERVED, _SUCCEEDED = 5, 1, 0, 0
_OPEN, _BY_PASSWORD, _PASSWORD_VERSION = 0, 2, 1
_LENGTHS: Final = {1: 4, 4: 16}
_NAME: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy of the administrator's; `name` is what evidence calls it. Its host may be private."""

    name: str
    scheme: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, name: str, url: str) -> Proxy:
        """Read `http://` or `socks5://`, `user:password@` or not, `host:port`.

        Raises `ValueError`, which doesn't quote the address: it may hold a password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError(f"the address of proxy {name} can't be read") from None
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"proxy {name} must be http://HOST:PORT or socks5://HOST:PORT")
        return cls(
            name=name,
            scheme=parts.scheme,
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    def handshake(self, address: Address, port: int) -> Handshake:
        """Yield what to send and how much to wait for: a number of bytes, or up to these bytes.

        Raises `ProxyFailed`.
        """
        ask = _by_socks if self.scheme == "socks5" else _by_connect
        return ask(self, address, port)


async def tunnel(
    reactor: Any,  # noqa: ANN401  Twisted's interfaces mean nothing to a type checker
    proxy: Proxy,
    address: Address,
    port: int,
    factory: Any,  # noqa: ANN401
    *,
    timeout_s: float,
) -> Any:  # noqa: ANN401
    """Return a protocol that speaks to an address through a proxy. Raises `ProxyFailed`."""
    way: Any = Factory.forProtocol(lambda: _Tunnel(proxy, address, port, factory))
    way.noisy = False
    endpoint = HostnameEndpoint(reactor, proxy.host, proxy.port, timeout_s)
    try:
        connected: Any = await endpoint.connect(way)
    except (ConnectError, DNSLookupError) as error:
        raise ProxyFailed(f"proxy {proxy.name} can't be reached: {error}") from error
    try:
        return await connected.opened.addTimeout(timeout_s, reactor)
    except TookTooLong as error:
        raise ProxyFailed(f"proxy {proxy.name} opens no way in {timeout_s:g} s") from error


class _Tunnel(Protocol):
    """Asks a proxy for a connection, then hands over all that comes. `opened` fires with who."""

    def __init__(self, proxy: Proxy, address: Address, port: int, factory: Any) -> None:  # noqa: ANN401
        self._proxy = proxy
        self._there = _peer(address, port)
        self._factory = factory
        self._handshake = proxy.handshake(address, port)
        self._wanted: int | bytes = 0
        self._came = b""
        self._inner: Any = None
        self.opened: Deferred[Any] = Deferred(lambda _: self._abort())

    def connectionMade(self) -> None:  # noqa: N802  Twisted's name
        self._go_on(lambda: next(self._handshake))

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  Twisted's name
        if self._inner is not None:
            self._inner.dataReceived(data)
            return
        self._came += data
        while self._inner is None and (answer := self._answer()) is not None:
            self._go_on(lambda said=answer: self._handshake.send(said))  # type: ignore[misc]
        if self._inner is None and len(self._came) > _MOST_BYTES:
            self._fail(ProxyFailed(f"proxy {self._proxy.name} talks without end"))

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        if self._inner is not None:
            self._inner.connectionLost(reason)
        else:
            self._fail(ProxyFailed(f"proxy {self._proxy.name} hung up"))

    def _answer(self) -> bytes | None:
        """Take what was waited for from what came, once it is there."""
        if self.opened.called:
            return None
        if isinstance(self._wanted, bytes):
            place = self._came.find(self._wanted)
            end = place + len(self._wanted) if place >= 0 else len(self._came) + 1
        else:
            end = self._wanted
        if len(self._came) < end:
            return None
        answer, self._came = self._came[:end], self._came[end:]
        return answer

    def _go_on(self, step: Callable[[], tuple[bytes, int | bytes]]) -> None:
        try:
            to_send, self._wanted = step()
        except StopIteration:
            self._open()
        except ProxyFailed as error:
            self._fail(error)
        else:
            self._line.write(to_send)

    def _open(self) -> None:
        self._inner = self._factory.buildProtocol(self._there)
        self._inner.makeConnection(self.transport)
        self.opened.callback(self._inner)
        if self._came:
            self._inner.dataReceived(self._came)

    def _fail(self, error: ProxyFailed) -> None:
        self._abort()
        if not self.opened.called:
            self.opened.errback(error)

    def _abort(self) -> None:
        if self.transport is not None:
            self._line.abortConnection()

    @property
    def _line(self) -> Any:  # noqa: ANN401
        return self.transport


def _by_connect(proxy: Proxy, address: Address, port: int) -> Handshake:
    """Ask by CONNECT (RFC 9110, 9.3.6)."""
    place = f"[{address}]:{port}" if isinstance(address, IPv6Address) else f"{address}:{port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.user or proxy.password:
        pair = b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {pair}")
    head = yield "\r\n".join([*lines, "", ""]).encode(), _HEAD_END
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
    if not words[0].startswith("HTTP/1.") or len(words) == 1 or not words[1].isdecimal():
        raise ProxyFailed(f"proxy {proxy.name} speaks no HTTP")
    if int(words[1]) not in _OK:
        raise ProxyFailed(f"proxy {proxy.name} refuses: {' '.join(words[1:])[:100]}")


def _by_socks(proxy: Proxy, address: Address, port: int) -> Handshake:
    """Ask by SOCKS 5 (RFC 1928), with user and password where there are any (RFC 1929)."""
    method = _BY_PASSWORD if proxy.user or proxy.password else _OPEN
    chosen = yield bytes((_SOCKS, 1, method)), 2
    if chosen != bytes((_SOCKS, method)):
        raise ProxyFailed(f"proxy {proxy.name} speaks no SOCKS 5, or wants another password")
    if method == _BY_PASSWORD:
        parts = [one.encode() for one in (proxy.user, proxy.password)]
        said = b"".join(bytes((len(part),)) + part for part in parts)
        if (yield bytes((_PASSWORD_VERSION,)) + said, 2)[1] != _SUCCEEDED:
            raise ProxyFailed(f"proxy {proxy.name} refuses the password")
    kind = 4 if isinstance(address, IPv6Address) else 1
    place = address.packed + port.to_bytes(2, "big")
    answer = yield bytes((_SOCKS, _CONNECT, _RESERVED, kind)) + place, 5
    if answer[1] != _SUCCEEDED:
        raise ProxyFailed(f"proxy {proxy.name} refuses: SOCKS reply {answer[1]}")
    length = answer[4] + 1 if answer[3] == _NAME else _LENGTHS.get(answer[3], 4)
    yield b"", length - 1 + 2


def _peer(address: Address, port: int) -> Peer4 | Peer6:
    kind = Peer6 if isinstance(address, IPv6Address) else Peer4
    return kind("TCP", str(address), port)
