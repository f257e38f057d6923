"""`marque config`: what is set, and where each value came from."""

from __future__ import annotations

import click

from console.cli.house import House, common_options, pass_house
from console.cli.speech import add_row, table
from settings.sources import meaning, shown


@click.group("config")
def command() -> None:
    """Settings and their origin · 配置及其来源."""


@command.command()
@common_options
@pass_house
def show(house: House) -> None:
    """Show every setting with its origin · 显示每项配置及其来源."""
    values = shown(house.settings)
    origins = house.loaded.origins
    if house.as_json:
        house.emit(
            {name: {"value": value, "origin": origins[name]} for name, value in values.items()}
        )
        return
    rows = table(
        house, ("Setting", "配置项"), ("Value", "值"), ("Origin", "来源"), ("Meaning", "含义")
    )
    for name, value in values.items():
        english, _, chinese = meaning(name).partition(" · ")
        add_row(rows, name, value, origins[name], house.say(english, chinese))
    house.out.print(rows)
