"""The scripts that run inside of Redis: each its own file and those it builds on, as one text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

_QUEUES: Final = ("hosts", "queues")
_LEASES: Final = (*_QUEUES, "leases")
_ADDING: Final = ("seen", *_QUEUES, "discoveries")
_BASES: Final[dict[str, tuple[str, ...]]] = {
    "open": ("hosts",),
    "reconsider": _QUEUES,
    "add": _ADDING,
    "lease": _LEASES,
    "renew": ("hosts",),
    "ack": (*_ADDING, "leases"),
    "nack": _LEASES,
    "block": ("hosts",),
    "release": _LEASES,
    "workers": (),
    "stats": _QUEUES,
    "letters": _LEASES,
    "forget": _LEASES,
}


@dataclass(frozen=True, slots=True)
class Script:
    """A script's text, and the name that Redis knows it by."""

    text: str
    sha: str


@cache
def script(name: str) -> Script:
    """Return a script."""
    folder = files(__package__) / "lua"
    parts = ("crawls", *_BASES[name], name)
    text = "\n".join((folder / f"{part}.lua").read_text("utf-8") for part in parts)
    return Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())
