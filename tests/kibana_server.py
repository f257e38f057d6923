"""A stand-in for Kibana on 127.0.0.1: its API of status, spaces and import, as its docs tell them.

    with KibanaServer(api_key="k") as kibana:
        install(Kibana(KibanaLocation(kibana.url, api_key="k")), Installation())
        assert kibana.spaces["default"]

It shows that the installer speaks the API as documented, not that a real Kibana takes the objects.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from tests.servers import Line, Site, content

if TYPE_CHECKING:
    from pathlib import Path

Answer = tuple[int, dict[str, Any]]

_TYPES = {"index-pattern", "search", "dashboard"}
_MOST_BYTES = 26_214_400  # savedObjects.maxImportPayloadBytes
_XSRF: Answer = (
    400,
    {
        "statusCode": 400,
        "error": "Bad Request",
        "message": "Request must contain a kbn-xsrf header.",
    },
)


@dataclass
class KibanaServer:
    """Kibana for the time of a `with` block. `spaces` holds the objects of each, by their ids.

    Who may do what: anybody, unless `api_key` or `user` is given; nobody, what `forbidden` names.
    """

    version: str = "9.1.4"
    api_key: str = ""
    user: tuple[str, str] | None = None
    forbidden: frozenset[str] = frozenset()
    base: str = ""
    certificate: Path | None = None
    available: bool = True
    spaces: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {"default": {}})

    def __enter__(self) -> Self:
        self.site = Site(fallback=self._answer, certificate=self.certificate)
        self.site.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.site.__exit__(*error)

    @property
    def url(self) -> str:
        return self.site.url(self.base)

    def _answer(self, line: Line) -> None:
        code, body = self._respond(line)
        content(json.dumps(body).encode(), "application/json; charset=utf-8", code=code)(line)

    def _respond(self, line: Line) -> Answer:  # noqa: PLR0911 - a table
        asked = line.asked
        parts = urlsplit(asked.path)
        if not parts.path.startswith(f"{self.base}/"):
            return _error(404, "Not Found")
        if not self._known(asked.headers.get("authorization", "")):
            return _error(401, "[security_exception] unable to authenticate")
        space, path = _split(parts.path.removeprefix(self.base))
        if asked.method == "POST" and "kbn-xsrf" not in asked.headers:
            return _XSRF
        if path in self.forbidden:
            return _error(403, f"Unable to use {path}")
        if path == "/api/status":
            return (200 if self.available else 503), {"version": {"number": self.version}}
        if not self.available:
            return _error(503, "Kibana server is not ready yet")
        if path == "/api/saved_objects/_import":
            overwrite = parts.query == "overwrite=true"
            return self._import(space, line, overwrite=overwrite)
        return self._space(asked.method, path, asked.body)

    def _known(self, told: str) -> bool:
        if self.api_key:
            return told == f"ApiKey {self.api_key}"
        if self.user:
            return told == "Basic " + base64.b64encode(":".join(self.user).encode()).decode()
        return True

    def _space(self, method: str, path: str, body: bytes) -> Answer:
        if method == "POST" and path == "/api/spaces/space":
            space = json.loads(body)
            if space["id"] in self.spaces:
                return _error(409, f"A space with the identifier {space['id']} already exists.")
            self.spaces[space["id"]] = {}
            return 200, space
        id = path.removeprefix("/api/spaces/space/")
        return (200, {"id": id, "name": id}) if id in self.spaces else _error(404, "Not Found")

    def _import(self, space: str, line: Line, *, overwrite: bool) -> Answer:
        if space not in self.spaces:
            return _error(404, f"Saved object [space/{space}] not found")
        if len(line.asked.body) > _MOST_BYTES:
            return _error(413, "Payload content length greater than maximum allowed")
        filename, raw = _uploaded(line.asked.headers["content-type"], line.asked.body)
        if not filename.endswith(".ndjson"):
            return _error(400, f"Invalid file extension {filename.rpartition('.')[2]}")
        sent = [json.loads(text) for text in raw.decode().splitlines()]
        there = self.spaces[space]
        errors, results = [], []
        for one in sent:
            error = self._refusal(one, sent, there, overwrite=overwrite)
            if error:
                errors.append({"type": one["type"], "id": one["id"], "error": error})
            else:
                results.append(self._kept(one, space))
        done: dict[str, Any] = {"success": not errors, "successCount": len(results)}
        return 200, done | ({"errors": errors} if errors else {}) | {"successResults": results}

    def _refusal(
        self,
        one: dict[str, Any],
        sent: list[dict[str, Any]],
        there: dict[str, dict[str, Any]],
        *,
        overwrite: bool,
    ) -> dict[str, Any] | None:
        if one["type"] not in _TYPES:
            return {"type": "unsupported_type"}
        if one["id"] in there and not overwrite:
            return {"type": "conflict"}
        known = {other["id"] for other in sent} | there.keys()
        missing = [
            {"type": ref["type"], "id": ref["id"]}
            for ref in one["references"]
            if ref["id"] not in known
        ]
        return {"type": "missing_references", "references": missing} if missing else None

    def _kept(self, one: dict[str, Any], space: str) -> dict[str, Any]:
        """Keep an object; under another id when another space has one of that id."""
        result = {"type": one["type"], "id": one["id"]}
        taken = any(one["id"] in objects for name, objects in self.spaces.items() if name != space)
        id = f"{one['id']}-moved" if taken else one["id"]
        self.spaces[space][id] = one
        return result | ({"destinationId": id} if taken else {})


def _error(status: int, message: str) -> Answer:
    return status, {"statusCode": status, "error": "…", "message": message}


def _split(path: str) -> tuple[str, str]:
    """Return the space that a path names, and the rest of it."""
    found = re.fullmatch(r"/s/([^/]+)(/.*)", path)
    return (found[1], found[2]) if found else ("default", path)


def _uploaded(media_type: str, body: bytes) -> tuple[str, bytes]:
    """Return name and content of the field "file" of a form."""
    form = BytesParser(policy=HTTP).parsebytes(
        f"Content-Type: {media_type}\r\n\r\n".encode() + body
    )
    (part,) = form.iter_parts()
    assert part.get_param("name", header="content-disposition") == "file"
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return part.get_filename() or "", raw
