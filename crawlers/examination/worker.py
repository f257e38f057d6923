"""The inside of an examining process: one task in, one answer out, until the line is closed.

Messages are a letter and JSON, never pickle: who takes over this process by a hostile file shall
not get into the one that started it.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import TYPE_CHECKING, Final, TypeVar

from crawlers.examination.confinement import confine, limit_memory, limit_processor_time
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
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
        time_s, task = request
        limit_processor_time(time_s)
        line.send_bytes(_answer(examine, takes, task))


def asked(time_s: float, task: Task) -> bytes:
    """Return the message that asks for a task to be done within so many seconds."""
    return b"%f\n%s" % (time_s, task.model_dump_json().encode())


def _next(line: Connection) -> tuple[float, bytes] | None:
    try:
        time_s, _, task = line.recv_bytes().partition(b"\n")
    except (EOFError, ConnectionError):
        return None
    return float(time_s), task


def _answer(examine: Callable[[T], A], takes: type[T], request: bytes) -> bytes:
    try:
        answer = examine(takes.model_validate_json(request))
        return DONE + answer.model_dump_json().encode()
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
