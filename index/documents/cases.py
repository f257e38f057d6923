"""Cases: one work on one site or account without permission, and every address of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from index.documents.crawls import Channel
from index.documents.record import Meaning, Moment, Piece, Record
from index.documents.works import WorkKind


class CaseState(StrEnum):
    """How far a case has come."""

    LEAD = "lead"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Covered(Piece):
    """A stretch [start, end) of a medium of the work that stands on the site, in the span unit."""

    medium: str
    modality: str
    start: float
    end: float


class Case(Record):
    """One work on one site, or on one account where that is known."""

    kind: ClassVar[str] = "cases"

    work_id: Annotated[str, Meaning("Work", "作品")]
    title: Annotated[str, Meaning("Title of the work", "作品名称", "words")]
    category: Annotated[WorkKind, Meaning("Kind of work", "作品类别")]
    holder: Annotated[str, Meaning("Rights holder", "权利人")]
    site: Annotated[str, Meaning("Site or account", "网站或账号", ecs="url.domain")]
    sites: Annotated[
        tuple[str, ...],
        Meaning("Sites involved (platform, hosts)", "涉及的网站（平台、存储）"),
    ] = ()
    channels: Annotated[tuple[Channel, ...], Meaning("Channels", "渠道")] = ()
    state: Annotated[CaseState, Meaning("State", "案件状态")] = CaseState.LEAD
    opened_at: Annotated[Moment, Meaning("Opened", "立案时间", "date", ecs="@timestamp")]
    first_seen: Annotated[Moment, Meaning("First seen", "首次发现", "date")]
    last_seen: Annotated[Moment, Meaning("Last seen", "最近发现", "date")]
    url_count: Annotated[int, Meaning("Number of addresses", "涉案网址数", "number")] = 0
    urls_at_decision: Annotated[
        int | None, Meaning("Number of addresses when it was decided", "决定时的网址数", "number")
    ] = None
    score: Annotated[float, Meaning("Best score", "最高相似度", "number")] = 0.0
    coverage: Annotated[float, Meaning("Share of the work on the site", "作品占比", "number")] = 0.0
    covered: Annotated[
        tuple[Covered, ...], Meaning("Parts of the work on the site", "涉及的作品部分", "stored")
    ] = ()
    modalities: Annotated[tuple[str, ...], Meaning("Recognised by", "检测方式")] = ()
    decided_by: Annotated[str, Meaning("Decided by", "决定人")] = ""
    decided_at: Annotated[Moment | None, Meaning("Decided", "决定时间", "date")] = None
    decided_because: Annotated[str, Meaning("Reason of the decision", "决定理由", "words")] = ""


class CaseUrl(Record):
    """One address in a case: where, since when, how alike."""

    kind: ClassVar[str] = "case-urls"

    case_id: Annotated[str, Meaning("Case", "案件")]
    url: Annotated[str, Meaning("Address", "网址", ecs="url.full")]
    page_title: Annotated[str, Meaning("Page title", "页面标题", "words")] = ""
    referrer: Annotated[
        str | None, Meaning("Found on", "来源页面", ecs="http.request.referrer")
    ] = None
    first_seen: Annotated[Moment, Meaning("First seen", "首次发现", "date", ecs="@timestamp")]
    last_seen: Annotated[Moment, Meaning("Last seen", "最近发现", "date")]
    last_match_id: Annotated[str, Meaning("Latest match", "最近一次匹配")]
    score: Annotated[float, Meaning("Best score", "最高相似度", "number")]
