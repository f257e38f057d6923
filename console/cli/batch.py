"""Many files through limited processes: in order, a few at a time, with progress."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crawlers.errors import CrawlError
from crawlers.examination.pool import ExaminationPool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from console.cli.house import House
    from crawlers.examination.task import Task
    from crawlers.plan import ExaminationLimits
    from index.documents import Piece

T = TypeVar("T", bound="Task")
A = TypeVar("A", bound="Piece")

_AHEAD = 4


def answers(
    tasks: Sequence[T],
    factory: Callable[[], Callable[[T], A]],
    on_failure: Callable[[T, CrawlError], A],
    *,
    takes: type[T],
    gives: type[A],
    jobs: int,
    limits: ExaminationLimits,
) -> Iterator[A]:
    """Yield an answer for each task, in the order of the tasks.

    What takes too long, too much memory or kills its process is answered by `on_failure`.
    """
    with asyncio.Runner() as runner:
        pool = ExaminationPool(
            factory, takes=takes, gives=gives, jobs=min(jobs, len(tasks)) or 1, limits=limits
        )
        try:
            stream = _answers(tasks, pool, on_failure, ahead=jobs * _AHEAD)
            while (answer := runner.run(_next(stream))) is not None:
                yield answer
            runner.run(pool.close())
        finally:
            pool.kill()


def progress(house: House, what: str) -> Progress:
    """Return a progress bar on stderr, which is silent where that is no terminal."""
    return Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=house.err,
        disable=not house.err.is_terminal,
        transient=True,
    )


async def _answers(
    tasks: Sequence[T],
    pool: ExaminationPool[T, A],
    on_failure: Callable[[T, CrawlError], A],
    *,
    ahead: int,
) -> AsyncIterator[A]:
    async def answer(task: T) -> A:
        try:
            return await pool(task)
        except CrawlError as error:
            return on_failure(task, error)

    under_way: deque[asyncio.Task[A]] = deque()
    for task in tasks:
        under_way.append(asyncio.create_task(answer(task)))
        if len(under_way) >= ahead:
            yield await under_way.popleft()
    while under_way:
        yield await under_way.popleft()


async def _next(stream: AsyncIterator[A]) -> A | None:
    return await anext(stream, None)
