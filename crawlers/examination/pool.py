"""A pool of processes that examine sightings: a hostile one costs only itself.

Each process has a line of its own to this one, so that the death of one never touches what the
others hold. (A pool with one queue for all, as in concurrent.futures or Pebble, is broken by a
process that dies idle, or while it holds the queue's lock.)
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar

from crawlers.errors import CrawlError, ExaminationCrash, ExaminationMemory
from crawlers.examination.forking import start_fork_server
from crawlers.examination.process import ExaminingProcess, Lost
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawlers.examination.task import Task
    from crawlers.plan import ExaminationLimits
    from index.documents import Piece

T = TypeVar("T", bound="Task")
A = TypeVar("A", bound="Piece")

_ATTEMPTS = 3
_SMALL_BYTES = 2**20
"""What tasks may have in all to be given to a process together."""


class ExaminationPool(Generic[T, A]):
    """Examine sightings, `jobs` at a time; who asks for more waits his turn.

    `factory` is called once in each process and returns what examines there. It is pickled on its
    way; its module is loaded before the processes are forked, so that they start fast.
    A process is replaced after `tasks_per_process`, against slow leaks of decoders. Up to
    `together` small tasks that wait are given to a process at once, which saves the store work;
    if that fails, they are done one by one, so that each answers for itself.
    """

    def __init__(
        self,
        factory: Callable[[], Callable[[T], A]],
        *,
        takes: type[T],
        gives: type[A],
        jobs: int,
        limits: ExaminationLimits,
        tasks_per_process: int = 500,
        together: int = 1,
    ) -> None:
        self._factory = factory
        self._takes = takes
        self._gives = gives
        self._limits = limits
        self._tasks_per_process = tasks_per_process
        self._together = together
        self._jobs = jobs
        self._waiting: deque[tuple[T, Future[A]]] = deque()
        self._lock = threading.Lock()
        self._seat = threading.local()
        self._processes: set[ExaminingProcess[T, A]] = set()
        self._killed = False
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="examination")
        start_fork_server(factory.__module__)

    async def __call__(self, task: T) -> A:
        """Return the answer to a task: the sighting as examined, say.

        Raises `ExaminationTimeout`, `ExaminationMemory` or `ExaminationCrash`, which cost only
        this task; `Unavailable` when examining isn't possible now. A process that dies after it has
        served others is not proof against a file: that is tried again in a fresh one.
        """
        answer: Future[A] = Future()
        self._waiting.append((task, answer))
        self._threads.submit(self._serve)
        return await asyncio.wrap_future(answer)

    async def close(self) -> None:
        """Finish what was asked for, then end the processes. May be called twice."""
        await asyncio.to_thread(self._close)

    def kill(self) -> None:
        """End the processes at once; who waits for an answer gets `CancelledError`."""
        self._killed = True
        for process in tuple(self._processes):
            process.interrupt()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for _, answer in self._waiting:
            answer.cancel()
        for process in tuple(self._processes):
            process.kill()

    def _close(self) -> None:
        self._threads.shutdown(wait=True)
        for process in tuple(self._processes):
            process.stop()

    def _serve(self) -> None:
        """Answer some of what waits; there may be nothing left, as others take several."""
        some = self._next()
        if len(some) > 1 and self._answered_together(some):
            return
        for task, answer in some:
            if answer.set_running_or_notify_cancel():
                try:
                    (done,) = self._examine((task,))
                except BaseException as error:  # noqa: BLE001  who asked raises it
                    answer.set_exception(error)
                else:
                    answer.set_result(done)

    def _next(self) -> list[tuple[T, Future[A]]]:
        with self._lock:
            share = max(1, min(self._together, -(-len(self._waiting) // self._jobs)))
            some: list[tuple[T, Future[A]]] = []
            left = _SMALL_BYTES
            while self._waiting and len(some) < share:
                left -= self._waiting[0][0].size_bytes
                if some and left < 0:
                    break
                some.append(self._waiting.popleft())
            return some

    def _answered_together(self, some: Sequence[tuple[T, Future[A]]]) -> bool:
        try:
            done = self._examine([task for task, _ in some])
        except Exception:  # noqa: BLE001  whose fault it is shows when they are alone
            return False
        for (_, answer), one in zip(some, done, strict=True):
            if answer.set_running_or_notify_cancel():
                answer.set_result(one)
        return True

    def _examine(self, tasks: Sequence[T]) -> list[A]:
        time_s = self._limits.time_for(sum(task.size_bytes for task in tasks))
        for _ in range(_ATTEMPTS):
            if self._killed:
                raise CancelledError
            process = self._own_process()
            try:
                return process.examine(tasks, time_s)
            except Lost:
                continue
            except CrawlError as error:
                if self._killed:
                    raise CancelledError from error
                if len(tasks) > 1 or not _may_be_of_others(process, error):
                    raise
        raise Unavailable("examination", "its processes end before they take a task")

    def _own_process(self) -> ExaminingProcess[T, A]:
        """Return this thread's process, a new one when there is none or it has served its time."""
        process: ExaminingProcess[T, A] | None = getattr(self._seat, "process", None)
        if process is not None and process.alive and process.taken < self._tasks_per_process:
            return process
        if process is not None:
            process.stop()
            self._processes.discard(process)
        self._seat.process = None
        self._seat.process = process = self._start()
        return process

    def _start(self) -> ExaminingProcess[T, A]:
        process = ExaminingProcess(self._factory, self._takes, self._gives, self._limits)
        self._processes.add(process)
        if self._killed:
            raise CancelledError
        try:
            process.wait_until_ready()
        except Unavailable:
            self._processes.discard(process)
            raise
        return process


def _may_be_of_others(process: ExaminingProcess[T, A], error: CrawlError) -> bool:
    """Whether what a process died of may be what earlier files left behind in it."""
    died = isinstance(error, ExaminationCrash | ExaminationMemory) and not process.alive
    return died and process.taken > 1
