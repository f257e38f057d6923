"""A process that may do little, seen from outside: told, heard, and ended when it must be."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from crawlers.examination.forking import fork

if TYPE_CHECKING:
    from collections.abc import Callable

_ENDING_S = 5.0
_MESSAGE_BYTES = 64 * 2**20
_FRAME = re.compile(r'File "(?:.*/)?(.+?)", line (\d+) in (.+)')


class ConfinedProcess:
    """A started process and the line to it. Its calls block; they are made from one thread.

    `target` is called there with its end of the line, a file for the notes of a crash, and `args`.
    """

    def __init__(self, target: Callable[..., None], args: tuple[Any, ...], *, module: str) -> None:
        context = multiprocessing.get_context("forkserver")
        self._line, their_line = context.Pipe()
        self._crash_notes, their_notes = context.Pipe(duplex=False)
        with their_line, their_notes:
            self._process = fork(target, (their_line, their_notes, *args), module=module)

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return not self._line.closed and self._process.is_alive()

    def tell(self, message: bytes) -> None:
        """Send it a message. Raises `OSError` when it is gone."""
        self._line.send_bytes(message)

    def heard(self, time_s: float) -> tuple[bytes | None, bytes]:
        """Return the letter and the rest; an empty letter for the end, None when time is up."""
        try:
            if not self._line.poll(time_s):
                return None, b""
            message = self._line.recv_bytes(_MESSAGE_BYTES)
        except (EOFError, OSError):
            return b"", b""
        return message[:1], message[1:]

    def stop(self) -> None:
        """Let it end by itself, soon."""
        self._line.close()
        self._process.join(_ENDING_S)
        if self._process.exitcode is None:
            self.kill()
        self._notes()

    def kill(self) -> None:
        """End it at once, with all that it started."""
        self.interrupt()
        self._process.join(_ENDING_S)
        self._line.close()
        self._notes()

    def interrupt(self) -> None:
        """End it at once, from any thread; the one that asks it will notice."""
        if self._process.pid is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        if self._process.exitcode is None:
            with suppress(ProcessLookupError):  # it may not yet lead a session of its own
                os.kill(self._process.pid, signal.SIGKILL)

    def ended_by(self) -> tuple[int | None, str]:
        """Return the exit code of one that has ended and what it died of; clear the rest away."""
        self._process.join(_ENDING_S)
        code, cause = self._process.exitcode, self._cause()
        self.kill()
        return code, cause

    def _cause(self) -> str:
        code = self._process.exitcode
        ended = f"exit code {code}"
        if code is not None and code < 0:
            with suppress(ValueError):
                ended = signal.Signals(-code).name
        place = _FRAME.search(self._notes())
        return f"{ended} in {place[3]} ({place[1]}:{place[2]})" if place else ended

    def _notes(self) -> str:
        """Return what the fatal signal left, once."""
        if self._crash_notes.closed:
            return ""
        with self._crash_notes as notes:
            return os.read(notes.fileno(), 2**16).decode(errors="replace") if notes.poll() else ""
