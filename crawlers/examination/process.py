"""One examining process, seen from outside: asked, watched, and ended when it must be."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog

from crawlers.errors import CrawlError, ExaminationCrash, ExaminationMemory, ExaminationTimeout
from crawlers.examination.forking import fork
from crawlers.examination.worker import DONE, FAILED, READY, TAKEN, asked, work
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawlers.examination.task import Task
    from crawlers.plan import ExaminationLimits
    from index.documents import Piece

T = TypeVar("T", bound="Task")
A = TypeVar("A", bound="Piece")

log = structlog.get_logger()

STARTING_S = 120.0
_TAKING_S = 10.0
_ENDING_S = 5.0
_ANSWER_BYTES = 64 * 2**20
_FRAME = re.compile(r'File "(?:.*/)?(.+?)", line (\d+) in (.+)')


class Lost(Exception):
    """The process was gone before it took the tasks: another may have them."""


class ExaminingProcess(Generic[T, A]):
    """A started process. Its calls block; they are made from one thread."""

    def __init__(
        self,
        factory: Callable[[], Callable[[T], A]],
        takes: type[T],
        gives: type[A],
        limits: ExaminationLimits,
    ) -> None:
        self._limits = limits
        self._gives = gives
        self.taken = 0
        context = multiprocessing.get_context("forkserver")
        self._line, their_line = context.Pipe()
        self._crash_notes, their_notes = context.Pipe(duplex=False)
        with their_line, their_notes:
            everything = (their_line, their_notes, factory, takes, limits)
            self._process = fork(work, everything, module=factory.__module__)

    def wait_until_ready(self) -> None:
        """Wait for what examines to be made. Raises `Unavailable` when it can't be."""
        tag, facts = self._receive(STARTING_S)
        if tag == FAILED:
            self.kill()
            found = json.loads(facts)
            raise Unavailable(found["service"] or "examination", found["reason"] or found["kind"])
        if tag != READY:
            raise Unavailable("examination", f"its process did not start: {self._death().reason}")

    def examine(self, tasks: Sequence[T], time_s: float) -> list[A]:
        """Have tasks done within so many seconds.

        Raises `ExaminationTimeout`, `ExaminationMemory`, `ExaminationCrash`, `Unavailable` when the
        store failed, or `Lost` when they can be given to another process.
        """
        self._give(tasks, time_s)
        self.taken += len(tasks)
        tag, answers = self._receive(time_s)
        if tag == DONE:
            return [self._gives.model_validate_json(one) for one in answers.split(b"\n")]
        if tag == FAILED:
            raise self._failure(json.loads(answers))
        if tag is None:
            self.kill()
            raise ExaminationTimeout(f"not done after {time_s:g} s")
        raise self._death()

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return not self._line.closed and self._process.is_alive()

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

    def _give(self, tasks: Sequence[T], time_s: float) -> None:
        try:
            self._line.send_bytes(asked(time_s, tasks))
        except OSError as error:
            self.kill()
            raise Lost from error
        if self._receive(_TAKING_S)[0] != TAKEN:
            self.kill()
            raise Lost

    def _receive(self, time_s: float) -> tuple[bytes | None, bytes]:
        """Return the letter and the rest; an empty letter for the end, None when time is up."""
        try:
            if not self._line.poll(time_s):
                return None, b""
            message = self._line.recv_bytes(_ANSWER_BYTES)
        except (EOFError, OSError):
            return b"", b""
        return message[:1], message[1:]

    def _failure(self, facts: dict[str, Any]) -> Exception:
        if facts["memory"]:
            self.kill()  # what is left of it is in no good state
            return ExaminationMemory(f"needed more than {self._limits.memory_bytes:,} bytes")
        if facts["service"] is not None:
            return Unavailable(facts["service"], facts["reason"])
        log.error("examination_raised", kind=facts["kind"], traceback=facts["traceback"])
        return ExaminationCrash(f"{facts['kind']}: {facts['reason']}")

    def _death(self) -> CrawlError:
        self._process.join(_ENDING_S)
        code, cause = self._process.exitcode, self._cause()
        self.kill()
        if code == -signal.SIGXCPU:
            return ExaminationTimeout("used up its processor time")
        if code == -signal.SIGKILL:  # not by us
            return ExaminationMemory("killed by the system, probably for want of memory")
        return ExaminationCrash(cause)

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
