"""Search engines in the settings: keys are never shown, addresses have no user in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from settings.sources import InvalidSettings, load_settings, shown

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "key-of-brave"  # noqa: S105  a test's


def test_keys_come_from_file_and_environment_and_are_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "marque.toml").write_text('[search.ids]\ngoogle = "cx"\n')
    monkeypatch.setenv("MARQUE_SEARCH__KEYS__BRAVE", SECRET)
    loaded = load_settings()
    assert loaded.values.search.keys["brave"].get_secret_value() == SECRET
    assert loaded.values.search.ids == {"google": "cx"}
    assert SECRET not in str(shown(loaded.values)) + repr(loaded.values)


@pytest.mark.parametrize("url", ["search.example", "ftp://a.example", "https://u:p@a.example"])
def test_what_is_no_address_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUE_SEARCH__ADDRESSES__SEARXNG", url)
    with pytest.raises(InvalidSettings, match="searxng"):
        load_settings()
