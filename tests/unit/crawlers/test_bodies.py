"""Bodies that are too many bytes together wait, and never for ever."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any

from scrapy.http import Response

from crawlers.safety.bodies import Bodies, Body

MIB = 2**20
Scene = Callable[[Bodies], Coroutine[Any, Any, None]]


class Tap:
    """A connection that can be told to wait."""

    def __init__(self) -> None:
        self.flows = True

    def pauseProducing(self) -> None:  # noqa: N802  Twisted's name
        assert self.flows
        self.flows = False

    def resumeProducing(self) -> None:  # noqa: N802  Twisted's name
        assert not self.flows
        self.flows = True


def play(scene: Scene, *, most_bytes: int = 10 * MIB) -> None:
    asyncio.run(scene(Bodies(most_bytes)))


def coming(bodies: Bodies, count: int) -> tuple[list[Tap], list[Body]]:
    taps = [Tap() for _ in range(count)]
    return taps, [Body(bodies, tap) for tap in taps]


def answer(size_bytes: int) -> Response:
    return Response("http://site.example/", body=bytes(size_bytes))


async def let_go() -> None:
    """Let the loop hear that responses were freed."""
    gc.collect()
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def test_what_is_small_is_not_counted() -> None:
    async def scene(bodies: Bodies) -> None:
        taps, some = coming(bodies, 100)
        for one in some:
            one.grow(MIB)
        assert bodies.held_bytes == 0
        assert all(tap.flows for tap in taps)

    play(scene)


def test_what_is_too_much_together_waits_but_for_one() -> None:
    async def scene(bodies: Bodies) -> None:
        taps, some = coming(bodies, 4)
        for _ in range(2):
            for tap, one in zip(taps, some, strict=True):
                if tap.flows:
                    one.grow(2 * MIB)
        assert [tap.flows for tap in taps] == [True, False, False, False]
        some[0].grow(20 * MIB)  # alone it goes on, to its own limit
        assert taps[0].flows
        assert bodies.held_bytes == (24 + 4 + 4 + 4) * MIB

    play(scene)


def test_they_go_on_in_order_when_there_is_room() -> None:
    async def scene(bodies: Bodies) -> None:
        taps, some = coming(bodies, 3)
        some[0].grow(8 * MIB)
        some[1].grow(4 * MIB)
        some[2].grow(4 * MIB)
        assert [tap.flows for tap in taps] == [True, False, False]
        response = answer(8 * MIB)
        some[0].is_of(response)
        some[0].ends()
        await let_go()
        assert [tap.flows for tap in taps] == [True, False, False]  # it is still worked on
        del response
        await let_go()
        assert [tap.flows for tap in taps] == [True, True, True]
        assert bodies.held_bytes == 8 * MIB

    play(scene)


def test_the_one_that_waited_longest_goes_on_when_nothing_else_does() -> None:
    async def scene(bodies: Bodies) -> None:
        taps, some = coming(bodies, 3)
        some[0].grow(9 * MIB)
        some[1].grow(12 * MIB)
        some[2].grow(12 * MIB)
        some[0].ends()  # it failed
        assert [tap.flows for tap in taps] == [True, True, False]
        some[1].ends()
        assert [tap.flows for tap in taps] == [True, True, True]
        some[2].ends()
        assert bodies.held_bytes == 0

    play(scene)


def test_what_is_packed_waits_to_be_unpacked_and_is_counted_as_unpacked() -> None:
    async def scene(bodies: Bodies) -> None:
        _, (other, packed) = coming(bodies, 2)
        held = answer(11 * MIB)
        other.is_of(held)
        small = answer(10)
        packed.is_of(small)
        turn = asyncio.create_task(packed.turn())
        await asyncio.sleep(0)
        assert not turn.done()
        del held
        await let_go()
        await turn
        unpacked = answer(5 * MIB)
        packed.is_of(unpacked)
        del small
        await let_go()
        assert bodies.held_bytes == 5 * MIB
        del unpacked
        await let_go()
        assert bodies.held_bytes == 0

    play(scene)
