"""`marque kibana`: data views, searches and dashboards for operators."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from console.cli.house import House, common_options, pass_house
from console.cli.speech import add_row, table
from index.kibana.build import ndjson
from index.kibana.client import Kibana, KibanaLocation
from index.kibana.install import install as put
from index.kibana.saved_objects import Installation
from settings.sources import InvalidSettings

if TYPE_CHECKING:
    from collections.abc import Callable


def _setting(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """Take an option for the setting of its name."""
    if value is not None and parameter.name is not None:
        context.ensure_object(House).flags[parameter.name] = value


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what says whose objects are made, and where."""
    for option in (
        click.option(
            "--space",
            "kibana_space",
            metavar="ID",
            expose_value=False,
            callback=_setting,
            help="Space in Kibana (MARQUE_KIBANA_SPACE) · Kibana 空间",
        ),
        click.option(
            "--console-url",
            metavar="URL",
            expose_value=False,
            callback=_setting,
            help="Console that rows link to (MARQUE_CONSOLE_URL) · 链接指向的控制台地址",
        ),
    ):
        command = option(command)
    return command


@click.group("kibana")
def command() -> None:
    """Dashboards for operators · 运营仪表板."""


@command.command()
@_options
@common_options
@pass_house
def install(house: House) -> None:
    """Put data views, searches and dashboards into Kibana · 安装数据视图、搜索与仪表板.

    Done again, it puts them back as they came, without what people changed in them.
    """
    kibana = Kibana(_location(house))
    installation = _installation(house)
    done = put(kibana, installation)
    if house.as_json:
        house.emit(
            {
                "url": kibana.url,
                "version": done.version,
                "space": installation.space,
                "space_made": done.space_made,
                "objects": done.objects,
                "dashboards": done.dashboards,
            }
        )
        return
    if done.space_made:
        house.note(f"Space {installation.space} is made.", f"已新建空间 {installation.space}。")
    if not installation.console_url:
        house.note(
            "console_url is not set: rows don't link to the console.",
            "未设置 console_url：表格行不链接到控制台。",
        )
    rows = table(house, ("Dashboard", "仪表板"), ("Address", "地址"))
    for title, url in done.dashboards.items():
        add_row(rows, title, url)
    house.out.print(rows)
    house.note(
        f"{done.objects} objects are in Kibana {done.version}.",
        f"已在 Kibana {done.version} 中安装 {done.objects} 个对象。",
    )


@command.command()
@_options
@common_options
@pass_house
def export(house: House) -> None:
    """Print them as NDJSON, for import by hand · 输出 NDJSON，供手工导入."""
    sys.stdout.buffer.write(ndjson(_installation(house)).encode())


def _installation(house: House) -> Installation:
    said = house.settings
    return Installation(said.elasticsearch_prefix, said.kibana_space, said.console_url)


def _location(house: House) -> KibanaLocation:
    said = house.settings
    if not said.kibana_url:
        raise InvalidSettings(("kibana_url: not set, nor MARQUE_KIBANA_URL",))
    return KibanaLocation(
        said.kibana_url,
        api_key=said.kibana_api_key.get_secret_value(),
        user=said.kibana_user,
        password=said.kibana_password.get_secret_value(),
        ca_certs=said.kibana_ca_certs,
    )
