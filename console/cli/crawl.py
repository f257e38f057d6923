"""`marque crawl`: visit targets or addresses now, until all they brought has been examined."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cases import rejudging
from console.cli import failures
from console.cli.house import House, common_options, pass_house
from console.cli.reasons import explain, suggest_rendering
from console.cli.renewal import remind
from console.cli.schedule_options import facts_of, limit_options, refuse_wrong_hosts
from console.cli.searching import key_work_option, list_option, listed, search_facts, search_options
from console.cli.speech import say_line
from console.plans import plan_of
from crawlers import visits
from crawlers.browser.unshown import unshown
from crawlers.crawl import close, run_all
from crawlers.errors import ForbiddenAddress
from crawlers.links import canonical
from index.contract import Query
from index.documents import Case, Channel, Crawl, Match, Sighting, Target
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawlers.plan import CrawlPlan
    from crawlers.tally import CrawlReport


@click.command("crawl")
@click.argument("places", nargs=-1, metavar="TARGET_OR_URL...")
@list_option
@click.option(
    "--channel",
    type=click.Choice([one.value for one in Channel]),
    default=Channel.WEB.value,
    show_default=True,
    help="Channel of the addresses · 网址所属渠道",
)
@click.option(
    "--allow", multiple=True, metavar="HOST[:PORT]", help="Private host allowed · 允许的内网主机"
)
@search_options
@key_work_option
@limit_options
@click.option("--jobs", type=click.IntRange(1), help="Processes that examine · 检测进程数")
@common_options
@pass_house
def command(
    house: House,
    /,
    places: tuple[str, ...],
    lists: tuple[Path, ...],
    jobs: int | None,
    **wanted: Any,
) -> int:
    """Crawl targets, addresses, searches now; run again to go on · 立即采集，中断后再次运行可续."""
    refuse_wrong_hosts(wanted["allow"])
    places = (*places, *listed(house, lists))
    remind(house)
    rejudging.review(house.store.records)
    plans = [
        plan_of(house, crawl, jobs=jobs or house.settings.jobs)
        for crawl in _crawls(house, places, **wanted)
    ]
    reports = run_shown(house, plans)
    for plan, report in zip(plans, reports, strict=True):
        outcome = conclude(house, plan, report)
        if house.as_json:
            house.emit(outcome)
        else:
            _print(house, outcome)
            explain(house, outcome["failed"])
            suggest_rendering(house, unshown(house.store, plan.crawl_id))
    if not all(report.finished for report in reports):
        return failures.INTERRUPTED
    reached = [_reached(house, plan) for plan in plans]
    return failures.OK if all(reached) else failures.SERVICE_DOWN


def _reached(house: House, plan: CrawlPlan) -> bool:
    """Tell whether a crawl got anything at all; if not, say why."""
    seen = [
        one.record
        for one in scan(house.store.records, Query(Sighting, {"crawl_id": plan.crawl_id}))
    ]
    if not seen and plan.search is not None:
        house.note(
            "nothing was asked: no registered work is in the scope (--works)",
            "未作检索：范围内没有登记作品（--works）",
        )
    if not seen or any(one.payload or one.status for one in seen):
        return True
    for one in seen:
        if one.failure is not None:
            house.note(
                f"{one.url}: {one.failure.code} ({one.failure.reason})",
                f"{one.url}：{one.failure.code}（{one.failure.reason}）",
            )
            if one.failure.code == ForbiddenAddress.code:
                house.note(
                    "a private host is crawled only with --allow HOST:PORT",
                    "采集内网主机须注明 --allow 主机:端口",
                )
    return False


def run_shown(house: House, plans: Sequence[CrawlPlan]) -> list[CrawlReport]:
    """Run the crawls with live progress on a terminal."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=house.err,
        disable=not house.err.is_terminal,
        transient=True,
    )
    with bar:
        tasks = {plan.crawl_id: bar.add_task(plan.crawl_id, total=None) for plan in plans}

        def show(crawl_id: str, report: CrawlReport) -> None:
            bar.update(tasks[crawl_id], description=_progress(house, report))

        return run_all(plans, on_progress=show)


def conclude(house: House, plan: CrawlPlan, report: CrawlReport) -> dict[str, Any]:
    """Close a crawl that is finished, and say what it did."""
    records = house.store.records
    if report.finished:
        close(plan, actor=house.settings.actor)
    return {
        "crawl_id": plan.crawl_id,
        "urls": list(plan.urls),
        **asdict(report),
        "failed": dict(report.failed),
        "matches": records.count(Query(Match, {"crawl_id": plan.crawl_id})),
    }


def _crawls(
    house: House, places: Sequence[str], *, channel: str, allow: tuple[str, ...], **said: Any
) -> list[Crawl]:
    """Begin, or go on with, one crawl a target and one for all addresses and searches together."""
    terms = search_facts(house, said)
    terms |= facts_of(house, said, zone=house.settings.schedule.time_zone)
    urls = [place for place in places if "://" in place]
    named = [place for place in places if "://" not in place]
    found = [_of_target(house, place, allow, terms) for place in named]
    if urls or (terms.get("searches") and not named):
        for url in urls:
            if canonical(url) is None:
                raise click.UsageError(f"{url} is not an http(s) address · 不是 http(s) 网址")
        crawl = visits.begin(
            house.store.records,
            urls,
            Channel(channel),
            actor=house.settings.actor,
            **{"allow": allow, "delay_s": house.settings.crawl.delay_s, **terms},
        )
        found.append(crawl)
    if not found:
        raise click.UsageError(
            "TARGET, URL, --urls, --search or --engine is needed · 须指定目标、网址或检索方式"
        )
    return found


def _of_target(house: House, place: str, allow: tuple[str, ...], terms: dict[str, Any]) -> Crawl:
    records = house.store.records
    target = records.get(Target, records.resolve(Target, place)).record
    if target.paused:
        raise click.UsageError(f"{target.id} is paused (targets pause --off) · 监测目标已暂停")
    return visits.begin(
        records,
        actor=house.settings.actor,
        target_id=target.id,
        **{**visits.terms_of(target), **terms, "allow": (*target.allow, *allow)},
    )


def _progress(house: House, report: CrawlReport) -> str:
    failed = sum(report.failed.values())
    mib, pace = report.bytes / 2**20, (report.pages + report.media) / max(report.seconds, 1.0)
    return house.say(
        f"{report.pages} pages, {report.media} media, {failed} failed, {mib:.1f} MiB, {pace:.1f}/s",
        f"网页 {report.pages}，媒体 {report.media}，失败 {failed}，{mib:.1f} MiB，{pace:.1f}/秒",
    )


def _print(house: House, outcome: dict[str, Any]) -> None:
    failed = ", ".join(f"{code} {count}" for code, count in sorted(outcome["failed"].items()))
    cases = house.store.records.count(Query(Case))
    say_line(
        house,
        house.say(
            f"{outcome['crawl_id']}: {outcome['pages']} pages, {outcome['media']} media,"
            f" {outcome['matches']} matches in {outcome['seconds']:.1f} s;"
            f" failed: {failed or 'none'}; {cases} cases in all (marque cases list)",
            f"{outcome['crawl_id']}：网页 {outcome['pages']}，媒体 {outcome['media']}，"
            f"匹配 {outcome['matches']}，用时 {outcome['seconds']:.1f} 秒；失败：{failed or '无'}；"
            f"现有案件 {cases} 件（marque cases list）",
        ),
    )
    if not outcome["finished"]:
        house.note(
            "stopped before the end; the same command goes on",
            "未完成即停止；再次运行同一命令可继续",
        )
