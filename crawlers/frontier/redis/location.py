"""Where a Redis is and how it is spoken to: plain values, without its client."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - dataclass fields are read at run time when unpickled


@dataclass(frozen=True, slots=True)
class RedisLocation:
    """A server, and the prefix of its keys that are Marque's.

    `url`: redis://host:port/database, rediss:// for TLS, or unix:///path; without credentials.
    `ca_certs`: a PEM file that the server's certificate is checked against, else the system's.
    `patience_s`: how long to try again while the server is away, starting or full.
    """

    url: str
    prefix: str = "marque"
    user: str = ""
    password: str = field(default="", repr=False)
    ca_certs: Path | None = None
    patience_s: float = 60.0

    @property
    def root(self) -> str:
        """The root of all keys. The braces put them into one slot of a cluster."""
        return f"{{{self.prefix}}}:frontier"
