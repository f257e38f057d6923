"""A name server of ill will, and a crawl's handler that asks it."""

from __future__ import annotations

from typing import Any

from twisted.internet._resolver import GAIResolver
from twisted.internet.address import IPv4Address, IPv6Address

from crawlers.safety.handler import GuardedHTTPHandler

NAMES: dict[str, list[list[str]]] = {}
"""For each name its answers, one a question; the last is given again and again."""


class FickleNames:
    """The name server of ill will; who isn't among its names is looked up."""

    def __init__(self, reactor: Any) -> None:  # noqa: ANN401
        self._else = GAIResolver(reactor)

    def resolveHostName(  # noqa: N802  Twisted's name
        self,
        receiver: Any,  # noqa: ANN401
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
    ) -> None:
        """Give the next answer."""
        answers = NAMES.get(hostName)
        if answers is None:
            self._else.resolveHostName(receiver, hostName, portNumber)
            return
        receiver.resolutionBegan(None)
        for address in answers.pop(0) if len(answers) > 1 else answers[0]:
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, portNumber))
        receiver.resolutionComplete()


class FickleHandler(GuardedHTTPHandler):
    """The crawl's own, but for whom it asks for names."""

    resolver = FickleNames
