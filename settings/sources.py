"""Where settings come from, and which source each value came from."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import (
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsError,
)

from settings.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG_VARIABLE = "MARQUE_CONFIG"
"""Names the TOML file; without it, marque.toml in the working folder is read where there is one."""

_DEFAULT_FILE = "marque.toml"
_TEST_PREFIX = "MARQUE_TEST_"
_DEFAULT_ORIGIN = "default"


class InvalidSettings(Exception):
    """A setting has a wrong name, type or value; `problems` name each, with its source."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings, and for each dotted name where its value came from."""

    values: Settings
    origins: Mapping[str, str]


def load_settings(flags: Mapping[str, Any] | None = None) -> LoadedSettings:
    """Read all sources: flags > environment > .env > TOML > defaults. Raises `InvalidSettings`."""
    toml_path, toml = _toml()
    named: list[tuple[str, PydanticBaseSettingsSource]] = [
        ("flag", InitSettingsSource(Settings, dict(flags or {}))),
        ("environment", EnvSettingsSource(Settings)),
        (str(toml_path), InitSettingsSource(Settings, toml)),
    ]
    try:
        read = [(origin, _flat(source())) for origin, source in named]
        read.insert(2, (".env", _ours(_flat(DotEnvSettingsSource(Settings)()))))
    except SettingsError as error:
        raise InvalidSettings((str(error),)) from error
    merged: dict[str, tuple[Any, str]] = {}
    for origin, values in reversed(read):
        merged.update({name: (value, origin) for name, value in values.items() if value != {}})
    _refuse_unknown(merged)
    try:
        settings = Settings(**_nested({name: value for name, (value, _) in merged.items()}))
    except ValidationError as error:
        raise InvalidSettings(_problems(error, merged)) from None
    origins = {
        name: merged[name][1] if name in merged else _DEFAULT_ORIGIN
        for name in _flat(settings.model_dump())
    }
    return LoadedSettings(settings, origins)


def shown(settings: Settings) -> dict[str, Any]:
    """Return every value under its dotted name."""
    return _flat(settings.model_dump(mode="json"))


def meaning(name: str) -> str:
    """Return what a setting means, in both languages."""
    fields = Settings.model_fields
    head, _, rest = name.partition(".")
    if not rest:
        return fields[head].description or ""
    section = fields[head].annotation
    field = rest.partition(".")[0]  # what follows is a name that people gave
    description: str | None = section.model_fields[field].description  # type: ignore[union-attr]
    return description or ""


def _toml() -> tuple[Path, dict[str, Any]]:
    named = os.environ.get(CONFIG_VARIABLE)
    path = Path(named or _DEFAULT_FILE)
    if named is None and not path.exists():
        return path, {}
    try:
        return path, tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidSettings((f"{path}: {error}",)) from error


def _ours(dotenv: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what a shared .env holds for other programs."""
    prefix = Settings.model_config["env_prefix"].lower()
    return {
        name: value
        for name, value in dotenv.items()
        if name.partition(".")[0] in Settings.model_fields or name.startswith(prefix)
    }


def _refuse_unknown(merged: Mapping[str, tuple[Any, str]]) -> None:
    known = _flat(Settings().model_dump())
    unknown = [
        f"{name}: no such setting ({origin})"
        for name, (_, origin) in merged.items()
        if name not in known and known.get(name.rpartition(".")[0]) != {}
    ]
    unknown += [f"{name}: no such setting (environment)" for name in _stray_variables()]
    if unknown:
        raise InvalidSettings(tuple(unknown))


def _stray_variables() -> list[str]:
    """Return variables that look like settings but name none: a slip of the pen, most likely."""
    prefix = Settings.model_config["env_prefix"]
    return [
        name
        for name in sorted(os.environ)
        if name.startswith(prefix)
        and name != CONFIG_VARIABLE
        and not name.startswith(_TEST_PREFIX)
        and name.removeprefix(prefix).partition("__")[0].lower() not in Settings.model_fields
    ]


def _problems(error: ValidationError, merged: Mapping[str, tuple[Any, str]]) -> tuple[str, ...]:
    problems = []
    for one in error.errors():
        name = ".".join(str(step) for step in one["loc"])
        problems.append(f"{name}: {one['msg']} ({merged.get(name, (None, '?'))[1]})")
    return tuple(problems)


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and (value or not prefix):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in values.items():
        *sections, last = name.split(".")
        inner = nested
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[last] = value
    return nested
