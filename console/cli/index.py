"""`marque index`: what fingerprints are found by."""

from __future__ import annotations

import click

from console.cli.house import House, common_options, pass_house


@click.group("index")
def command() -> None:
    """What fingerprints are found by · 指纹索引."""


@command.command()
@common_options
@pass_house
def rebuild(house: House) -> None:
    """Make the index anew from the stored fingerprints · 用已存指纹重建索引."""
    house.store.fingerprints.rebuild()
    if house.as_json:
        house.emit({"rebuilt": True})
    else:
        house.note("The index is made anew.", "索引已重建。")
