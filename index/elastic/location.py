"""Where an Elasticsearch is and how it is spoken to: plain values, without its client."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - dataclass fields are read at run time when unpickled


@dataclass(frozen=True, slots=True)
class ElasticsearchLocation:
    """A server or cluster, and the prefix of its indices that are Marque's.

    `urls`: one or more nodes. Either `api_key`, or `user` and `password`, or neither. `ca_certs`: a
    PEM file that the server's certificate is checked against; `ca_fingerprint`: SHA-256 of the
    certificate authority, in hex. `shards`: of the indices of fingerprints, when they are made.
    """

    urls: tuple[str, ...]
    prefix: str = "marque"
    api_key: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    ca_certs: Path | None = None
    ca_fingerprint: str = ""
    patience_s: float = 15.0
    shards: int = 1

    @property
    def name(self) -> str:
        """How errors call it."""
        return ", ".join(self.urls)
