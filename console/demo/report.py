"""What the demonstration found, for people: sites, cases, and where copies lie in works."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cases.dossier import exhibits
from console.cli.cases import case_table, quotation
from console.cli.speech import add_row, say_line, table
from console.places import place
from fingerprints.app import CONTENT_NAMES
from index.contract import Query
from index.documents import Case, CaseUrl, Channel, Match, Sighting, Work, WorkKind
from index.scan import scan
from index.sites import is_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.cli.house import House
    from console.demo.server import ServedSite
    from index.contract import Records
    from index.documents import Span

_TEXT: Final = "text"
_PASSAGES_SHOWN: Final = 2
_WITNESSES: Final = {WorkKind.VIDEO: 2}
"""How many modalities are told of a kind of work: of a film, pictures and sound; else one."""
_STRETCHES_SHOWN: Final = 3
_CASES_OF_A_SITE: Final = 4
_CHANNELS: Final = {
    Channel.WEB: "网页",
    Channel.LITERATURE: "文学",
    Channel.MUSIC: "音乐",
    Channel.VIDEO: "影视",
    Channel.APPS: "应用",
    Channel.CLOUDSHARE: "网盘",
    Channel.SOCIAL: "社交",
    Channel.COMICS: "漫画",
    Channel.DOCUMENTS: "文档",
}


_MODALITIES: Final = {
    "app": "程序",
    "audio": "声音",
    "digest": "哈希",
    "image": "图片",
    "layout": "版面",
    "video": "画面",
}
_Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFindings:
    """What came of one site.

    `how`: "search" of one that was searched by title, "found" of one that this found, else "".
    `failed`: by code, how many sightings could not be examined.
    """

    host: str
    title: str
    channel: Channel
    how: str
    sightings: int
    matches: int
    granted: int
    cases: int
    failed: Counter[str]


def findings(records: Records, sites: Sequence[ServedSite]) -> list[SiteFindings]:
    """Count what was found on each site; what an account of a site offers is the site's, too."""
    seen = [one.record for one in scan(records, Query(Sighting))]
    matches = [one.record for one in scan(records, Query(Match))]
    cases = [one.record for one in scan(records, Query(Case))]
    found = []
    for at in sites:
        here = [one for one in seen if one.site == at.host]
        matched = [one for one in matches if is_at(at.host, one.site)]
        found.append(
            SiteFindings(
                host=at.host,
                title=at.site.title,
                channel=at.site.channel,
                how="search" if at.site.search else "" if at.site.is_named else "found",
                sightings=len(here),
                matches=len(matched),
                granted=sum(one.grant_id is not None for one in matched),
                cases=sum(is_at(at.host, one.site) for one in cases),
                failed=Counter(one.failure.code for one in here if one.failure),
            )
        )
    return found


def result(house: House, sites: Sequence[ServedSite], seconds: float) -> dict[str, Any]:
    """Return everything as JSON shows it."""
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
        "sites": [
            {
                "site": one.host,
                "title": one.title,
                "channel": one.channel.value,
                "sightings": one.sightings,
                "matches": one.matches,
                "granted": one.granted,
                "cases": one.cases,
            }
            for one in findings(records, sites)
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
        "channels": list(case.channels),
        "modalities": list(case.modalities),
        "urls": [one.record.url for one in urls],
        "coverage": round(case.coverage, 4),
        "score": round(case.score, 4),
    }


def tell(house: House, sites: Sequence[ServedSite]) -> list[Case]:
    """Print what was found; return the cases, as their sites stand, most addresses first."""
    _tell_of_sites(house, findings(house.store.records, sites))
    hosts = [at.host for at in sites]
    cases = sorted(
        (one.record for one in scan(house.store.records, Query(Case))),
        key=lambda one: (_number(one, hosts), -one.url_count, one.title),
    )
    _tell_cases(house, cases)
    told: set[str] = set()
    for case in cases:
        _tell_places(house, case, told)
    return cases


def _number(case: Case, hosts: Sequence[str]) -> int:
    """Return which host's a case is; those of other runs in the same folder come last."""
    return next((number for number, host in enumerate(hosts) if is_at(host, case.site)), len(hosts))


def _tell_cases(house: House, cases: Sequence[Case]) -> None:
    """Print a row a case; of a site with many, some."""
    of_site: dict[str, list[Case]] = {}
    for case in cases:
        of_site.setdefault(case.site, []).append(case)
    shown = [one for one in cases if one in of_site[one.site][:_CASES_OF_A_SITE]]
    house.out.print(case_table(house, shown))
    for site, found in of_site.items():
        if (left := len(found) - _CASES_OF_A_SITE) > 0:
            say_line(house, house.say(f"… and {left} more on {site}", f"……{site} 另有 {left} 件"))


def _tell_of_sites(house: House, found: Sequence[SiteFindings]) -> None:
    """Print a row a site, and why some of it could not be examined."""
    rows = table(
        house,
        ("Site", "网站"),
        ("Channel", "渠道"),
        ("Sightings", "线索"),
        ("Matches", "匹配"),
        ("Granted", "已授权"),
        ("Cases", "案件"),
        ("Not examined", "未能检测"),
        ("What it is", "说明"),
    )
    for one in found:
        add_row(
            rows,
            one.host,
            _way(house, one),
            one.sightings,
            one.matches,
            one.granted,
            one.cases,
            ", ".join(f"{code} {count}" for code, count in sorted(one.failed.items())),
            one.title,
        )
    house.out.print(rows)
    house.out.print()


def _way(house: House, one: SiteFindings) -> str:
    ways = {"search": ("search by title", "按作品名检索"), "found": ("found by search", "检索发现")}
    return house.say(*ways.get(one.how, (one.channel.value, _CHANNELS[one.channel])))


def _tell_places(house: House, case: Case, told: set[str]) -> None:
    """Print where a copy lies in the work, for the first case of each way of recognising one."""
    work = house.store.records.get(Work, case.work_id).record
    if work.category is WorkKind.IMAGE:
        return  # all of it, in all of them
    ways: dict[str, tuple[str, Match]] = {}
    passages: list[tuple[str, Match]] = []
    for exhibit in exhibits(house.store, case.id, work):
        for match in exhibit.matches[: _WITNESSES.get(work.category, 1)]:
            if match.spans and f"{work.category} {match.modality}" not in told:
                ways.setdefault(match.modality, (exhibit.url.url, match))
                passages += [(exhibit.url.url, match)] if match.modality == _TEXT else []
    told.update(f"{work.category} {modality}" for modality in ways)
    shown = list(_passages(house, passages))
    for modality, (url, match) in ways.items():
        if modality != _TEXT:
            way = house.say(modality, _MODALITIES.get(modality, modality))
            shown += [f" {url}", f"   {way}: {where(house, modality, match.spans)}"]
    if shown:
        say_line(house, f"\n{case.title} — {case.site}")
    for line in dict.fromkeys(shown):
        say_line(house, line)


def _passages(house: House, matches: Sequence[tuple[str, Match]]) -> Iterator[str]:
    """Yield the longest passages of texts, copy above work."""
    found = [(url, span) for url, match in matches for span in match.spans if span.copied]
    found.sort(key=lambda one: one[1].copy_span[0] - one[1].copy_span[1])
    for url, span in found[:_PASSAGES_SHOWN]:
        yield f" {url}"
        yield quotation(house, _TEXT, span)


def where(house: House, modality: str, spans: Sequence[Span]) -> str:
    """Say which part of a copy is which part of the work."""
    contents = [span.content for span in spans if span.content]
    if contents:
        kinds = (house.say(*CONTENT_NAMES.get(one, (one, one))) for one in contents)
        return f"{house.say('in common', '相同内容')}: {', '.join(dict.fromkeys(kinds))}"
    copy, work = house.say("copy", "复制件"), house.say("work", "作品")
    return ", ".join(
        f"{copy} {place(modality, ours, member=member)} = {work} {place(modality, theirs)}"
        for member, ours, theirs in _joined(spans)[:_STRETCHES_SHOWN]
    )


def _joined(spans: Sequence[Span]) -> list[tuple[str, _Stretch, _Stretch]]:
    """Return stretches of copy and work, by member; what goes on in both is one."""
    joined: list[tuple[str, _Stretch, _Stretch]] = []
    for span in spans:
        ours, theirs = span.copy_span, span.work_span
        if joined:
            member, (begin, end), (work_begin, work_end) = joined[-1]
            if (member, end, work_end) == (span.member, ours[0], theirs[0]):
                joined[-1] = (member, (begin, ours[1]), (work_begin, theirs[1]))
                continue
        joined.append((span.member, ours, theirs))
    return joined
