"""Every backend of the store, for the contract suites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.store import Store


@pytest.fixture(params=["embedded", "elasticsearch"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> StoreLocation:
    if request.param == "embedded":
        return StoreLocation(tmp_path / "data")
    return StoreLocation(tmp_path / "data", request.getfixturevalue("elasticsearch_location"))


@pytest.fixture
def store(location: StoreLocation) -> Store:
    return open_store(location)
