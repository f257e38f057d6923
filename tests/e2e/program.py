"""The program as people start it: processes of their own, of which nothing may be left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Mapping

MARQUE = str(Path(sys.executable).with_name("marque"))
_MARK = "TESTED_BY"
_LONGEST_S = 240.0
_DYING_S = 20.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run of the program ended; `objects` are the lines of JSON that it printed."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """What was printed, as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def object(self) -> dict[str, Any]:
        """The one JSON object that was printed."""
        (one,) = self.objects
        return one


@dataclass(slots=True)
class Program:
    """Runs `marque` in a folder; all processes of these runs can be told by their environment."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid4().hex)
    settings: Mapping[str, str] = field(default_factory=dict)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `marque`, or with a path to a script that script."""
        command = [MARQUE] if not arguments[0].endswith(".py") else [sys.executable]
        return subprocess.Popen(
            [*command, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=self._environment(),
        )

    def run(self, *arguments: str) -> Ended:
        """Run `marque` to its end."""
        return self.end(self.start(*arguments))

    def end(self, process: subprocess.Popen[str]) -> Ended:
        """Wait for the end of a run."""
        try:
            out, err = process.communicate(timeout=_LONGEST_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return Ended(process.returncode, out, err)

    def end_watched(self, process: subprocess.Popen[str]) -> tuple[Ended, int]:
        """Wait for the end of a run; return also the peak of its process's memory, in bytes."""
        peaks = [0]

        def watch() -> None:
            while process.poll() is None:
                peaks.append(resident_bytes(process.pid))
                with suppress(Exception):
                    process.wait(0.05)

        watching = threading.Thread(target=watch)
        watching.start()
        ended = self.end(process)
        watching.join()
        return ended, max(peaks)

    def processes(self) -> list[int]:
        """Return which processes of these runs are alive."""
        sign = f"{_MARK}={self.mark}".encode()
        return [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and sign in _read(entry / "environ").split(b"\0")
        ]

    def left_behind(self) -> list[int]:
        """Return which processes are alive when the dying has had its time."""
        until = time.monotonic() + _DYING_S
        while (alive := self.processes()) and time.monotonic() < until:
            time.sleep(0.02)
        return alive

    def _environment(self) -> dict[str, str]:
        """Return an environment without the settings of whoever runs the tests."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("MARQUE")}
        return {**ours, **self.settings, _MARK: self.mark, "PYTHONUTF8": "1"}


def resident_bytes(pid: int) -> int:
    """Return how much memory a process has had at most (VmHWM, proc(5)); 0 when it is gone."""
    found = (
        int(line.split()[1]) * 1024
        for line in _read(Path(f"/proc/{pid}/status")).decode().splitlines()
        if line.startswith("VmHWM:")
    )
    return next(found, 0)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
