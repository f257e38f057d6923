"""`marque targets`: sites to watch."""

from __future__ import annotations

from typing import Any

import click

from console.cli.crawl import refuse_wrong_hosts
from console.cli.house import House, common_options, pass_house
from console.cli.speech import add_row, say_line, table
from crawlers.links import canonical
from index import targets
from index.contract import Query
from index.documents import Channel, Target
from index.scan import scan


@click.group("targets")
def command() -> None:
    """Sites to watch · 监测目标."""


@command.command()
@click.argument("urls", nargs=-1, required=True)
@click.option("--name", help="Name · 名称")
@click.option(
    "--channel",
    type=click.Choice([one.value for one in Channel]),
    default=Channel.WEB.value,
    show_default=True,
    help="Channel · 渠道",
)
@click.option(
    "--allow", multiple=True, metavar="HOST[:PORT]", help="Private host allowed · 允许的内网主机"
)
@click.option(
    "--delay", "delay_s", type=click.FloatRange(0), help="Seconds between requests · 请求间隔（秒）"
)
@click.option("--max-pages", type=click.IntRange(1), help="Most pages · 页数上限")
@click.option(
    "--ignore-robots-because",
    default="",
    metavar="REASON",
    help="Legal reason · 不遵守 robots.txt 的法律依据",
)
@common_options
@pass_house
def add(house: House, /, urls: tuple[str, ...], name: str | None, **facts: Any) -> None:
    """Watch a site · 添加监测目标."""
    facts["channel"] = Channel(facts["channel"])
    refuse_wrong_hosts(facts["allow"])
    for url in urls:
        if canonical(url) is None:
            raise click.UsageError(f"{url} is not an http(s) address · 不是 http(s) 网址")
    if facts["delay_s"] is None:
        facts["delay_s"] = house.settings.crawl.delay_s
    target = targets.add(
        house.store.records, urls, name=name or urls[0], actor=house.settings.actor, **facts
    )
    if house.as_json:
        house.emit(target.model_dump(mode="json"))
    else:
        say_line(house, target.id)


@command.command("list")
@common_options
@pass_house
def list_(house: House) -> None:
    """List targets · 列出监测目标."""
    rows = table(
        house,
        ("Target", "目标"),
        ("Name", "名称"),
        ("Channel", "渠道"),
        ("Addresses", "网址"),
        ("State", "状态"),
    )
    for stored in scan(house.store.records, Query(Target, order="-created_at")):
        target = stored.record
        if house.as_json:
            house.emit(target.model_dump(mode="json"))
        state = house.say("paused", "已暂停") if target.paused else house.say("watched", "监测中")
        add_row(rows, target.id, target.name, target.channel.value, "\n".join(target.urls), state)
    if not house.as_json:
        house.out.print(rows)


@command.command()
@click.argument("target")
@click.option("--off", is_flag=True, help="Go on watching · 恢复监测")
@common_options
@pass_house
def pause(house: House, target: str, *, off: bool) -> None:
    """Stop watching for a while · 暂停监测."""
    records = house.store.records
    id = records.resolve(Target, target)
    changed = targets.pause(records, id, paused=not off, actor=house.settings.actor)
    if house.as_json:
        house.emit(changed.model_dump(mode="json"))
    else:
        house.note(*(("watched again", "已恢复监测") if off else ("paused", "已暂停")))


@command.command()
@click.argument("target")
@common_options
@pass_house
def remove(house: House, target: str) -> None:
    """Stop watching for good; what was seen stays · 移除目标；已有线索保留."""
    records = house.store.records
    id = records.resolve(Target, target)
    targets.remove(records, id, actor=house.settings.actor)
    if house.as_json:
        house.emit({"target_id": id, "removed": True})
    else:
        house.note(f"{id} is removed", f"{id} 已移除")
