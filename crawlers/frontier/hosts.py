"""Hosts, as politeness sees them."""

from __future__ import annotations

from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def host_of(url: str) -> str:
    """Return what politeness goes by: the host, with its port where it isn't the usual one."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    usual = parts.port in (None, _DEFAULT_PORTS.get(parts.scheme))
    return host if usual else f"{host}:{parts.port}"
