"""The settings of Redis: what is an address, and that no password is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from settings.sources import InvalidSettings, load_settings, shown

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("MARQUE_CONFIG", "MARQUE_REDIS_URL", "MARQUE_REDIS_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "redis://redis",
        "redis://10.0.0.1:6379/3",
        "rediss://redis.example",
        "unix:///run/r.sock",
    ],
)
def test_what_is_an_address(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("MARQUE_REDIS_URL", url)
    assert load_settings().values.redis_url == url


@pytest.mark.parametrize(
    "url",
    [
        *("redis", "redis://", "http://redis:6379", "unix://", "redis://redis/many"),
        *(
            "redis://user:password@redis",
            "redis://redis?password=x",
            "rediss://r?ssl_cert_reqs=none",
        ),
    ],
)
def test_what_is_none(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("MARQUE_REDIS_URL", url)
    with pytest.raises(InvalidSettings) as caught:
        load_settings()
    assert caught.value.problems[0].startswith("redis_url:")


def test_the_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUE_REDIS_PASSWORD", "correct-horse")
    settings = load_settings().values
    assert settings.redis_password.get_secret_value() == "correct-horse"
    assert "horse" not in repr(settings) + json.dumps(shown(settings))
