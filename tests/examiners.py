"""Examiners that behave as hostile files make decoders behave: each sighting's title says how."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.documents import Channel, Sighting, now
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def sighting(title: str, *, url: str = "http://pirate.example/") -> Sighting:
    """Return a sighting whose examination does what the title says."""
    return Sighting(
        id=title,
        crawl_id="crawl",
        url=url,
        site="pirate.example",
        channel=Channel.WEB,
        title=title,
        seen_at=now(),
        status=200,
        media_type="text/html",
        size_bytes=1,
    )


@dataclass(frozen=True, slots=True)
class Behaving:
    """Make the examiner that does as it is told; `broken` keeps it from being made."""

    broken: bool = False

    def __call__(self) -> Callable[[Sighting], Sighting]:
        if self.broken:
            raise Unavailable("marque.db", "disk I/O error")
        return Behaviour()


class Behaviour:
    """Does as it is told; "batch" finds out how many were given together."""

    together = 1

    def __call__(self, given: Sighting) -> Sighting:
        return behave(given)

    def several(self, given: Sequence[Sighting]) -> list[Sighting]:
        """Do what each title says."""
        Behaviour.together = len(given)
        return [behave(one) for one in given]


def behave(given: Sighting) -> Sighting:
    """Do what the title says and return the sighting, examined, with what was found out."""
    verb, _, argument = given.title.partition(" ")
    found = _DEEDS[verb](argument)
    return given.model_copy(update={"examined_at": now(), "modalities": (str(found),)})


def _allocate(size: str) -> int:
    return len(bytearray(int(size)))


def _spin(_: str) -> object:
    return re.match(r"(a+)+$", "a" * 64 + "b")  # holds the interpreter for ages


def _spawn(note: str) -> object:
    child = subprocess.Popen([shutil.which("sleep") or "sleep", "600"])
    Path(note).write_text(str(child.pid))
    return _spin("")


def _die_once(note: str) -> object:
    """Die as of what earlier files left behind: in another process it goes well."""
    if Path(note).exists():
        return "passed"
    Path(note).touch()
    os.abort()


def _unavailable(_: str) -> object:
    raise Unavailable("marque.db", "disk is full")


def _wrapped(_: str) -> object:
    try:
        return _allocate(str(10**12))
    except MemoryError as error:
        raise ValueError("cannot decode") from error


def _shout(words: str) -> object:
    for standard in (1, 2):
        os.write(standard, words.encode())
    return None


def _descriptors() -> list[str]:
    """Return what is open here, but for the pipes and sockets between the processes."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(str(descriptor.readlink()))
    return sorted(found)


def _raise(reason: str) -> object:
    raise ValueError(reason)


_DEEDS: dict[str, Callable[[str], object]] = {
    "pass": lambda _: "passed",
    "batch": lambda _: Behaviour.together,
    "pid": lambda _: os.getpid(),
    "nap": lambda seconds: time.sleep(float(seconds)),
    "spin": _spin,
    "spawn": _spawn,
    "exit": lambda code: os._exit(int(code)),
    "segfault": lambda _: ctypes.string_at(0),
    "abort": lambda _: os.abort(),
    "killed": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "die-once": _die_once,
    "allocate": _allocate,
    "wrapped": _wrapped,
    "raise": _raise,
    "unavailable": _unavailable,
    "shout": _shout,
    "environment": lambda name: os.environ.get(name, ""),
    "descriptors": lambda _: _descriptors(),
}
