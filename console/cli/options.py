"""Options that several commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., Any]


def options(*several: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Return what gives a command these options, in this order."""

    def give(command: Command) -> Command:
        for option in reversed(several):
            command = option(command)
        return command

    return give
