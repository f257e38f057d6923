"""`marque targets`: sites to watch, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from console.cli.house import House, common_options, pass_house
from console.cli.schedule_options import facts_of, refuse_wrong_hosts, target_options
from console.cli.searching import (
    list_option,
    listed,
    said_places,
    search_facts,
    search_options,
)
from console.cli.speech import add_row, say_line, table
from console.cli.telling import account_json, said_moment, said_outlook, say_accounts
from crawlers import visits
from crawlers.history import history
from crawlers.links import canonical
from crawlers.schedule.rules import check
from crawlers.schedule.watch import Watch
from index import targets
from index.documents import Channel, Revisit, Target

if TYPE_CHECKING:
    from pathlib import Path

    from crawlers.schedule.outlook import Outlook

_allow = click.option(
    "--allow", multiple=True, metavar="HOST[:PORT]", help="Private host allowed · 允许的内网主机"
)
_because = click.option(
    "--because", default="", metavar="REASON", help="Reason, for the audit trail · 理由（记入审计）"
)


@click.group("targets")
def command() -> None:
    """Sites to watch · 监测目标."""


@command.command()
@click.argument("urls", nargs=-1)
@list_option
@click.option("--name", help="Name · 名称")
@click.option(
    "--channel",
    type=click.Choice([one.value for one in Channel]),
    default=Channel.WEB.value,
    show_default=True,
    help="Channel · 渠道",
)
@_allow
@search_options
@target_options
@_because
@common_options
@pass_house
def add(
    house: House,
    /,
    urls: tuple[str, ...],
    lists: tuple[Path, ...],
    name: str | None,
    channel: str,
    because: str,
    **said: Any,
) -> None:
    """Watch a site or search, by hand or at set times · 添加监测目标，可定时、可检索."""
    refuse_wrong_hosts(said["allow"])
    for url in urls:
        if canonical(url) is None:
            raise click.UsageError(f"{url} is not an http(s) address · 不是 http(s) 网址")
    zone = house.settings.schedule.time_zone
    searched = search_facts(house, said)
    defaults = {"delay_s": house.settings.crawl.delay_s, "time_zone": zone}
    facts: dict[str, Any] = defaults | searched | facts_of(house, said, zone=zone)
    urls = (*urls, *listed(house, lists))
    places = (*urls, *facts.get("searches", ()))
    if not places:
        raise click.UsageError("URL, --urls, --search or --engine is needed · 须指定网址或检索方式")
    repeats = facts.get("cron") or facts.get("revisit") is Revisit.ADAPTIVE
    if facts.get("key_works") and repeats:
        facts.setdefault("cadence", house.settings.schedule.key_works_cadence)
    target = targets.add(
        house.store.records,
        urls,
        name=name or places[0],
        channel=Channel(channel),
        actor=house.settings.actor,
        because=because,
        check=check,
        **facts,
    )
    _tell(house, target)


@command.command()
@click.argument("target")
@click.option("--name", help="Name · 名称")
@_allow
@search_options
@target_options
@_because
@common_options
@pass_house
def edit(house: House, /, target: str, because: str, **said: Any) -> None:
    """Change what is said here; an empty text takes back · 修改；空文本表示取消."""
    records = house.store.records
    before = records.get(Target, records.resolve(Target, target)).record
    searched = search_facts(house, said)
    facts = searched | facts_of(house, said, zone=before.time_zone)
    if not (before.urls or facts.get("searches", before.searches)):
        raise click.UsageError("nothing would be left to visit · 将没有可采集的网址或检索")
    if "allow" in facts:
        facts["allow"] = tuple(filter(None, facts["allow"]))
        refuse_wrong_hosts(facts["allow"])
    changed = targets.edit(
        records, before.id, facts, actor=house.settings.actor, because=because, check=check
    )
    _tell(house, changed)


@command.command("list")
@click.option("--campaign", metavar="NAME", help="Only of this campaign · 仅此专项行动")
@common_options
@pass_house
def list_(house: House, campaign: str | None) -> None:
    """List targets and when each is due next · 列出监测目标及下次采集时间."""
    rows = table(
        house,
        ("Target", "目标"),
        ("Name", "名称"),
        ("Channel", "渠道"),
        ("Addresses", "网址"),
        ("Schedule", "计划"),
        ("Next", "下次采集"),
    )
    for target, outlook in Watch(house.store.records).outlooks():
        if campaign is not None and target.campaign != campaign:
            continue
        if house.as_json:
            house.emit(_listed(target, outlook))
        else:
            add_row(
                rows,
                target.id,
                target.name,
                target.channel.value,
                said_places(house, target),
                _plan(target),
                said_outlook(house, target, outlook),
            )
    if not house.as_json:
        house.out.print(rows)


@command.command()
@click.argument("target")
@click.option("--off", is_flag=True, help="Go on watching · 恢复监测")
@_because
@common_options
@pass_house
def pause(house: House, target: str, because: str, *, off: bool) -> None:
    """Begin no crawl for a while; one that runs goes on · 暂停监测（进行中的采集不受影响）."""
    records = house.store.records
    id = records.resolve(Target, target)
    changed = targets.pause(
        records, id, paused=not off, actor=house.settings.actor, because=because
    )
    if house.as_json:
        house.emit(changed.model_dump(mode="json"))
    else:
        house.note(*(("watched again", "已恢复监测") if off else ("paused", "已暂停")))


@command.command()
@click.argument("target")
@common_options
@pass_house
def run(house: House, target: str) -> None:
    """Begin a crawl now, for workers to run · 立即采集（由 worker 执行）."""
    records = house.store.records
    found = records.get(Target, records.resolve(Target, target)).record
    if found.paused:
        raise click.UsageError(f"{found.id} is paused (targets pause --off) · 监测目标已暂停")
    terms = visits.terms_of(found)
    crawl = visits.begin(records, actor=house.settings.actor, target_id=found.id, **terms)
    if house.as_json:
        house.emit(crawl.model_dump(mode="json"))
    else:
        say_line(house, crawl.id)
        house.note("workers (marque worker) run it", "由 worker 执行（marque worker）")


@command.command("history")
@click.argument("target")
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="Latest · 最近次数"
)
@common_options
@pass_house
def history_(house: House, target: str, limit: int) -> None:
    """Tell what each crawl fetched, was refused, found and cost · 各次采集的情况."""
    records = house.store.records
    found = records.get(Target, records.resolve(Target, target)).record
    told = history(records, found, limit=limit)
    if house.as_json:
        for account in told:
            house.emit(account_json(account))
    else:
        say_accounts(house, told)


@command.command()
@click.argument("target")
@_because
@common_options
@pass_house
def remove(house: House, target: str, because: str) -> None:
    """Stop watching for good; what was seen stays · 移除目标；已有线索保留."""
    records = house.store.records
    id = records.resolve(Target, target)
    targets.remove(records, id, actor=house.settings.actor, because=because)
    if house.as_json:
        house.emit({"target_id": id, "removed": True})
    else:
        house.note(f"{id} is removed", f"{id} 已移除")


def _tell(house: House, target: Target) -> None:
    if house.as_json:
        house.emit(target.model_dump(mode="json"))
    else:
        say_line(house, target.id)


def _listed(target: Target, outlook: Outlook | None) -> dict[str, Any]:
    return {
        **target.model_dump(mode="json"),
        "standing": outlook.standing.value if outlook else "unreadable",
        "due_at": outlook.due_at.isoformat() if outlook and outlook.due_at else None,
        "begins_at": outlook.begins_at.isoformat() if outlook and outlook.begins_at else None,
    }


def _plan(target: Target) -> str:
    """Return a target's schedule as it was given, in short."""
    window = [
        said_moment(moment, target.time_zone) if moment else ""
        for moment in (target.starts_at, target.ends_at)
    ]
    parts = [
        target.cron,
        target.revisit.value if target.revisit is Revisit.ADAPTIVE else "",
        f"×{target.cadence}" if target.cadence > 1 else "",
        " – ".join(window).strip() if any(window) else "",
        target.campaign,
    ]
    return "\n".join(filter(None, parts))
