"""`marque cases`: the case desk."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cases import decisions
from cases.dossier import dossier
from console.cli.house import House, common_options, pass_house
from console.cli.speech import add_row, say_line, table
from console.places import place
from console.report.case_report import case_report
from index.contract import Query
from index.documents import Case, CaseState
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from cases.dossier import Dossier, Exhibit
    from index.documents import Match, Span

STATES = {
    CaseState.LEAD: ("lead", "待核"),
    CaseState.CONFIRMED: ("confirmed", "已确认"),
    CaseState.DISMISSED: ("dismissed", "不予立案"),
}
_QUOTED = 120
_TOLD_OF_A_MATCH = {
    *("modality", "modality_version", "score", "distance", "unit", "body_share", "spans"),
}


@click.group("cases")
def command() -> None:
    """The case desk · 案件处理."""


@command.command("list")
@click.option("--state", type=click.Choice([state.value for state in CaseState]), help="案件状态")
@click.option("--site", help="Site or account, also hosts · 网站或账号，含存储网站")
@click.option("--holder", help="Rights holder · 权利人")
@common_options
@pass_house
def list_(house: House, /, **wanted: str | None) -> None:
    """List cases, newest first · 列出案件，新的在前."""
    where = {name: value for name, value in wanted.items() if value}
    found = _found(house, where)
    if house.as_json:
        for case in found:
            house.emit(summary(case))
    else:
        house.out.print(case_table(house, list(found)))


def _found(house: House, where: dict[str, str]) -> Iterable[Case]:
    """Return cases, newest first; of a site those that it hosts or is the platform of, too."""
    site = where.pop("site", None)
    wanted = [where] if site is None else [{**where, "site": site}, {**where, "sites": site}]
    queries = (Query(Case, one, order="-opened_at") for one in wanted)
    found = [(stored.record for stored in scan(house.store.records, query)) for query in queries]
    if len(found) == 1:
        return found[0]
    every = {case.id: case for cases in found for case in cases}
    return sorted(every.values(), key=lambda case: case.opened_at, reverse=True)


@command.command()
@click.argument("case")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the case as one page to look at · 将案件写成一个网页文件",
)
@common_options
@pass_house
def show(house: House, case: str, html: Path | None) -> None:
    """Show a case: addresses, passages, evidence, history · 显示案件详情."""
    file = dossier(house.store, house.store.records.resolve(Case, case))
    if html is not None:
        try:
            html.write_text(case_report(house.store, file), encoding="utf-8")
        except OSError as error:
            raise click.FileError(str(html), str(error.strerror)) from error
        house.note(f"written: {html}", f"已写入：{html}")
    if house.as_json:
        house.emit(_whole(file))
    elif html is None:
        _print(house, file)


@command.command()
@click.argument("case")
@click.option("--reason", required=True, help="Why · 理由")
@common_options
@pass_house
def confirm(house: House, case: str, reason: str) -> None:
    """Confirm: it is the work, without permission · 确认侵权."""
    _decided(house, decisions.confirm, case, reason)


@command.command()
@click.argument("case")
@click.option("--reason", required=True, help="Why · 理由")
@common_options
@pass_house
def dismiss(house: House, case: str, reason: str) -> None:
    """Dismiss: there is nothing to pursue · 不予立案."""
    _decided(house, decisions.dismiss, case, reason)


def _decided(house: House, decide: Any, case: str, reason: str) -> None:
    records = house.store.records
    id = records.resolve(Case, case)
    decided = decide(records, id, actor=house.settings.actor, reason=reason)
    if house.as_json:
        house.emit(summary(decided))
    else:
        english, chinese = STATES[decided.state]
        house.note(f"{id} is {english}", f"{id}：{chinese}")


def summary(case: Case) -> dict[str, Any]:
    """Return a case as JSON shows it: without the stretches, which only sum up to its coverage."""
    shown = case.model_dump(mode="json", exclude={"covered"})
    return {"case_id": shown.pop("id"), **shown}


def case_table(house: House, cases: list[Case]) -> Table:
    """Lay cases out, a line each."""
    rows = table(
        house,
        ("Case", "案件"),
        ("Work", "作品"),
        ("Site", "网站"),
        ("State", "状态"),
        ("URLs", "网址"),
        ("Share", "占比"),
        ("Score", "相似度"),
    )
    for case in cases:
        add_row(
            rows,
            case.id,
            f"《{case.title}》" if house.chinese else case.title,
            case.site,
            house.say(*STATES[case.state]),
            str(case.url_count),
            f"{case.coverage:.1%}",
            f"{case.score:.2f}",
        )
    return rows


def _whole(file: Dossier) -> dict[str, Any]:
    return {
        **summary(file.case),
        "urls": [_exhibit(exhibit) for exhibit in file.exhibits],
        "events": [event.model_dump(mode="json") for event in file.events],
    }


def _exhibit(exhibit: Exhibit) -> dict[str, Any]:
    return {
        **exhibit.url.model_dump(mode="json", exclude={"id", "case_id"}),
        "matches": [
            match.model_dump(mode="json", include=_TOLD_OF_A_MATCH) for match in exhibit.matches
        ],
        "facts": list(exhibit.sighting.facts),
        "is_holders_own": exhibit.is_holders_own,
        "address": exhibit.sighting.address,
        "payload_sha256": exhibit.sighting.payload,
        "capture_sha256": exhibit.sighting.capture,
    }


def _print(house: House, file: Dossier) -> None:
    house.out.print(case_table(house, [file.case]))
    if file.case.decided_because:
        say_line(house, f"{file.case.decided_by}: {file.case.decided_because}")
    for number, exhibit in enumerate(file.exhibits, 1):
        url = exhibit.url
        say_line(house, f"\n{number}. {url.url}  {url.score:.2f}")
        seen = f"{url.first_seen:%Y-%m-%d %H:%M} – {url.last_seen:%Y-%m-%d %H:%M} UTC"
        say_line(house, f"   {house.say('seen', '发现')} {seen}")
        say_line(house, f"   sha256:{exhibit.sighting.payload}")
        say_line(house, f"   WARC sha256:{exhibit.sighting.capture or '—'}")
        for fact in exhibit.sighting.facts:
            say_line(house, f"   {fact}")
        if exhibit.is_holders_own:
            own = "signed as the holder's own version", "签名证书与权利人自己的版本相同"
            say_line(house, f"   {house.say(*own)}")
        for match in exhibit.matches:
            say_line(house, f"   {match.modality}  {match.score:.2f}{_of_the_body(house, match)}")
            for span in match.spans:
                say_line(house, quotation(house, match.modality, span))
    house.out.print()
    for event in file.events:
        say_line(house, f"{event.at:%Y-%m-%d %H:%M:%S}  {event.verb}  {event.actor}")


def _of_the_body(house: House, match: Match) -> str:
    """Say how much of the page's body is the work, where that is known."""
    if match.body_share is None:
        return ""
    return f"  {house.say('of the page', '占页面正文')} {match.body_share:.0%}"


def quotation(house: House, modality: str, span: Span) -> str:
    """Say where a span lies on both sides, copy above work, and quote the beginning of text."""
    copy, work = house.say("copy", "网页"), house.say("work", "作品")
    ours = place(modality, span.copy_span, member=span.member, content=span.content)
    theirs = place(modality, span.work_span, content=span.content)
    lines = (
        f"   {copy} {ours}  {_beginning(span.copied)}",
        f"   {work} {theirs}  {_beginning(span.original)}",
    )
    return "\n".join(line.rstrip() for line in lines)


def _beginning(text: str) -> str:
    if not text:
        return ""
    return textwrap.shorten(" ".join(text.split()), _QUOTED, placeholder="") or (
        " ".join(text.split())[:_QUOTED] + "…"
    )
