"""The browser's processes, as /proc shows them: what they take, and their end."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_OWN_MEMORY = ("RssAnon:", "RssShmem:")


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `memory_bytes` leaves out mapped files, which all of them share."""

    pid: int
    memory_bytes: int
    shows_pages: bool


def tree(root: int) -> list[Process]:
    """Return a process and all that descend from it; empty when it is gone."""
    children: dict[int, list[int]] = {}
    alive = set()
    for entry in _PROC.iterdir():
        if entry.name.isdecimal() and (parent := _parent(entry)) is not None:
            alive.add(int(entry.name))
            children.setdefault(parent, []).append(int(entry.name))
    found: list[int] = [root] if root in alive else []
    for pid in found:
        found.extend(children.get(pid, ()))
    return [_process(pid) for pid in found]


def parent_of(pid: int) -> int | None:
    """Return the process that started another; None when that is gone."""
    return _parent(_PROC / str(pid))


def kill(processes: list[Process]) -> None:
    """End them at once."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


def _parent(entry: Path) -> int | None:
    """Read the fourth field of /proc/PID/stat (proc(5)), after the name, which may have blanks."""
    try:
        state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
    except (OSError, ValueError):
        return None
    return None if state == "Z" else int(parent)


def _process(pid: int) -> Process:
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
        arguments = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return Process(pid, 0, shows_pages=False)
    memory_kib = sum(int(line.split()[1]) for line in lines if line.startswith(_OWN_MEMORY))
    return Process(pid, memory_kib * 1024, shows_pages=b"--type=renderer" in arguments)
