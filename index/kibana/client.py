"""Asking Kibana: JSON in answer, and errors of our own."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - dataclass fields are read at run time
from typing import TYPE_CHECKING, Any, Final

from elastic_transport import HttpHeaders, TransportError, Urllib3HttpNode
from elastic_transport.client_utils import basic_auth_to_header, url_to_node_config

from index.elastic.failures import translated
from index.errors import AccessDenied, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

_REQUEST_S: Final = 60.0
_OK: Final = range(200, 300)
_ELSEWHERE: Final = range(300, 400)
_DENIED: Final = frozenset({401, 403})
_REFUSED: Final = frozenset({400, 409, 413, 422})


@dataclass(frozen=True, slots=True)
class KibanaLocation:
    """Where Kibana is. Either `api_key`, or `user` and `password`, or neither.

    `ca_certs`: a PEM file that its certificate is checked against.
    """

    url: str
    api_key: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    ca_certs: Path | None = None


class Kibana:
    """One Kibana. Raises `Unavailable` when the location names none."""

    def __init__(self, location: KibanaLocation) -> None:
        self.url = location.url.rstrip("/")
        try:
            config = url_to_node_config(self.url, use_default_ports_for_scheme=True)
        except ValueError as error:
            raise Unavailable(self.url, "it is no address") from error
        tls = {"ca_certs": str(location.ca_certs)} if location.ca_certs else {}
        self._node = Urllib3HttpNode(config.replace(request_timeout=_REQUEST_S, **tls))
        # Kibana takes no write without this header, whatever its value.
        self._headers = {"kbn-xsrf": "marque", "accept": "application/json"}
        if location.api_key:
            self._headers["authorization"] = f"ApiKey {location.api_key}"
        elif location.user:
            self._headers["authorization"] = basic_auth_to_header(
                (location.user, location.password)
            )

    def get(self, path: str, *, allow: Sequence[int] = ()) -> tuple[int, dict[str, Any]]:
        """Return status and answer; a status other than 2xx and `allow` raises `Unavailable`."""
        return self._ask("GET", path, allow=allow)

    def post(
        self, path: str, value: object, *, allow: Sequence[int] = ()
    ) -> tuple[int, dict[str, Any]]:
        """Send JSON; returns and raises as `get` does."""
        body = json.dumps(value).encode()
        return self._ask("POST", path, body, "application/json", allow=allow)

    def upload(self, path: str, filename: str, content: bytes) -> dict[str, Any]:
        """Send a file as a form does, and return the answer. Raises `Unavailable`."""
        boundary = secrets.token_hex(16)
        lines = (
            f"--{boundary}",
            f'Content-Disposition: form-data; name="file"; filename="{filename}"',
            "Content-Type: application/ndjson",
            "",
            "",
        )
        body = "\r\n".join(lines).encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return self._ask("POST", path, body, f"multipart/form-data; boundary={boundary}")[1]

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        media_type: str = "",
        allow: Sequence[int] = (),
    ) -> tuple[int, dict[str, Any]]:
        headers = HttpHeaders(self._headers)
        if body is not None:
            headers["content-type"] = media_type
        try:
            meta, raw = self._node.perform_request(method, path, body=body, headers=headers)
        except TransportError as error:
            raise translated(error, self.url) from error
        if meta.status in _ELSEWHERE:
            raise Unavailable(self.url, f"it redirects to {meta.headers.get('location')}")
        answer = _decoded(raw)
        if meta.status not in _OK and meta.status not in allow:
            raise self._meaning(meta.status, answer)
        if answer is None:
            raise Unavailable(self.url, "it is no Kibana: its answer is not JSON")
        return meta.status, answer

    def _meaning(self, status: int, answer: dict[str, Any] | None) -> Unavailable:
        told = f"HTTP {status}: {(answer or {}).get('message', 'no reason given')}"
        if status in _DENIED:
            return AccessDenied(self.url, told)
        return (Rejected if status in _REFUSED else Unavailable)(self.url, told)


def _decoded(raw: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(raw)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
