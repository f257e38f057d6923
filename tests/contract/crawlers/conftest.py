"""The backends of the frontier: every test of this folder runs over each."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from crawlers.frontier.sqlite import SqliteFrontier

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import SpawnContext
    from pathlib import Path

    from crawlers.frontier.contract import Frontier


@dataclass(frozen=True, slots=True)
class Sqlite:
    """Opens the frontier of one file; can be sent to another process."""

    path: Path

    def __call__(self) -> Frontier:
        return SqliteFrontier(self.path)


@pytest.fixture(params=["sqlite"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Frontier]:
    """What opens the backend's frontier, here or in another process."""
    backends = {"sqlite": Sqlite(tmp_path / "frontier.db")}
    return backends[request.param]


@pytest.fixture
def frontier(opener: Callable[[], Frontier]) -> Frontier:
    return opener()


@pytest.fixture
def processes() -> SpawnContext:
    return multiprocessing.get_context("spawn")
