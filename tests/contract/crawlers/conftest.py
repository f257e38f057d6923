"""The backends of the frontier: every test of this folder runs over each."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from crawlers.frontier.location import FrontierLocation, open_frontier

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import SpawnContext
    from pathlib import Path

    from crawlers.frontier.contract import Frontier


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens the frontier at one place; can be sent to another process."""

    location: FrontierLocation

    def __call__(self) -> Frontier:
        return open_frontier(self.location)


@pytest.fixture(params=["sqlite", "redis"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """What opens the backend's frontier, here or in another process."""
    redis = request.getfixturevalue("redis_location") if request.param == "redis" else None
    return Opener(FrontierLocation(tmp_path / "frontier.db", redis))


@pytest.fixture
def frontier(opener: Callable[[], Frontier]) -> Frontier:
    return opener()


@pytest.fixture
def processes() -> SpawnContext:
    return multiprocessing.get_context("spawn")
