"""docs/profiles.md tells of every field, kind of page, key and command."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from console.cli.profiles import command
from crawlers.profiles.form import (
    FORMS,
    GROUPS,
    Form,
    GroupField,
    PageKind,
    Pages,
    PlainField,
    Profile,
    Site,
    Source,
)
from crawlers.profiles.shelf import engines, parse

if TYPE_CHECKING:
    from pydantic import BaseModel

PAGE = (Path(__file__).parents[4] / "docs" / "profiles.md").read_text("utf-8")
MODELS: tuple[type[BaseModel], ...] = (Profile, Site, Pages, PlainField, GroupField, Source)
KEYS = {field.alias or name for model in MODELS for name, field in model.model_fields.items()}


@pytest.mark.parametrize(
    "name", sorted({*FORMS, *GROUPS, *map(str, PageKind), *map(str, Form), *KEYS} - {"fields"})
)
def test_named(name: str) -> None:
    assert re.search(rf"`(?:\[pages\.)?{name}\b|\[{name}\b", PAGE)


@pytest.mark.parametrize("name", sorted(command.commands))
def test_command(name: str) -> None:
    assert f"marque profiles {name}" in PAGE


def test_engines_are_counted() -> None:
    assert f"Profiles of {len(list(engines()))} page engines" in PAGE
    assert f"内置 {len(list(engines()))} 种" in PAGE


def test_the_example_is_a_profile() -> None:
    found = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    assert parse(Path("example.toml"), found[1].encode()).name == "riverbooks"
