"""`marque demo`: the whole way, once, on real content, with nothing else running."""

from __future__ import annotations

import shlex
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli.batch import answers
from console.cli.crawl import conclude, run_shown
from console.cli.house import House, common_options, pass_house
from console.cli.speech import say_line
from console.demo import report
from console.demo.content import content_of, shipped_content
from console.demo.productions import productions
from console.demo.world import demo_world
from console.files import FileToRegister, Registered, RegistrarSource
from console.plans import plan_of
from crawlers import visits
from index import grants
from index.contract import Query
from index.documents import Case, Grant, Match, Sighting, Work, WorkKind
from index.registration import WorkFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.demo.server import ServedSite
    from console.demo.world import DemoGrant, DemoWork, DemoWorld
    from crawlers.errors import CrawlError
    from crawlers.plan import CrawlPlan

_PHOTOGRAPHED = 1
"""Pages of a site, where there is a browser: it takes a second each."""
_KINDS = {
    WorkKind.LITERATURE: "文字",
    WorkKind.IMAGE: "图片",
    WorkKind.VIDEO: "影视",
    WorkKind.MUSIC: "音乐",
    WorkKind.GAME: "游戏",
    WorkKind.SOFTWARE: "软件",
    WorkKind.COMIC: "漫画",
    WorkKind.STANDARD: "标准",
}


@click.command("demo")
@click.option(
    "--content",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of texts and pictures to use instead · 用此目录中的文本和图片代替自带内容",
)
@common_options
@pass_house
def command(house: House, /, content: Path | None) -> None:
    """The whole way on real content, with nothing else running · 用真实内容演示全流程.

    Serves a small web of pirates on loopback, a site a channel, registers works, crawls, matches,
    files cases. With texts and pictures of your own it shows what is of these.
    """
    started = time.monotonic()
    if house.loaded.origins["data"] == "default":
        _use_folder(house, tempfile.mkdtemp(prefix="marque-demo-"))
    material = content_of(content) if content else shipped_content()
    made = None if content else productions()
    with demo_world(material, made) as world:
        works = _register(house, world.works)
        granted = [_grant(house, grant, works) for grant in world.grants]
        _tell_beginning(house, world, works, granted)
        plans = _plans(house, world, works)
        for plan, done in zip(plans, run_shown(house, plans), strict=True):
            conclude(house, plan, done)
    seconds = time.monotonic() - started
    if house.as_json:
        house.emit(report.result(house, world.sites, seconds))
    else:
        _tell_end(house, world.sites, seconds)


def _use_folder(house: House, folder: str) -> None:
    house.flags["data"] = folder
    del house.loaded


def _register(house: House, works: Sequence[DemoWork]) -> dict[str, Work]:
    """Register the works as a holder would, from files; return them by title."""
    folder = house.settings.data / "works"
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for work in works:
        path = folder / work.filename
        path.write_bytes(work.content)
        facts = WorkFacts(
            category=work.category,
            title=work.title,
            holder=work.holder,
            aliases=work.aliases,
            creators=work.creators,
        )
        files.append(FileToRegister(path=path, facts=facts, actor=house.settings.actor))
    source = RegistrarSource(house.location, house.limits.files)
    answered = answers(
        files,
        source,
        _failed,
        takes=FileToRegister,
        gives=Registered,
        jobs=house.settings.jobs,
        limits=house.limits,
    )
    return {one.work.title: one.work for one in answered if one.work is not None}


def _failed(_: FileToRegister, error: CrawlError) -> Registered:
    raise error


def _grant(house: House, grant: DemoGrant, works: dict[str, Work]) -> Grant:
    return grants.record(
        house.store.records,
        actor=house.settings.actor,
        grantor=grant.grantor,
        grantee=grant.grantee,
        works=tuple(works[title].id for title in grant.titles),
        sites=(grant.site,),
    )


def _plans(house: House, world: DemoWorld, works: dict[str, Work]) -> list[CrawlPlan]:
    plans = []
    everywhere = tuple(at.host for at in world.sites)
    for at in world.sites:
        if at.site.search:
            texts = (one.id for one in works.values() if one.category is WorkKind.LITERATURE)
            terms = {"searches": (f"{at.url}{at.site.search}",), "search_works": tuple(texts)}
            plans.append(_plan(house, at, [], allow=everywhere, **terms))
        elif at.site.is_named:
            plans.append(_plan(house, at, [at.url], allow=(at.host,)))
    return plans


def _plan(house: House, at: ServedSite, urls: Sequence[str], **terms: Any) -> CrawlPlan:
    crawl = visits.begin(
        house.store.records,
        urls,
        at.site.channel,
        actor=house.settings.actor,
        delay_s=0.0,
        **terms,
    )
    plan = plan_of(house, crawl, jobs=1)
    return replace(plan, browser=replace(plan.browser, matches=_PHOTOGRAPHED))


def _tell_beginning(
    house: House, world: DemoWorld, works: dict[str, Work], granted: Sequence[Grant]
) -> None:
    kinds = Counter(work.category for work in works.values())
    english = ", ".join(f"{count} {kind.value}" for kind, count in kinds.items())
    chinese = "，".join(f"{_KINDS[kind]} {count}" for kind, count in kinds.items())
    house.note(
        f"{len(works)} works registered ({english}), {len(granted)} grants recorded;"
        f" crawling {len(world.sites)} sites on loopback …",
        f"已登记作品 {len(works)} 件（{chinese}），授权 {len(granted)} 项；"
        f"正在采集本机上的 {len(world.sites)} 个网站……",
    )


def _tell_end(house: House, sites: Sequence[ServedSite], seconds: float) -> None:
    records = house.store.records
    cases = report.tell(house, sites)
    sightings, matches = records.count(Query(Sighting)), records.count(Query(Match))
    covered = records.count(Query(Match, {"case_id": None}))
    say_line(
        house,
        house.say(
            f"\n{sightings} sightings, {matches} matches ({covered} covered by a grant),"
            f" {len(cases)} cases in {seconds:.1f} s.",
            f"\n线索 {sightings} 条，匹配 {matches} 处（其中 {covered} 处已获授权），"
            f"案件 {len(cases)} 件，用时 {seconds:.1f} 秒。",
        ),
    )
    if cases:
        _tell_how_to_go_on(house, cases[0])


def _tell_how_to_go_on(house: House, case: Case) -> None:
    program = shlex.join([sys.argv[0], "--data", str(house.settings.data)])
    say_line(
        house,
        house.say(
            f"Look further:\n  {program} cases show {case.id}\n"
            f"  {program} cases show {case.id} --html case.html\n"
            f"  {program} cases confirm {case.id} --reason '…'",
            f"进一步查看：\n  {program} cases show {case.id}\n"
            f"  {program} cases show {case.id} --html case.html\n"
            f"  {program} cases confirm {case.id} --reason '……'",
        ),
    )
