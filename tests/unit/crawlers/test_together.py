"""What is asked while something slow is under way is asked together next."""

from __future__ import annotations

import asyncio
import threading

import pytest

from crawlers.together import Together


def test_what_waits_is_done_at_once_and_in_order() -> None:
    batches: list[list[int]] = []
    begun, go_on = threading.Event(), threading.Event()

    def double(some: list[int]) -> list[int]:
        batches.append(some)
        begun.set()
        assert go_on.wait(10)
        return [2 * one for one in some]

    async def scene() -> None:
        ask = Together(double, name="doubling")
        first = asyncio.create_task(ask(1))
        await asyncio.to_thread(begun.wait, 10)
        others = [asyncio.create_task(ask(number)) for number in (2, 3, 4)]
        await asyncio.sleep(0)
        go_on.set()
        assert await asyncio.gather(first, *others) == [2, 4, 6, 8]
        ask.close()

    asyncio.run(scene())
    assert batches == [[1], [2, 3, 4]]


def test_an_error_is_of_all_who_asked_together_and_of_nobody_later() -> None:
    def fail(some: list[int]) -> list[int]:
        if 0 in some:
            raise OSError("no room")
        return some

    async def scene() -> None:
        ask = Together(fail, name="failing")
        outcomes = await asyncio.gather(ask(0), ask(1), return_exceptions=True)
        assert [type(one) for one in outcomes] == [OSError, OSError]
        assert await ask(1) == 1

    asyncio.run(scene())


def test_who_gives_up_costs_the_others_nothing() -> None:
    go_on = threading.Event()

    def wait(some: list[int]) -> list[int]:
        assert go_on.wait(10)
        return some

    async def scene() -> None:
        ask = Together(wait, name="waiting")
        gone, stays = asyncio.create_task(ask(1)), asyncio.create_task(ask(2))
        await asyncio.sleep(0.01)
        gone.cancel()
        go_on.set()
        assert await stays == 2
        with pytest.raises(asyncio.CancelledError):
            await gone

    asyncio.run(scene())
