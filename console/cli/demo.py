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

from cases.dossier import exhibits
from console.cli.batch import answers
from console.cli.cases import case_table, quotation
from console.cli.crawl import conclude, run_shown
from console.cli.house import House, common_options, pass_house
from console.cli.speech import add_row, say_line, table
from console.demo.content import content_of, shipped_content
from console.demo.world import demo_world
from console.files import FileToRegister, Registered, RegistrarSource
from console.plans import plan_of
from crawlers import visits
from index import grants
from index.contract import Query
from index.documents import Case, CaseUrl, Grant, Match, Sighting, Work
from index.registration import WorkFacts
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.demo.world import DemoGrant, DemoWork, DemoWorld
    from crawlers.errors import CrawlError
    from crawlers.plan import CrawlPlan

_PASSAGES_SHOWN = 2


_PHOTOGRAPHED = 2
"""Pages of a site, where there is a browser: it takes a second each."""


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

    Serves a small pirate site on loopback, registers works, crawls, matches, files cases.
    """
    started = time.monotonic()
    if house.loaded.origins["data"] == "default":
        _use_folder(house, tempfile.mkdtemp(prefix="marque-demo-"))
    material = content_of(content) if content else shipped_content()
    with demo_world(material) as world:
        works = _register(house, world.works)
        granted = [_grant(house, grant, works) for grant in world.grants]
        _tell_beginning(house, world, works, granted)
        plans = _plans(house, world)
        for plan, report in zip(plans, run_shown(house, plans), strict=True):
            conclude(house, plan, report)
        sites = [(at.host, at.site.title) for at in world.sites]
    seconds = time.monotonic() - started
    if house.as_json:
        house.emit(_result(house, seconds))
    else:
        _tell_end(house, sites, seconds)


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


def _plans(house: House, world: DemoWorld) -> list[CrawlPlan]:
    plans = []
    for at in world.sites:
        crawl = visits.begin(
            house.store.records,
            [at.url],
            at.site.channel,
            actor=house.settings.actor,
            allow=(at.host,),
            delay_s=0.0,
        )
        plan = plan_of(house, crawl, jobs=1)
        plans.append(replace(plan, browser=replace(plan.browser, matches=_PHOTOGRAPHED)))
    return plans


def _tell_beginning(
    house: House, world: DemoWorld, works: dict[str, Work], granted: Sequence[Grant]
) -> None:
    texts = sum(work.category.value == "literature" for work in works.values())
    house.note(
        f"{len(works)} works registered ({texts} texts, {len(works) - texts} pictures),"
        f" {len(granted)} grants recorded; crawling {len(world.sites)} sites on loopback …",
        f"已登记作品 {len(works)} 件（文字 {texts}，图片 {len(works) - texts}），"
        f"授权 {len(granted)} 项；"
        f"正在采集本机上的 {len(world.sites)} 个网站……",
    )


def _result(house: House, seconds: float) -> dict[str, Any]:
    records = house.store.records
    return {
        "works": [
            {
                "work_id": one.record.id,
                "title": one.record.title,
                "kind": one.record.category.value,
                "holder": one.record.holder,
            }
            for one in scan(records, Query(Work, order="registered_at"))
        ],
        "sightings": records.count(Query(Sighting)),
        "matches": records.count(Query(Match)),
        "granted": records.count(Query(Match, {"case_id": None})),
        "cases": [_case(house, one.record) for one in scan(records, Query(Case))],
        "seconds": round(seconds, 2),
        "data": str(house.settings.data),
    }


def _case(house: House, case: Case) -> dict[str, Any]:
    urls = scan(house.store.records, Query(CaseUrl, {"case_id": case.id}, order="first_seen"))
    return {
        "case_id": case.id,
        "work_id": case.work_id,
        "work": case.title,
        "site": case.site,
        "urls": [one.record.url for one in urls],
        "coverage": round(case.coverage, 4),
        "score": round(case.score, 4),
    }


def _tell_end(house: House, sites: Sequence[tuple[str, str]], seconds: float) -> None:
    records = house.store.records
    _tell_of_sites(house, sites)
    cases = [one.record for one in scan(records, Query(Case, order="-url_count"))]
    house.out.print(case_table(house, cases))
    for case in cases:
        _quote(house, case)
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


def _tell_of_sites(house: House, sites: Sequence[tuple[str, str]]) -> None:
    """Print what was found on each site, and why some of it could not be examined."""
    records = house.store.records
    rows = table(
        house,
        ("Site", "网站"),
        ("Sightings", "线索"),
        ("Matches", "匹配"),
        ("Granted", "已授权"),
        ("Cases", "案件"),
        ("Not examined", "未能检测"),
        ("What it is", "说明"),
    )
    for host, title in sites:
        here = {"site": host}
        failed = Counter(
            one.record.failure.code
            for one in scan(records, Query(Sighting, here))
            if one.record.failure
        )
        add_row(
            rows,
            host,
            records.count(Query(Sighting, here)),
            records.count(Query(Match, here)),
            records.count(Query(Match, {**here, "case_id": None})),
            records.count(Query(Case, here)),
            ", ".join(f"{code} {count}" for code, count in sorted(failed.items())),
            title,
        )
    house.out.print(rows)
    house.out.print()


def _quote(house: House, case: Case) -> None:
    """Print the longest passages of a case, copy above work."""
    found = [
        (exhibit.url.url, match.modality, span)
        for exhibit in exhibits(house.store, case.id, None)
        for match in exhibit.matches
        for span in match.spans
        if span.copied
    ]
    found.sort(key=lambda one: one[2].copy_span[0] - one[2].copy_span[1])
    if found:
        say_line(house, f"\n{case.title} — {case.site}")
    for url, modality, span in found[:_PASSAGES_SHOWN]:
        say_line(house, f" {url}")
        say_line(house, quotation(house, modality, span))


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
