"""A discovery as bytes: small JSON, without what the queue knows it by."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from crawlers.frontier.contract import Discovery
from crawlers.frontier.hosts import host_of

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGEST_BYTES: Final = 12
_SCHEMES: Final = {"h": "http://", "s": "https://"}
_DEFAULTS: Final[tuple[Any, ...]] = (None, 0, "page", None, {})


def digest(url: str) -> bytes:
    """Return what a URL is known by: 12 bytes of its SHA-256.

    Of a thousand million URLs, two have the same digest with a probability of 6e-12; the second
    would not be visited.
    """
    return hashlib.sha256(encoded(url)).digest()[:DIGEST_BYTES]


def arguments(discoveries: Sequence[Discovery]) -> list[bytes | str | int]:
    """Return what scripts take for discoveries. Raises `TypeError` for what is no JSON."""
    told: list[bytes | str | int] = []
    for one in discoveries:
        host = host_of(one.url)
        kind = "media" if one.role == "media" else "page"
        told += (digest(one.url), encoded(host), kind, one.priority, one.depth, _body(one, host))
    return told


def discovery_of(host: bytes, body: bytes, priority: int) -> Discovery:
    """Return what was discovered, from its host, its body and its priority."""
    name = host.decode("utf-8", "surrogatepass")
    told: list[Any] = json.loads(body.decode("utf-8", "surrogatepass"))
    url, depth, role, referrer, context = (*told, *_DEFAULTS[len(told) :])
    return Discovery(
        url=_long(url, name),
        role=role,
        priority=priority,
        depth=depth,
        referrer=None if referrer is None else _long(referrer, name),
        context=dict(context),
    )


def _body(one: Discovery, host: str) -> bytes:
    referrer = None if one.referrer is None else _short(one.referrer, host)
    told: list[Any] = [_short(one.url, host), one.depth, one.role, referrer, dict(one.context)]
    while told[-1] == _DEFAULTS[len(told) - 1]:
        told.pop()
    return encoded(json.dumps(told, ensure_ascii=False, separators=(",", ":")))


def _short(url: str, host: str) -> str:
    """Leave out the host that the queue is of: https://host/path is s/path."""
    for letter, scheme in _SCHEMES.items():
        origin = scheme + host
        if url.startswith(origin + "/"):
            return letter + url[len(origin) :]
    return url


def _long(url: str, host: str) -> str:
    return _SCHEMES[url[0]] + host + url[1:] if url[1:2] == "/" else url


def encoded(text: str) -> bytes:
    """Return a text as UTF-8; half characters, which pages may have, come back as they were."""
    return text.encode("utf-8", "surrogatepass")
