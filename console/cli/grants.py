"""`marque grants`: authorisations, the white list that matches are checked against."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from cases import rejudging
from console.cli.house import House, common_options, pass_house
from console.cli.speech import add_row, say_line, table
from index import grants
from index.contract import Query
from index.documents import Grant, Work, folded
from index.scan import scan
from index.sites import site_named

if TYPE_CHECKING:
    from index.contract import Records


class _Day(click.ParamType[datetime]):
    """A date or a moment in ISO 8601; without an offset it is local time."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            self.fail(
                f"{value!r} is not a date such as 2026-03-31 · 日期格式应如 2026-03-31", param, ctx
            )


@click.group("grants")
def command() -> None:
    """Record authorisations · 登记授权."""


@command.command()
@click.option("--grantor", required=True, help="Rights holder · 权利人")
@click.option("--grantee", required=True, help="Who is allowed · 被授权人")
@click.option(
    "--work", "works", multiple=True, help="Work id; none: all works · 作品标识，缺省为全部"
)
@click.option(
    "--site", "sites", multiple=True, help="Domain or host; none: all · 网站域名，缺省为全部"
)
@click.option("--from", "starts_at", type=_Day(), help="Valid from · 生效时间")
@click.option("--until", "ends_at", type=_Day(), help="Valid until (excluded) · 终止时间（不含）")
@click.option("--right", default="信息网络传播权", show_default=True, help="Right · 权利种类")
@click.option("--territory", default="", help="Territory · 授权地域")
@click.option("--proof", default="", help="File or reference · 授权证明")
@common_options
@pass_house
def add(house: House, /, works: tuple[str, ...], **facts: Any) -> None:
    """Record a grant · 登记一项授权."""
    records = house.store.records
    if not facts["grantor"].strip() or not facts["grantee"].strip():
        raise click.UsageError("a grant has a grantor and a grantee · 授权人和被授权人不能为空")
    try:
        facts["sites"] = tuple(site_named(site) for site in facts["sites"])
    except (ValueError, UnicodeError) as error:
        raise click.UsageError(f"{error} · 网站应写作域名或主机名") from error
    if not _has_works(records, facts["grantor"]):
        house.note(
            f"no work of {facts['grantor']} is registered; check the name",
            f"尚未登记“{facts['grantor']}”的作品，请核对名称",
        )
    ids = tuple(records.resolve(Work, work) for work in works)
    if facts["starts_at"] and facts["ends_at"] and facts["ends_at"] <= facts["starts_at"]:
        raise click.UsageError("--until is not after --from · 终止时间须晚于生效时间")
    grant = grants.record(records, actor=house.settings.actor, works=ids, **facts)
    fallen = rejudging.grant_recorded(records, grant)
    if fallen:
        house.note(
            f"{len(fallen)} leads are covered by it and dismissed",
            f"{len(fallen)} 件线索案件已获授权，予以撤销",
        )
    if house.as_json:
        house.emit(grant.model_dump(mode="json"))
    else:
        say_line(house, grant.id)


@command.command("list")
@common_options
@pass_house
def list_(house: House) -> None:
    """List grants · 列出授权."""
    rows = table(
        house,
        ("Grant", "授权"),
        ("Grantor", "授权人"),
        ("Grantee", "被授权人"),
        ("Works", "作品"),
        ("Sites", "网站"),
        ("From", "生效"),
        ("Until", "终止"),
        ("Revoked", "撤销"),
    )
    everything = house.say("all", "全部")
    for stored in scan(house.store.records, Query(Grant, order="-recorded_at")):
        grant = stored.record
        if house.as_json:
            house.emit(grant.model_dump(mode="json"))
        add_row(
            rows,
            grant.id,
            grant.grantor,
            grant.grantee,
            ", ".join(grant.works) or everything,
            ", ".join(grant.sites) or everything,
            *(f"{day:%Y-%m-%d}" if day else "" for day in _days(grant)),
        )
    if not house.as_json:
        house.out.print(rows)


@command.command()
@click.argument("grant")
@click.option("--reason", required=True, help="Why · 撤销原因")
@common_options
@pass_house
def revoke(house: House, grant: str, reason: str) -> None:
    """End a grant now · 即时撤销授权."""
    records = house.store.records
    id = records.resolve(Grant, grant)
    revoked = grants.revoke(records, id, actor=house.settings.actor, reason=reason)
    _tell_of(house, rejudging.grant_ended(records, revoked))
    if house.as_json:
        house.emit(revoked.model_dump(mode="json"))
    else:
        house.note(f"{id} is revoked", f"{id} 已撤销")


@command.command()
@common_options
@pass_house
def review(house: House) -> None:
    """File what grants covered that have run out · 授权到期复核：到期后仍在线的使用转为案件."""
    cases = rejudging.review(house.store.records)
    if house.as_json:
        house.emit({"cases": sorted(cases)})
    else:
        _tell_of(house, cases)


def _tell_of(house: House, cases: set[str]) -> None:
    if cases:
        house.note(
            f"what it covered is in {len(cases)} cases: visit these sites again (marque crawl)",
            f"原授权覆盖的使用已转为 {len(cases)} 件案件，请重新采集核实（marque crawl）",
        )


def _days(grant: Grant) -> tuple[datetime | None, datetime | None, datetime | None]:
    return grant.starts_at, grant.ends_at, grant.revoked_at


def _has_works(records: Records, holder: str) -> bool:
    works = scan(records, Query(Work))
    return any(folded(stored.record.holder) == folded(holder) for stored in works)
