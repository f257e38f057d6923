from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from settings.sources import InvalidSettings, load_settings, meaning, shown

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("MARQUE_DATA", "MARQUE_CONFIG", "MARQUE_LANGUAGE", "MARQUE_JOBS"):
        monkeypatch.delenv(name, raising=False)


def test_flag_before_environment_before_dotenv_before_toml_before_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delay, origin = value_and_origin("crawl.delay_s")
    assert (delay, origin) == (1.0, "default")
    (tmp_path / "marque.toml").write_text("[crawl]\ndelay_s = 2\n")
    assert value_and_origin("crawl.delay_s") == (2.0, "marque.toml")
    (tmp_path / ".env").write_text("MARQUE_CRAWL__DELAY_S=3\nUNRELATED=x\n")
    assert value_and_origin("crawl.delay_s") == (3.0, ".env")
    monkeypatch.setenv("MARQUE_CRAWL__DELAY_S", "4")
    assert value_and_origin("crawl.delay_s") == (4.0, "environment")
    assert value_and_origin("crawl.delay_s", {"crawl": {"delay_s": 5}}) == (5.0, "flag")


def test_sources_fill_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "marque.toml").write_text("jobs = 3\n[crawl]\nconcurrency = 7\n")
    monkeypatch.setenv("MARQUE_CRAWL__DELAY_S", "0")
    loaded = load_settings()
    assert (loaded.values.jobs, loaded.values.crawl.concurrency) == (3, 7)
    assert loaded.values.crawl.delay_s == 0.0


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("MARQUE_CRAWL__DELAY_S", "-1", "crawl.delay_s"),
        ("MARQUE_CRAWL__DELAY_S", "soon", "crawl.delay_s"),
        ("MARQUE_CRAWL__DELY_S", "1", "crawl.dely_s"),
        ("MARQUE_DTA", "/x", "MARQUE_DTA"),
        ("MARQUE_MATCH_THRESHOLD", "2", "match_threshold"),
    ],
)
def test_a_wrong_setting_is_named_with_its_source(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, named: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidSettings) as caught:
        load_settings()
    (problem,) = caught.value.problems
    assert problem.startswith(f"{named}:")
    assert problem.endswith("(environment)")


def test_a_wrong_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "marque.toml").write_text("jobs = \n")
    with pytest.raises(InvalidSettings, match=r"marque\.toml"):
        load_settings()
    monkeypatch.setenv("MARQUE_CONFIG", str(tmp_path / "missing.toml"))
    with pytest.raises(InvalidSettings, match=r"missing\.toml"):
        load_settings()


def test_every_setting_says_what_it_means_in_both_languages() -> None:
    for name in shown(load_settings().values):
        english, _, chinese = meaning(name).partition(" · ")
        assert english.isascii()
        assert chinese
        assert not chinese.isascii()


def value_and_origin(name: str, flags: dict[str, object] | None = None) -> tuple[object, str]:
    loaded = load_settings(flags)
    return shown(loaded.values)[name], loaded.origins[name]
