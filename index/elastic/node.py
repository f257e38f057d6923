"""How requests are labelled, so that servers of another version than the client's take them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from elastic_transport import HttpHeaders, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT, DefaultType

if TYPE_CHECKING:
    from elastic_transport._node import NodeApiResponse

_BOUND: Final = re.compile(r"application/vnd\.elasticsearch\+([a-z-]+); *compatible-with=\d+")


class PlainNode(Urllib3HttpNode):
    """A node that is sent plain JSON, which every version takes.

    The client asks for the answers of its own major version, which older servers refuse.
    What is asked of the server here, and what is read of its answers, is the same in 8.19 and 9.
    """

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        """Make a request."""
        plain = {
            name: _BOUND.sub(r"application/\1", said) for name, said in (headers or {}).items()
        }
        return super().perform_request(method, target, body, HttpHeaders(plain), request_timeout)
