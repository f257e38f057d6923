"""`--listen`: where a command that runs on tells its health and its counts."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from console.monitoring import monitored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from console.cli.house import House

listen_option = click.option(
    "--listen",
    metavar="HOST:PORT",
    help="Serve /metrics and /health there · 在此地址提供 /metrics 与 /health",
)


@contextmanager
def listening(
    house: House, listen: str | None, health: Callable[[], dict[str, Any]]
) -> Iterator[None]:
    """Serve both while inside, where that is wanted. Raises `UsageError`, or `OSError`."""
    with ExitStack() as open_:
        if listen:
            try:
                at = open_.enter_context(monitored(listen, health))
            except ValueError as error:
                raise click.UsageError(f"--listen: {listen} · 应为 主机:端口") from error
            house.note(f"{at}/metrics, {at}/health", f"{at}/metrics、{at}/health")
        yield
