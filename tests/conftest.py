"""What all tests may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import structlog

from tests import elasticsearch, redis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.frontier.redis.location import RedisLocation
    from index.elastic.location import ElasticsearchLocation


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Undo what a command run in this process did to the logs."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """Give the URL of a real Elasticsearch, one for the whole run."""
    with elasticsearch.server() as url:
        yield url


@pytest.fixture
def elasticsearch_location(elasticsearch_url: str) -> Iterator[ElasticsearchLocation]:
    """Give indices of the test's own."""
    with elasticsearch.indices(elasticsearch_url) as location:
        yield location


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Give the URL of a real Redis, one for the whole run."""
    with redis.server() as url:
        yield url


@pytest.fixture
def redis_location(redis_url: str) -> Iterator[RedisLocation]:
    """Give keys of the test's own."""
    with redis.keys(redis_url) as location:
        yield location
