"""`marque search`: works, sightings, matches, cases and all else, by words and by fields."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from console.cli.house import House, common_options, pass_house
from console.cli.speech import add_row, table
from index.contract import Cursor, Query, Range
from index.documents import RECORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.contract import Facet, Page
    from index.documents import Meaning, Record

_KINDS = {kind.kind: kind for kind in RECORDS}
_TIME = "@timestamp"
_MOST_COLUMNS = 7


@click.command("search")
@click.argument("kind", type=click.Choice(list(_KINDS)))
@click.argument("words", nargs=-1)
@click.option(
    "--where", multiple=True, metavar="FIELD=VALUE", help="Only with this value · 字段等于该值"
)
@click.option("--since", type=click.DateTime(), help="Not before (UTC) · 起始时间")
@click.option("--until", type=click.DateTime(), help="Before (UTC) · 截止时间（不含）")
@click.option("--order", help="Field to order by, -FIELD from the end · 排序字段，- 为降序")
@click.option("--facet", "facets", multiple=True, metavar="FIELD", help="Count by · 按字段统计")
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True)
@click.option("--after", help="Where the page before ended · 上一页的结束位置")
@common_options
@pass_house
def command(
    house: House, /, kind: str, words: tuple[str, ...], facets: tuple[str, ...], **asked: Any
) -> None:
    """Search documents of a KIND by WORDS in them, all to be found · 按词检索.

    Words of letters are found whole, Chinese ones as part of a longer one. Without WORDS all fit.
    """
    of = _KINDS[kind]
    query = Query(
        of,
        where=_where(of, asked["where"], asked["since"], asked["until"]),
        order=asked["order"] or _newest(of),
        words=" ".join(words),
    )
    records = house.store.records
    page = records.find(query, after=_cursor(asked["after"]), limit=asked["limit"])
    counts = {name: records.facets(query, name) for name in facets}
    if house.as_json:
        house.emit(_answer(records.count(query), page, counts))
        return
    if page.items:
        _print(house, of, page)
    else:
        house.note("nothing found", "没有找到")
    for name, counted in counts.items():
        _print_facet(house, of.meanings()[name], counted)
    if page.after is not None:
        house.note(f"more: --after {page.after}", f"下一页：--after {page.after}")


def _where(
    kind: type[Record], given: Sequence[str], since: datetime | None, until: datetime | None
) -> dict[str, Any]:
    where: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.UsageError(f"--where {one!r} is not FIELD=VALUE · 应写作 字段=值")
        where[name] = (*where.get(name, ()), _typed(kind, name, value))
    if since or until:
        time = _time_of(kind)
        if time is None:
            raise click.UsageError(f"{kind.kind} have no time · 没有时间字段")
        ends = (end and end.replace(tzinfo=UTC) for end in (since, until))
        where[time] = Range(*ends)
    return where


def _typed(kind: type[Record], name: str, value: str) -> str | float | bool | None:
    """Return what a person wrote as the field has it; "" stands for no value."""
    meaning = kind.meanings().get(name)
    if meaning is None:
        known = ", ".join(kind.meanings())
        raise click.UsageError(f"{kind.kind} have no field {name!r}; known: {known} · 无此字段")
    if not value:
        return None
    if meaning.search == "flag":
        return value.casefold() in {"true", "yes", "1", "是"}
    if meaning.search != "number":
        return value
    try:
        return float(value)
    except ValueError as error:
        raise click.UsageError(f"{name} is a number, not {value!r} · 应为数字") from error


def _time_of(kind: type[Record]) -> str | None:
    meanings = kind.meanings().items()
    return next((name for name, meaning in meanings if meaning.ecs == _TIME), None)


def _newest(kind: type[Record]) -> str:
    time = _time_of(kind)
    return f"-{time}" if time else "id"


def _cursor(after: str | None) -> Cursor | None:
    return Cursor(after) if after else None


def _answer(total: int, page: Page[Any], counts: dict[str, list[Facet]]) -> dict[str, Any]:
    return {
        "total": total,
        "items": [stored.record.model_dump(mode="json") for stored in page.items],
        "facets": {
            name: [{"value": one.value, "count": one.count} for one in counted]
            for name, counted in counts.items()
        },
        "after": page.after,
    }


def _print(house: House, kind: type[Record], page: Page[Any]) -> None:
    shown = [
        (name, meaning)
        for name, meaning in kind.meanings().items()
        if meaning.search not in {"stored", "object"} and not name.endswith("_id")
    ][:_MOST_COLUMNS]
    rows = table(house, *((meaning.english, meaning.chinese) for _, meaning in shown))
    for stored in page.items:
        add_row(rows, *(_cell(getattr(stored.record, name)) for name, _ in shown))
    house.out.print(rows)


def _print_facet(house: House, meaning: Meaning, counted: list[Facet]) -> None:
    rows = table(house, (meaning.english, meaning.chinese), ("Documents", "数量"))
    for one in counted:
        none = house.say("(none)", "（无）")
        add_row(rows, none if one.value is None else one.value, one.count)
    house.out.print(rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
