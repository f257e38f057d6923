"""The inside of an examining process: tasks in, as many answers out, until the line is closed.

Messages are a letter and JSON, a line a task or answer, never pickle: who takes over this process
by a hostile file shall not get into the one that started it. What examines may have `several`,
which takes some tasks at once and is quicker than one after the other.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import TYPE_CHECKING, Final, TypeVar

from crawlers.examination.confinement import confine, limit_memory, limit_processor_time
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    from crawlers.examination.task import Task
    from crawlers.plan import ExaminationLimits
    from index.documents import Piece

T = TypeVar("T", bound="Task")
A = TypeVar("A", bound="Piece")

READY: Final = b"R"
TAKEN: Final = b"T"
DONE: Final = b"D"
FAILED: Final = b"F"

_NO_MEMORY = -4
"""OpenCV's `StsNoMem`."""


def work(
    line: Connection,
    crash_notes: Connection,
    factory: Callable[[], Callable[[T], A]],
    takes: type[T],
    limits: ExaminationLimits,
) -> None:
    """Examine what comes over the line until it is closed."""
    confine(crash_notes.fileno())
    try:
        examine = factory()
        _one_opencv_thread()
    except Exception as error:  # noqa: BLE001  the other side raises it
        line.send_bytes(FAILED + _describe(error))
        return
    limit_memory(limits.memory_bytes)
    line.send_bytes(READY)
    while (request := _next(line)) is not None:
        line.send_bytes(TAKEN)
        time_s, tasks = request
        limit_processor_time(time_s)
        line.send_bytes(_answers(examine, takes, tasks))


def asked(time_s: float, tasks: Sequence[Task]) -> bytes:
    """Return the message that asks for tasks to be done within so many seconds."""
    return b"\n".join([b"%f" % time_s, *(task.model_dump_json().encode() for task in tasks)])


def _next(line: Connection) -> tuple[float, list[bytes]] | None:
    try:
        time_s, *tasks = line.recv_bytes().split(b"\n")
    except (EOFError, ConnectionError):
        return None
    return float(time_s), tasks


def _answers(examine: Callable[[T], A], takes: type[T], requests: Sequence[bytes]) -> bytes:
    try:
        tasks = [takes.model_validate_json(request) for request in requests]
        several: Callable[[Sequence[T]], list[A]] | None = getattr(examine, "several", None)
        if several is None or len(tasks) == 1:
            answers = [examine(task) for task in tasks]
        else:
            answers = several(tasks)
        return DONE + b"\n".join(answer.model_dump_json().encode() for answer in answers)
    except Exception as error:  # noqa: BLE001  the other side raises it
        return FAILED + _describe(error)


def _describe(error: BaseException) -> bytes:
    facts = {
        "kind": type(error).__name__,
        "reason": str(error),
        "memory": _wants_memory(error),
        "service": error.service if isinstance(error, Unavailable) else None,
        "traceback": "".join(traceback.format_exception(error))[-8_000:],
    }
    if isinstance(error, Unavailable):
        facts["reason"] = error.reason
    return json.dumps(facts).encode()


def _wants_memory(error: BaseException | None) -> bool:
    """Whether the want of memory is at the bottom of it, however it was wrapped."""
    seen = 0
    while error is not None and seen < sys.getrecursionlimit():
        if isinstance(error, MemoryError) or getattr(error, "code", None) == _NO_MEMORY:
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False


def _one_opencv_thread() -> None:
    if (opencv := sys.modules.get("cv2")) is not None:
        opencv.setNumThreads(1)
