"""Together: what is asked of a slow thing while it is busy is asked of it next, all at once.

A disk makes many files durable in the time it takes for one, and so does a database with rows;
the event loop is left and come back to once for all of them.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
A = TypeVar("A")


class Together(Generic[T, A]):
    """Has one thread do what is asked from the event loop, whatever waits at a time.

    `do` gets some in the order in which they were asked and gives their answers; what it raises
    is raised to all who asked.
    """

    def __init__(self, do: Callable[[list[T]], Sequence[A]], *, name: str) -> None:
        self._do = do
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._waiting: list[tuple[T, asyncio.Future[A]]] = []
        self._working: asyncio.Task[None] | None = None

    async def __call__(self, one: T) -> A:
        """Have one thing done."""
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, answer))
        if self._working is None or self._working.done():
            self._working = asyncio.ensure_future(self._work())
        return await answer

    def close(self) -> None:
        """Let the thread go; nothing may be asked afterwards."""
        self._thread.shutdown()

    async def _work(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, []
            loop = asyncio.get_running_loop()
            try:
                answers = await loop.run_in_executor(
                    self._thread, self._do, [one for one, _ in asked]
                )
            except Exception as error:  # noqa: BLE001  they raise it
                for _, answer in asked:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for (_, answer), given in zip(asked, answers, strict=True):
                if not answer.done():  # who asked may have been cancelled
                    answer.set_result(given)
