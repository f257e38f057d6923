"""`marque sites`: what is known of sites."""

from __future__ import annotations

from dataclasses import asdict

import click

from console.cli.house import House, common_options, pass_house
from console.cli.speech import add_row, table
from crawlers.discovery.kin import family
from index.sites import site_named, site_of


@click.group("sites")
def command() -> None:
    """What is known of sites · 网站信息."""


@command.command()
@click.argument("site")
@common_options
@pass_house
def kin(house: House, site: str) -> None:
    """List sites that show the same numbers, accounts or certificate · 疑似同一主体的网站."""
    try:
        named = site_named(site)
    except ValueError as error:
        raise click.UsageError(f"{error} · 不是网站") from error
    found = family(house.store.records, site_of(f"http://{named}"))
    if house.as_json:
        house.emit(asdict(found))
        return
    if not found.facts:
        house.note(
            f"nothing was seen on {found.site} by which it could be told",
            f"未在 {found.site} 上发现可供比对的信息",
        )
    rows = table(house, ("Site", "网站"), ("Cases", "案件"), ("Shared", "相同信息"))
    for one in found.kin:
        add_row(rows, one.site, one.cases, "\n".join(one.shared))
    house.out.print(rows)
    for fact in found.common:
        house.note(f"{fact}: shown by too many sites to tell", f"{fact}：过多网站相同，不作比对")
