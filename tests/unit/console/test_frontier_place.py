"""Where the settings put the frontier."""

from __future__ import annotations

from pathlib import Path

from console.cli.house import House
from console.plans import frontier_of


def test_without_a_redis_it_is_in_the_data_folder() -> None:
    place = frontier_of(House({"data": "/data"}))
    assert (place.file, place.redis) == (Path("/data/frontier.db"), None)


def test_with_one_it_is_there() -> None:
    said = {
        "redis_url": "rediss://redis.example:6380/2",
        "redis_user": "crawler",
        "redis_password": "correct-horse",
        "redis_ca_certs": "/etc/ca.pem",
        "redis_prefix": "other",
        "redis_patience_s": 7,
    }
    redis = frontier_of(House(said)).redis
    assert redis is not None
    assert (redis.url, redis.user, redis.password) == (
        *("rediss://redis.example:6380/2", "crawler"),
        "correct-horse",
    )
    assert (redis.ca_certs, redis.prefix, redis.patience_s) == (Path("/etc/ca.pem"), "other", 7.0)
    assert redis.root == "{other}:frontier"
    assert "horse" not in repr(frontier_of(House(said)))
