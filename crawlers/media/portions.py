"""Portions: which stretches of a large file are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Read: TypeAlias = Callable[[int, int], Awaitable[bytes]]
    """Returns the bytes [start, end) of the file; fewer at its end."""


@dataclass(frozen=True, slots=True)
class Portion:
    """How much of a file is taken: `size_bytes` in all, at so many `places` all over it."""

    size_bytes: int = 48 * 2**20
    places: int = 4


def windows(begin: int, end: int, portion: Portion) -> list[tuple[int, int]]:
    """Return which stretches of [begin, end) to take: equal ones, evenly spread, the first late.

    What lies at the beginning is the same for many films: trailers, warnings, logos.
    """
    if end - begin <= portion.size_bytes:
        return [(begin, end)]
    long, step = portion.size_bytes // portion.places, (end - begin) // portion.places
    first = begin + (step - long) // 2
    return [(first + n * step, first + n * step + long) for n in range(portion.places)]
