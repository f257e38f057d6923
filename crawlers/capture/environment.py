"""What a capture was made with: software, clock, resolver, hosts file and terms of the crawl.

民诉证据规定 第93条 asks of electronic evidence whether the environment that made it was complete
and in order; here it is put down beside every exchange.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawlers.plan import CrawlPlan

_RESOLVER: Final = Path("/etc/resolv.conf")
_HOSTS: Final = Path("/etc/hosts")
_FRESH_S: Final = 600.0
_UNSYNCHRONISED: Final = 0x40  # STA_UNSYNC of adjtimex(2)
_PACKAGES: Final = ("marque", "scrapy", "twisted", "pyOpenSSL", "playwright")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What was the case at a moment, as fields of a warcinfo record (WARC 1.1, 6.3)."""

    noted_at: datetime
    fields: tuple[tuple[str, str], ...]


class Surroundings:
    """The environment of a crawl in this process, noted anew every ten minutes."""

    def __init__(self, plan: CrawlPlan) -> None:
        self._plan = plan
        self._now: Environment | None = None
        self._until = 0.0

    def now(self) -> Environment:
        """Return what is the case, as it was noted last."""
        if self._now is None or time.monotonic() > self._until:
            self._now = environment_of(self._plan)
            self._until = time.monotonic() + _FRESH_S
        return self._now


def environment_of(plan: CrawlPlan) -> Environment:
    """Note what is the case now."""
    reason = plan.ignore_robots_because
    fields = {
        "software": _software(),
        "format": "WARC File Format 1.1",
        "conformsTo": (
            "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
        ),
        "operating-system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "clock": clock(),
        "resolver": ", ".join(_nameservers()) or "none",
        "hosts-file": _hosts(),
        "http-header-user-agent": plan.user_agent,
        "robots": f"ignored: {reason}" if reason else "obeyed (RFC 9309)",
        "proxy": plan.proxy.name if plan.proxy else "none",
    }
    plain = tuple((name, " ".join(said.split())) for name, said in fields.items())
    return Environment(noted_at=datetime.now(UTC), fields=plain)


@cache
def _software() -> str:
    named = [f"{name}/{version(name)}" for name in _PACKAGES]
    return " ".join([*named, f"Python/{platform.python_version()}", f"({ssl.OPENSSL_VERSION})"])


def clock() -> str:
    """Say whether the kernel's clock is synchronised, and within which error (adjtimex(2))."""
    try:
        read = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return "unknown"
    told = _Timex()
    if read(ctypes.byref(told)) < 0:
        return f"unknown ({os.strerror(ctypes.get_errno())})"
    if told.status & _UNSYNCHRONISED:
        return "not synchronised"
    return f"synchronised, error at most {told.maxerror / 1e6:g} s"


class _Timex(ctypes.Structure):
    """The beginning of `struct timex`; modes 0 reads only."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def _nameservers() -> list[str]:
    words = (line.split() for line in _lines(_RESOLVER))
    return [found[1] for found in words if len(found) > 1 and found[0] == "nameserver"]


def _hosts() -> str:
    """Name the hosts file by its content: it may say where a name leads."""
    entries = [" ".join(line.partition("#")[0].split()) for line in _lines(_HOSTS)]
    told = "\n".join(filter(None, entries))
    count = len(told.splitlines())
    return f"{count} entries, sha256:{hashlib.sha256(told.encode()).hexdigest()}"


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
