"""Where a connection is made: only to addresses that were checked, by the very numbers checked.

The name is asked for once a connection, and the connection goes to an answer of that one time; a
name that changes between check and connect (DNS rebinding) gains nothing.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.internet.interfaces import IResolutionReceiver, IStreamClientEndpoint
from zope.interface import implementer  # type: ignore[import-untyped]

from crawlers.errors import ForbiddenAddress, ProxyFailed
from crawlers.safety.addresses import Address, AllowedHosts, literal_address
from crawlers.safety.proxies import tunnel

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress, IHostResolution

    from crawlers.safety.proxies import Proxy

_ATTEMPT_S = 10.0
"""How long one address may keep us from trying the next."""


@implementer(IResolutionReceiver)
class _Answers:
    """Collects what a resolver finds."""

    def __init__(self) -> None:
        self.addresses: list[Address] = []
        self.complete: Deferred[None] = Deferred()

    def resolutionBegan(self, _: IHostResolution) -> None:  # noqa: N802  Twisted's name
        """Take note that it began: nothing to do."""

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802  Twisted's name
        """Keep an answer, each once."""
        found = ip_address(str(getattr(address, "host", "")).partition("%")[0])
        if found not in self.addresses:
            self.addresses.append(found)

    def resolutionComplete(self) -> None:  # noqa: N802  Twisted's name
        """Hand over, unless nobody waits any more."""
        if not self.complete.called:
            self.complete.callback(None)


@implementer(IStreamClientEndpoint)
class GuardedEndpoint:
    """A host and port, connected to only if all its addresses may be visited.

    With a proxy it is the proxy that connects, to the address checked here. `connect` fails with
    `ForbiddenAddress`, `DNSLookupError` or what the last address failed with.
    """

    def __init__(
        self,
        reactor: Any,  # noqa: ANN401  Twisted's interfaces mean nothing to a type checker
        host: str,
        port: int,
        *,
        resolver: Any,  # noqa: ANN401
        allowed: AllowedHosts,
        timeout_s: float,
        proxy: Proxy | None = None,
    ) -> None:
        self._reactor = reactor
        self._host = host
        self._port = port
        self._resolver = resolver
        self._allowed = allowed
        self._timeout_s = timeout_s
        self._proxy = proxy

    def __repr__(self) -> str:
        return f"<GuardedEndpoint {self._host}:{self._port}>"

    def connect(self, factory: Any) -> Deferred[Any]:  # noqa: ANN401
        """Connect, or fail."""
        return Deferred.fromCoroutine(self._connect(factory))

    async def _connect(self, factory: Any) -> Any:  # noqa: ANN401
        addresses = await self._addresses()
        self._allowed.check(self._host, self._port, addresses)
        self._allowed.check_port(self._host, self._port)
        failure: Exception = DNSLookupError(f"no address for {self._host}")
        for address in addresses:
            try:
                return await self._reached(address, factory)
            except (ConnectError, ProxyFailed) as error:
                failure = error
        raise failure

    async def _reached(self, address: Address, factory: Any) -> Any:  # noqa: ANN401
        if self._proxy is not None:
            return await tunnel(
                self._reactor,
                self._proxy,
                address,
                self._port,
                factory,
                timeout_s=self._timeout_s,
            )
        protocol = await self._endpoint(address).connect(factory)
        self._verify(protocol, address)
        return protocol

    async def _addresses(self) -> list[Address]:
        literal = literal_address(self._host)
        if literal is not None:
            return [literal]
        self._allowed.check_port(self._host, self._port)
        answers = _Answers()
        self._resolver.resolveHostName(answers, self._host, portNumber=self._port)
        await answers.complete
        return answers.addresses

    def _endpoint(self, address: Address) -> TCP4ClientEndpoint | TCP6ClientEndpoint:
        kind = TCP6ClientEndpoint if isinstance(address, IPv6Address) else TCP4ClientEndpoint
        patience_s = min(self._timeout_s, _ATTEMPT_S)
        return kind(self._reactor, str(address), self._port, patience_s)

    def _verify(self, protocol: Any, address: Address) -> None:  # noqa: ANN401
        """Look at the other end of the connection itself."""
        peer = ip_address(str(protocol.transport.getPeer().host).partition("%")[0])
        if peer != address:
            protocol.transport.abortConnection()
            raise ForbiddenAddress(f"{self._host} was to be {address}, the connection is to {peer}")
