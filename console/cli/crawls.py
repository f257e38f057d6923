"""`marque crawls`: visits to targets, as they stand and as they went."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from console.cli.house import House, common_options, pass_house
from console.cli.profiles import say_standings, standing_json
from console.cli.reasons import explain, suggest_rendering
from console.cli.searching import said_places
from console.cli.speech import add_row, say_line, table
from console.cli.telling import account_json, said_state, say_accounts
from console.plans import frontier_of, profiles_of
from crawlers import visits
from crawlers.browser.unshown import unshown
from crawlers.frontier.location import open_frontier
from crawlers.history import account_of
from crawlers.profiles.shelf import open_shelf
from crawlers.profiles.standing import broken_in
from index.contract import Query
from index.documents import Crawl, CrawlState, Sighting, Target
from index.errors import NotFound
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.frontier.contract import Stats


@click.group("crawls")
def command() -> None:
    """Crawls that run and ran · 采集任务."""


@command.command("list")
@click.option("--target", metavar="TARGET", help="Only of this target · 仅此目标")
@click.option(
    "--state",
    type=click.Choice([one.value for one in CrawlState]),
    help="Only in this state · 仅此状态",
)
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="Latest · 最近次数"
)
@common_options
@pass_house
def list_(house: House, target: str | None, state: str | None, limit: int) -> None:
    """List crawls, the latest first · 列出采集任务."""
    records = house.store.records
    where: dict[str, Any] = {}
    if target is not None:
        where["target_id"] = records.resolve(Target, target)
    if state is not None:
        where["state"] = state
    rows = table(
        house,
        ("Crawl", "采集"),
        ("State", "状态"),
        ("Target", "目标"),
        ("Began (UTC)", "开始（UTC）"),
        ("Priority", "优先级"),
        ("Addresses", "网址"),
    )
    for stored in records.find(Query(Crawl, where, order="-started_at"), limit=limit).items:
        crawl = stored.record
        if house.as_json:
            house.emit(crawl.model_dump(mode="json"))
        began = crawl.started_at.strftime("%Y-%m-%d %H:%M:%S")
        add_row(
            rows,
            crawl.id,
            said_state(house, crawl.state),
            crawl.target_id or "",
            began,
            crawl.priority,
            said_places(house, crawl),
        )
    if not house.as_json:
        house.out.print(rows)


@command.command()
@click.argument("crawl")
@common_options
@pass_house
def show(house: House, crawl: str) -> None:
    """Tell how a crawl stands and what it did · 采集任务的进度与结果."""
    records = house.store.records
    found = records.get(Crawl, records.resolve(Crawl, crawl)).record
    account = account_of(records, found)
    stats = _stats(house, found)
    broken = broken_in(records, open_shelf(profiles_of(house)), found)
    if house.as_json:
        frontier = stats and {**asdict(stats), "failed": dict(stats.failed)}
        told = [standing_json(one) for one in broken]
        house.emit({**account_json(account), "frontier": frontier, "profiles_broken": told})
        return
    say_accounts(house, [account])
    explain(house, (*account.failed, *account.unexamined))
    suggest_rendering(house, unshown(house.store, found.id))
    if broken:
        house.note(
            "site profiles that no longer hold; pages were read without them:",
            "以下站点规则已失效，页面按通用方式识别：",
        )
        say_standings(house, broken)
    if stats is None:
        house.note("no worker has taken it up", "尚无 worker 执行")
        return
    say_line(
        house,
        house.say(
            f"addresses: {stats.waiting} waiting, {stats.leased} under way, {stats.done} done,"
            f" {stats.dead} given up, {stats.over_budget} over budget",
            f"网址：待采 {stats.waiting}，进行中 {stats.leased}，完成 {stats.done}，"
            f"放弃 {stats.dead}，超出上限 {stats.over_budget}",
        ),
    )


@command.command()
@click.argument("crawl")
@click.option(
    "--because", default="", metavar="REASON", help="Reason, for the audit trail · 理由（记入审计）"
)
@common_options
@pass_house
def stop(house: House, crawl: str, because: str) -> None:
    """End a crawl for good; workers leave it alone · 终止采集任务."""
    records = house.store.records
    id = records.resolve(Crawl, crawl)
    stopped = visits.stop(records, id, actor=house.settings.actor, because=because)
    if stopped.state is CrawlState.STOPPED:
        with suppress(NotFound):  # no worker has taken it up
            open_frontier(frontier_of(house)).forget(stopped.queue)
    if house.as_json:
        house.emit(stopped.model_dump(mode="json"))
    else:
        say_line(house, f"{stopped.id} {said_state(house, stopped.state)}")


@command.command()
@click.argument("crawl")
@common_options
@pass_house
def dead(house: House, crawl: str) -> None:
    """List addresses that were given up, and why · 列出放弃的网址及原因."""
    records = house.store.records
    found = records.get(Crawl, records.resolve(Crawl, crawl)).record
    rows = table(
        house, ("Reason", "原因"), ("Tries", "次数"), ("Address", "网址"), ("Details", "详情")
    )
    codes: set[str] = set()
    for letter in _dead(house, found):
        codes.add(letter["code"])
        if house.as_json:
            house.emit(letter)
        else:
            add_row(rows, letter["code"], letter["attempts"] or "", letter["url"], letter["reason"])
    if not house.as_json:
        house.out.print(rows)
        explain(house, codes)


@command.command()
@click.argument("crawl")
@click.option(
    "--code", "codes", multiple=True, metavar="CODE", help="Only for this reason · 仅此原因"
)
@common_options
@pass_house
def retry(house: House, crawl: str, codes: tuple[str, ...]) -> None:
    """Try again what was given up, as a crawl of its own · 重试放弃的网址（另起采集任务）."""
    records = house.store.records
    found = records.get(Crawl, records.resolve(Crawl, crawl)).record
    letters = [one for one in _dead(house, found) if not codes or one["code"] in codes]
    if not letters:
        house.note("nothing was given up", "没有放弃的网址")
        return
    urls = tuple(dict.fromkeys(one["url"] for one in letters))
    terms = {**visits.terms_of(found), "urls": urls}
    begun = visits.begin(records, actor=house.settings.actor, **terms)
    if house.as_json:
        house.emit(begun.model_dump(mode="json"))
    else:
        say_line(house, begun.id)
        house.note(
            f"{len(urls)} addresses; workers (marque worker) visit them",
            f"共 {len(urls)} 个网址，由 worker 采集（marque worker）",
        )


def _stats(house: House, crawl: Crawl) -> Stats | None:
    """Return how a crawl stands in the frontier; None where it never was there, or is no more."""
    try:
        return open_frontier(frontier_of(house)).stats(crawl.queue)
    except NotFound:
        return None


def _dead(house: House, crawl: Crawl) -> Iterator[dict[str, Any]]:
    """Yield what was given up: as the frontier has it, or, once it has forgotten, as was seen."""
    try:
        for letter in open_frontier(frontier_of(house)).dead(crawl.queue):
            yield {
                "url": letter.discovery.url,
                "referrer": letter.discovery.referrer,
                "attempts": letter.attempts,
                "code": letter.code,
                "reason": letter.reason,
            }
    except NotFound:
        yield from _failed(house, crawl.id)


def _failed(house: House, crawl_id: str) -> Iterator[dict[str, Any]]:
    for stored in scan(house.store.records, Query(Sighting, {"crawl_id": crawl_id})):
        seen = stored.record
        if seen.failure is not None and seen.payload is None:
            yield {
                "url": seen.url,
                "referrer": seen.referrer,
                "attempts": None,
                "code": seen.failure.code,
                "reason": seen.failure.reason,
            }
