"""What a process that reads hostile files may do, and how it ends with the one that started it."""

from __future__ import annotations

import faulthandler
import fcntl
import math
import multiprocessing
import os
import resource
import signal
import sys
import threading
from contextlib import contextmanager
from multiprocessing import connection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "OPENCV_FOR_THREADS_NUM",
        "OPENCV_FFMPEG_THREADS",
    ),
    "1",
)
_F_SETSIG = 10  # linux/fcntl.h; the fcntl module doesn't name it
_NICENESS = 5


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Have processes started inside use one thread for linear algebra and decoding."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def confine(crash_notes: int) -> None:
    """Set up a fresh process: a session of its own, mute, polite, no core files.

    File sizes aren't bounded: the store that the process writes to may have any. A fatal signal
    leaves where it struck in the file descriptor `crash_notes`.
    """
    os.setsid()
    _end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    silence = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(silence, standard)
    os.close(silence)
    faulthandler.enable(file=crash_notes, all_threads=False)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)


def limit_memory(additional_bytes: int) -> None:
    """Bound the address space to what is mapped now and so many bytes more."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        mapped = int(statm.read_text().split()[0]) * resource.getpagesize()
        _lower(resource.RLIMIT_AS, mapped + additional_bytes)


def limit_processor_time(additional_s: float) -> None:
    """Bound the processor time, should nobody watch the clock: twice of what is allowed."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + 2 * additional_s) + 1)


def _lower(limit: int, soft: int) -> None:
    hard = resource.getrlimit(limit)[1]
    allowed = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(limit, (allowed, hard))


def _end_with_parent() -> None:
    """Have the kernel kill this session when the process that asked for it is gone.

    Its sentinel is a pipe that nothing is written to: only its end makes it ready. A signal
    comes also while a decoder holds the interpreter, when no Python thread would run.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel
    if sys.platform == "linux":
        fcntl.fcntl(sentinel, _F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(sentinel, fcntl.F_SETOWN, -os.getpid())
        flags = fcntl.fcntl(sentinel, fcntl.F_GETFL)
        fcntl.fcntl(sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
        if connection.wait([sentinel], timeout=0):
            os._exit(1)
    else:
        threading.Thread(target=_watch, args=(sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    connection.wait([sentinel])
    os.killpg(os.getpid(), signal.SIGKILL)
