"""One request and its answer, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

Cut: TypeAlias = Literal["disconnect", "length", "time"]
"""Why an answer was not taken to its end, as WARC 1.1 names it (5.13)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What went over one connection, below TLS.

    `request`, `head` (status line to blank line) and `body` are the bytes as they were sent and
    came: nothing is decoded, and a chunked body still has its framing. `address` is the IP
    address connected to, or, where `proxy` names one, that which it was asked to connect to.
    `certificates` is the chain shown there, PEM, the server's own first; `tls` the version and
    cipher. It `began_at` the request; the last byte had come when it `ended_at`.

    `cut` is why the rest of the answer isn't there, None when all is; `failure` says it in words.
    """

    url: str
    request: bytes
    head: bytes
    body: bytes
    chunked: bool
    address: str | None
    certificates: tuple[str, ...]
    began_at: datetime
    first_byte_at: datetime | None = None
    ended_at: datetime | None = None
    tls: str = ""
    proxy: str = ""
    cut: Cut | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """Where an exchange was kept: `digest` is the SHA-256 of its WARC records in the blobs."""

    digest: str
    address: str | None
    seen_at: datetime
    proxy: str = ""
