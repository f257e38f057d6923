"""Where the frontier is, and how it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.frontier.sqlite import SqliteFrontier

if TYPE_CHECKING:
    from pathlib import Path

    from crawlers.frontier.contract import Frontier


@dataclass(frozen=True, slots=True)
class FrontierLocation:
    """Where the frontier is: plain values, so that a worker process can be told."""

    file: Path


def open_frontier(location: FrontierLocation) -> Frontier:
    """Open the frontier, making what isn't there. Raises `Unavailable` or `IncompatibleData`."""
    return SqliteFrontier(location.file)
