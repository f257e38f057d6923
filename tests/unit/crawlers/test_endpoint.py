"""The endpoint with Twisted's own in-memory reactor: nothing is sent anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import ConnectionRefusedError as Refused
from twisted.internet.error import DNSLookupError
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure

from crawlers.errors import ForbiddenAddress, ForbiddenPort
from crawlers.safety.addresses import AllowedHosts
from crawlers.safety.endpoint import GuardedEndpoint
from crawlers.safety.proxies import Proxy

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred


class FickleResolver:
    """A name server of ill will: each question gets the next answer."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.questions: list[str] = []

    def resolveHostName(  # noqa: N802  Twisted's name
        self,
        receiver: Any,  # noqa: ANN401
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
    ) -> None:
        self.questions.append(hostName)
        receiver.resolutionBegan(None)
        for address in self.answers.pop(0):
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, portNumber))
        receiver.resolutionComplete()


class Attempt:
    """One way to connect, begun."""

    def __init__(
        self,
        host: str,
        *answers: list[str],
        allow: tuple[str, ...] = (),
        port: int = 80,
        proxy: Proxy | None = None,
    ) -> None:
        self.reactor: Any = MemoryReactorClock()  # type: ignore[no-untyped-call]
        self.resolver = FickleResolver(*answers)
        endpoint = GuardedEndpoint(
            self.reactor,
            host,
            port,
            resolver=self.resolver,
            allowed=AllowedHosts.parse(allow),
            timeout_s=30,
            proxy=proxy,
        )
        self.outcome: Deferred[Any] = endpoint.connect(Factory.forProtocol(Protocol))

    @property
    def tried(self) -> list[str]:
        return [client[0] for client in self.reactor.tcpClients]

    def succeed(self, peer: str) -> StringTransport:
        transport = StringTransport(peerAddress=IPv4Address("TCP", peer, 80))  # type: ignore[no-untyped-call]
        factory = self.reactor.tcpClients[-1][2]
        factory.buildProtocol(None).makeConnection(transport)
        return transport

    def fail(self) -> None:
        refused = Failure(Refused())  # type: ignore[no-untyped-call]
        self.reactor.tcpClients[-1][2].clientConnectionFailed(None, refused)

    def error(self) -> BaseException:
        caught: list[Failure] = []
        self.outcome.addErrback(caught.append)
        error = caught[0].value
        assert error is not None
        return error


def test_it_connects_to_the_very_address_that_was_checked() -> None:
    attempt = Attempt("pirate.example", ["93.184.216.34"], ["127.0.0.1"])
    attempt.succeed("93.184.216.34")
    assert attempt.tried == ["93.184.216.34"]
    assert attempt.resolver.questions == ["pirate.example"]
    connected: list[Any] = []
    attempt.outcome.addCallback(connected.append)
    assert len(connected) == 1


def test_a_name_that_is_rebound_is_refused_at_the_next_connection() -> None:
    attempt = Attempt("pirate.example", ["127.0.0.1"])
    assert isinstance(attempt.error(), ForbiddenAddress)
    assert attempt.tried == []


@pytest.mark.parametrize(
    "answers",
    [
        ["10.1.2.3"],
        ["93.184.216.34", "192.168.0.1"],
        ["::1"],
        ["2606:2800:220:1::1", "fd00::1"],
        ["169.254.169.254"],
        ["fd00:ec2::254"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::a00:1"],
        ["2002:7f00:1::"],
    ],
)
def test_any_private_answer_refuses_the_name(answers: list[str]) -> None:
    attempt = Attempt("pirate.example", answers)
    assert isinstance(attempt.error(), ForbiddenAddress)
    assert attempt.tried == []


def test_an_allowed_name_may_be_private() -> None:
    attempt = Attempt("intranet.example", ["127.0.0.1"], allow=("intranet.example:80",))
    assert attempt.tried == ["127.0.0.1"]


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "::ffff:127.0.0.1", "1.2.3.4.5"])
def test_addresses_in_disguise_are_never_asked_of_the_resolver(host: str) -> None:
    attempt = Attempt(host, ["93.184.216.34"])
    assert isinstance(attempt.error(), ForbiddenAddress)
    assert attempt.resolver.questions == []


@pytest.mark.parametrize("answers", [["93.184.216.34"], ["127.0.0.1"], []])
def test_a_port_that_is_no_web_servers_is_refused_before_the_name_is_asked_for(
    answers: list[str],
) -> None:
    attempt = Attempt("pirate.example", answers, port=25)
    assert isinstance(attempt.error(), ForbiddenPort)
    assert (attempt.tried, attempt.resolver.questions) == ([], [])


def test_a_port_that_was_allowed_is_asked() -> None:
    attempt = Attempt("pirate.example", ["127.0.0.1"], allow=("pirate.example:25",), port=25)
    assert attempt.tried == ["127.0.0.1"]


def test_a_proxy_is_asked_for_the_address_that_was_checked_and_no_other() -> None:
    proxy = Proxy.parse("tokyo", "http://ada:secret@proxy.example:3128")
    attempt = Attempt("pirate.example", ["93.184.216.34"], ["127.0.0.1"], proxy=proxy)
    assert attempt.tried == ["127.0.0.1"]  # where the reactor in memory finds every name
    transport: Any = attempt.succeed("127.0.0.1")
    head = transport.value().decode()
    assert head.startswith("CONNECT 93.184.216.34:80 HTTP/1.1\r\nHost: 93.184.216.34:80\r\n")
    assert "Proxy-Authorization: Basic YWRhOnNlY3JldA==\r\n\r\n" in head
    assert "pirate.example" not in head
    assert attempt.resolver.questions == ["pirate.example"]


def test_a_proxy_is_not_asked_for_a_private_address() -> None:
    proxy = Proxy.parse("tokyo", "http://10.0.0.9:3128")
    attempt = Attempt("pirate.example", ["127.0.0.1"], proxy=proxy)
    assert isinstance(attempt.error(), ForbiddenAddress)
    assert attempt.tried == []


def test_a_connection_that_ends_elsewhere_is_cut() -> None:
    attempt = Attempt("pirate.example", ["93.184.216.34"])
    transport = attempt.succeed("127.0.0.1")
    assert isinstance(attempt.error(), ForbiddenAddress)
    assert transport.disconnecting or transport.disconnected


def test_the_next_address_is_tried_when_one_is_down() -> None:
    attempt = Attempt("pirate.example", ["93.184.216.34", "8.8.8.8"])
    attempt.fail()
    assert attempt.tried == ["93.184.216.34", "8.8.8.8"]
    attempt.fail()
    assert isinstance(attempt.error(), Refused)


def test_a_name_without_address_is_not_found() -> None:
    attempt = Attempt("nowhere.example", [])
    assert isinstance(attempt.error(), DNSLookupError)


def test_giving_up_stops_at_the_address_being_tried() -> None:
    attempt = Attempt("pirate.example", ["93.184.216.34", "8.8.8.8"])
    attempt.outcome.cancel()
    attempt.error()
    assert attempt.tried == ["93.184.216.34"]
