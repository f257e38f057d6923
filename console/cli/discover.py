"""`marque discover`: how copies are searched for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from console.cli.house import House, common_options, pass_house
from console.cli.searching import key_work_option, query_options, search_facts
from console.cli.speech import add_row, table
from console.plans import search_of
from crawlers.discovery.queries import queries
from index.documents import Assignment, Channel, Target, Work

if TYPE_CHECKING:
    from crawlers.discovery.queries import Asked


@click.group("discover")
def command() -> None:
    """How copies are searched for · 侵权线索检索."""


@command.command()
@click.argument("target", required=False)
@query_options
@click.option(
    "--channel",
    type=click.Choice([one.value for one in Channel]),
    help="Channel, web without · 渠道，默认 web",
)
@key_work_option
@click.option("--max-pages", type=click.IntRange(1), help="Most pages · 页数上限")
@click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, help="First so many · 前几条"
)
@common_options
@pass_house
def preview(house: House, /, target: str | None, limit: int, **said: Any) -> None:
    """Show what a crawl would ask, in order, and ask nothing · 预览将要发出的检索（不发出）."""
    asked = _asked(house, target, said)
    house.note(f"{len(asked)} queries, none asked", f"共 {len(asked)} 条检索，均未发出")
    titles = {
        id: house.store.records.get(Work, id).record.title
        for id in dict.fromkeys(one.work_id for one in asked[:limit])
    }
    if house.as_json:
        for number, one in enumerate(asked[:limit], 1):
            house.emit({"number": number, "work": titles[one.work_id], **one._asdict()})
        return
    rows = table(
        house,
        ("No.", "序号"),
        ("Rank", "优先级"),
        ("Work", "作品"),
        ("Asked", "检索词"),
        ("Where", "检索处"),
        ("Address", "网址"),
    )
    for number, one in enumerate(asked[:limit], 1):
        where = one.via.removeprefix("POST ").split()[0]
        add_row(rows, number, one.rank, titles[one.work_id], one.words, where, one.url)
    house.out.print(rows)


def _asked(house: House, target: str | None, said: dict[str, Any]) -> list[Asked]:
    """Return the queries of a target, changed by what else is said, or of that alone."""
    records = house.store.records
    facts = {**search_facts(house, said), **{name: one for name, one in said.items() if one}}
    if "key_works" in facts:
        facts["key_works"] = tuple(records.resolve(Work, id) for id in facts["key_works"])
    if "channel" in facts:
        facts["channel"] = Channel(facts["channel"])
    if target is not None:
        found = records.get(Target, records.resolve(Target, target)).record
        assignment: Assignment = found.model_copy(update=facts)
    else:
        assignment = Assignment(id="", urls=(), **facts)
    search = search_of(house, assignment)
    if search is None:
        raise click.UsageError("nothing is searched: --search, --engine · 未指定检索方式")
    return queries(records, search, assignment.channel)
