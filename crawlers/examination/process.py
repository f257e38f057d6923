"""One examining process, seen from outside: asked, watched, and ended when it must be."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog

from crawlers.errors import CrawlError, ExaminationCrash, ExaminationMemory, ExaminationTimeout
from crawlers.examination.confined import ConfinedProcess
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


class Lost(Exception):
    """The process was gone before it took the tasks: another may have them."""


class ExaminingProcess(ConfinedProcess, Generic[T, A]):
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
        super().__init__(work, (factory, takes, limits), module=factory.__module__)

    def wait_until_ready(self) -> None:
        """Wait for what examines to be made. Raises `Unavailable` when it can't be."""
        tag, facts = self.heard(STARTING_S)
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
        tag, answers = self.heard(time_s)
        if tag == DONE:
            return [self._gives.model_validate_json(one) for one in answers.split(b"\n")]
        if tag == FAILED:
            raise self._failure(json.loads(answers))
        if tag is None:
            self.kill()
            raise ExaminationTimeout(f"not done after {time_s:g} s")
        raise self._death()

    def _give(self, tasks: Sequence[T], time_s: float) -> None:
        try:
            self.tell(asked(time_s, tasks))
        except OSError as error:
            self.kill()
            raise Lost from error
        if self.heard(_TAKING_S)[0] != TAKEN:
            self.kill()
            raise Lost

    def _failure(self, facts: dict[str, Any]) -> Exception:
        if facts["memory"]:
            self.kill()  # what is left of it is in no good state
            return ExaminationMemory(f"needed more than {self._limits.memory_bytes:,} bytes")
        if facts["service"] is not None:
            return Unavailable(facts["service"], facts["reason"])
        log.error("examination_raised", kind=facts["kind"], traceback=facts["traceback"])
        return ExaminationCrash(f"{facts['kind']}: {facts['reason']}")

    def _death(self) -> CrawlError:
        code, cause = self.ended_by()
        if code == -signal.SIGXCPU:
            return ExaminationTimeout("used up its processor time")
        if code == -signal.SIGKILL:  # not by us
            return ExaminationMemory("killed by the system, probably for want of memory")
        return ExaminationCrash(cause)
