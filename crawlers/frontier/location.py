"""Where the frontier is, and how it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.frontier.sqlite import SqliteFrontier

if TYPE_CHECKING:
    from pathlib import Path

    from crawlers.frontier.contract import Frontier
    from crawlers.frontier.redis.location import RedisLocation


@dataclass(frozen=True, slots=True)
class FrontierLocation:
    """Where the frontier is: plain values, so that a worker process can be told.

    Without a Redis it is in the file.
    """

    file: Path
    redis: RedisLocation | None = None


def open_frontier(location: FrontierLocation) -> Frontier:
    """Open the frontier, making what isn't there. Raises `Unavailable` or `IncompatibleData`."""
    if location.redis is not None:
        from crawlers.frontier.redis.frontier import RedisFrontier  # noqa: PLC0415 - its client is slow to load

        return RedisFrontier(location.redis)
    return SqliteFrontier(location.file)
