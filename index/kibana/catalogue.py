"""What operators are given: the searches, and the dashboards with their panels.

A field that cases get is shown by a line here. None that documents don't have can be named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from index.documents import Case, CaseState, Crawl, CrawlState, Event, Match, Sighting, Work
from index.kibana.charts import Chart, Metric, OverTime, Top
from index.kibana.dashboards import COLUMNS, Dashboard, Panel
from index.kibana.fields import Where
from index.kibana.searches import Search
from index.kibana.views import NAMES

if TYPE_CHECKING:
    from index.documents import Record

_LEAD: Final = Where("state", CaseState.LEAD)
_CONFIRMED: Final = Where("state", CaseState.CONFIRMED)
_DISMISSED: Final = Where("state", CaseState.DISMISSED)
_STANDING: Final = Where("state", CaseState.DISMISSED, negated=True)
_RUNNING: Final = Where("state", CrawlState.RUNNING)
_GRANTED: Final = Where("grant_id")
_UNGRANTED: Final = Where("grant_id", negated=True)
_FAILED: Final = Where("failure.code")
_UNEXAMINED: Final = Where("examined_at", negated=True)

_CASES: Final = Metric("Cases 案件数")
_ADDRESSES: Final = Metric("Addresses 网址数", "sum", "url_count")
_WORKS: Final = Metric("Works 作品数", "unique_count", "work_id")
_SITES: Final = Metric("Sites 网站数", "unique_count", "site")
_HOLDERS: Final = Metric("Rights holders 权利人数", "unique_count", "holder")
_LAST_SEEN: Final = Metric("Last seen 最近发现", "max", "last_seen")
_MATCHES: Final = Metric("Matches 匹配数")
_SIGHTINGS: Final = Metric("Sightings 线索数")
_CRAWLS: Final = Metric("Crawls 采集任务数")

_CASE_COLUMNS: Final = (
    *("id", "state", "title", "holder", "site", "sites", "url_count", "coverage", "score"),
    *("modalities", "first_seen", "last_seen"),
)

ALL_CASES: Final = Search("all-cases", NAMES["cases"], Case, _CASE_COLUMNS, "last_seen")
LEADS: Final = Search(
    "cases-to-judge",
    "Cases to judge 待判定案件",
    Case,
    _CASE_COLUMNS,
    "last_seen",
    _LEAD,
    ever=True,
)
OFFENCES: Final = Search(
    "confirmed-cases", "Confirmed cases 已确认案件", Case, _CASE_COLUMNS, "last_seen", _CONFIRMED
)
NEW_MATCHES: Final = Search(
    "new-matches",
    "New matches without a grant 无授权的新匹配",
    Match,
    ("seen_at", "case_id", "site", "hosted_on", "url", "modality", "score"),
    "seen_at",
    _UNGRANTED,
)
FAILURES: Final = Search(
    "failures",
    "Not fetched or examined 采集或检测失败",
    Sighting,
    ("seen_at", "site", "url", "failure.code", "failure.reason", "status", "media_type"),
    "seen_at",
    _FAILED,
)
RUNS: Final = Search(
    "crawls-run",
    NAMES["crawls"],
    Crawl,
    ("started_at", "finished_at", "state", "channel", "urls", "target_id"),
    "started_at",
)
TRAIL: Final = Search(
    "audit-trail",
    NAMES["events"],
    Event,
    ("at", "actor", "verb", "subject_kind", "subject_id"),
    "at",
)

SEARCHES: Final = (ALL_CASES, LEADS, OFFENCES, NEW_MATCHES, FAILURES, RUNS, TRAIL)


def _number(
    kind: type[Record],
    metric: Metric,
    width: int,
    where: Where | None = None,
    *,
    ever: bool = False,
) -> Panel:
    return Panel(Chart(metric.label, kind, "number", (metric,), (), where, ever), width, 5)


def _half(
    title: str,
    kind: type[Record],
    shape: Literal["bars", "donut", "table"],
    buckets: tuple[Top | OverTime, ...],
    *metrics: Metric,
    where: Where | None = None,
) -> Panel:
    return Panel(Chart(title, kind, shape, metrics, buckets, where), COLUMNS // 2, 12)


def _rows(search: Search) -> Panel:
    return Panel(search, COLUMNS, 16)


OVERVIEW: Final = Dashboard(
    "overview",
    "Overview 概览",
    "What is protected, what was found, what is being done · 受保护作品、发现与处理情况",
    "now-90d",
    (
        _number(Work, Metric("Works registered 登记作品"), 8, ever=True),
        _number(Sighting, _SIGHTINGS, 8),
        _number(Match, Metric("Matches without a grant 无授权匹配"), 8, _UNGRANTED),
        _number(Case, Metric("Cases to judge 待判定案件"), 8, _LEAD, ever=True),
        _number(Case, Metric("Confirmed cases 已确认案件"), 8, _CONFIRMED, ever=True),
        _number(Case, _ADDRESSES, 8, _STANDING, ever=True),
        _half("Cases opened 新立案件", Case, "bars", (Top("state"), OverTime()), _CASES),
        _half(
            "Matches by modality 各类匹配", Match, "bars", (Top("modality"), OverTime()), _MATCHES
        ),
        _half("Kinds of work 作品类别", Case, "donut", (Top("category", rest=True),), _CASES),
        _half(
            "Holders concerned most 涉案最多的权利人",
            Case,
            "table",
            (Top("holder", 50),),
            *(_CASES, _SITES, _ADDRESSES),
        ),
        _rows(TRAIL),
    ),
)

MATCHES: Final = Dashboard(
    "judging",
    "New matches to judge 待判定的新匹配",
    "What was found lately that nobody has decided on · 近期发现、尚未判定的内容",
    "now-7d",
    (
        _number(Case, Metric("Cases to judge 待判定案件"), 12, _LEAD, ever=True),
        _number(Match, Metric("New matches 新匹配"), 12, _UNGRANTED),
        _number(Match, Metric("Under a grant 已获授权"), 12, _GRANTED),
        _number(Match, _SITES, 12, _UNGRANTED),
        _rows(LEADS),
        _half(
            "New matches 新匹配",
            Match,
            "bars",
            (Top("modality"), OverTime()),
            _MATCHES,
            where=_UNGRANTED,
        ),
        _half(
            "Sites 网站",
            Match,
            "table",
            (Top("site", 50),),
            *(_MATCHES, _WORKS, Metric("Best score 最高相似度", "max", "score")),
            where=_UNGRANTED,
        ),
        _rows(NEW_MATCHES),
    ),
    Case,
    ("site",),
)

CASES: Final = Dashboard(
    "case-desk",
    "Cases 案件",
    "Cases by state, site, holder and kind of work · 按状态、网站、权利人和作品类别查看案件",
    "now-1y",
    (
        _number(Case, _CASES, 12),
        _number(Case, Metric("To judge 待判定"), 12, _LEAD),
        _number(Case, Metric("Confirmed 已确认"), 12, _CONFIRMED),
        _number(Case, Metric("Dismissed 已排除"), 12, _DISMISSED),
        _half("States 案件状态", Case, "bars", (Top("state"), OverTime()), _CASES),
        _half("Kinds of work 作品类别", Case, "donut", (Top("category", rest=True),), _CASES),
        _half(
            "Sites 网站",
            Case,
            "table",
            (Top("site", 100),),
            *(_CASES, _WORKS, _ADDRESSES, _LAST_SEEN),
        ),
        _half(
            "Rights holders 权利人",
            Case,
            "table",
            (Top("holder", 100),),
            *(_CASES, _SITES, _ADDRESSES, _LAST_SEEN),
        ),
        _half("Channels 渠道", Case, "donut", (Top("channels", rest=True),), _CASES),
        _half("Recognised by 检测方式", Case, "donut", (Top("modalities", rest=True),), _CASES),
        _rows(ALL_CASES),
    ),
    Case,
    ("state", "site", "holder", "category"),
)

OFFENDERS: Final = Dashboard(
    "repeat-offenders",
    "Repeat offenders 重复侵权",
    "Who takes most, from whom, and what; dismissed cases are left out"
    " · 侵权最多的网站及其涉及的权利人与作品，不含已排除案件",
    "now-1y",
    (
        Panel(
            Chart(
                "Sites 网站",
                Case,
                "table",
                (_CASES, _WORKS, _HOLDERS, _ADDRESSES, _LAST_SEEN),
                (Top("site", 100),),
                _STANDING,
            ),
            COLUMNS,
            16,
        ),
        _half(
            "Cases of the worst sites 侵权最多的网站",
            Case,
            "bars",
            (Top("site"), OverTime()),
            _CASES,
            where=_STANDING,
        ),
        _half(
            "Works taken most 被侵权最多的作品",
            Case,
            "table",
            (Top("title", 100),),
            *(_CASES, _ADDRESSES, _LAST_SEEN),
            where=_STANDING,
        ),
        _rows(OFFENCES),
    ),
    Case,
    ("category", "holder", "channels"),
)

CRAWLS: Final = Dashboard(
    "crawl-health",
    "Crawl health 采集状况",
    "Whether crawls run, and what fails · 采集是否正常，哪些失败",
    "now-7d",
    (
        _number(Crawl, Metric("Running 采集中"), 8, _RUNNING, ever=True),
        _number(Crawl, _CRAWLS, 8),
        _number(Sighting, _SIGHTINGS, 8),
        _number(Sighting, Metric("Failed 失败"), 8, _FAILED),
        _number(Sighting, Metric("Not yet examined 待检测"), 8, _UNEXAMINED, ever=True),
        _number(Sighting, Metric("Fetched 采集量", "sum", "size_bytes"), 8),
        _half("Sightings 线索", Sighting, "bars", (Top("channel"), OverTime()), _SIGHTINGS),
        _half(
            "Failures 失败",
            Sighting,
            "bars",
            (Top("failure.code", label="Code 失败代码"), OverTime()),
            _SIGHTINGS,
            where=_FAILED,
        ),
        _half(
            "HTTP status HTTP 状态码", Sighting, "donut", (Top("status", rest=True),), _SIGHTINGS
        ),
        _half(
            "Sites 网站",
            Sighting,
            "table",
            (Top("site", 100),),
            _SIGHTINGS,
            Metric("Failed 失败", where=_FAILED),
            Metric("Last seen 最近采集", "max", "seen_at"),
        ),
        _rows(RUNS),
        _rows(FAILURES),
    ),
    Crawl,
    ("channel",),
)

DASHBOARDS: Final = (OVERVIEW, MATCHES, CASES, OFFENDERS, CRAWLS)
