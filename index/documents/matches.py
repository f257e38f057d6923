"""Matches: this sighting holds that work."""

from __future__ import annotations

from typing import Annotated, ClassVar

from index.documents.crawls import Channel
from index.documents.record import Meaning, Moment, Piece, Record


class Span(Piece):
    """This stretch of the copy is that stretch of a medium of the work, in the span unit.

    `medium` is the SHA-256 of the work's file. Regions are (left, top, right, bottom) as shares
    of width and height. `copied` and `original` quote text from both sides, long ones in part.
    `member`: in which file of an archive the copy is, "cd 2.zip/03.mp3"; "" for all of it.
    `content`: what kind of content it is of, where a modality tells several apart: "code".
    `copy_picture`, `work_picture`: SHA-256 of the page it is of as a picture, of a file that has
    pages; "" where the file is a picture itself, or none.
    """

    medium: str
    member: str = ""
    content: str = ""
    copy_span: tuple[float, float]
    work_span: tuple[float, float]
    copy_region: tuple[float, float, float, float] | None = None
    work_region: tuple[float, float, float, float] | None = None
    copied: str = ""
    original: str = ""
    copy_picture: str = ""
    work_picture: str = ""


class Match(Record):
    """One modality's verdict that a sighting holds a work, in whole or in part."""

    kind: ClassVar[str] = "matches"

    sighting_id: Annotated[str, Meaning("Sighting", "线索")]
    crawl_id: Annotated[str, Meaning("Crawl", "采集任务")]
    work_id: Annotated[str, Meaning("Work", "作品")]
    case_id: Annotated[str | None, Meaning("Case", "案件")] = None
    grant_id: Annotated[str | None, Meaning("Grant that covers it", "覆盖该使用的授权")] = None
    title: Annotated[str, Meaning("Title of the work", "作品名称", "words")] = ""
    page_title: Annotated[str, Meaning("Page title", "页面标题", "words")] = ""
    url: Annotated[str, Meaning("Address", "网址", ecs="url.full")]
    site: Annotated[str, Meaning("Site or account", "网站或账号", ecs="url.domain")]
    hosted_on: Annotated[str, Meaning("Site that hosts it", "存储网站")] = ""
    channel: Annotated[Channel, Meaning("Channel", "渠道")]
    seen_at: Annotated[Moment, Meaning("Seen", "发现时间", "date", ecs="@timestamp")]
    modality: Annotated[str, Meaning("Modality", "检测方式")]
    modality_version: Annotated[int, Meaning("Version of the modality", "算法版本", "number")]
    score: Annotated[float, Meaning("Score", "相似度", "number")]
    distance: Annotated[float, Meaning("Distance", "距离", "number")]
    unit: Annotated[str, Meaning("Unit of the distance", "距离单位", "stored")]
    body_share: Annotated[
        float | None,
        Meaning("Share of the page's body that is the work", "作品占页面正文的比例", "number"),
    ] = None
    spans: Annotated[tuple[Span, ...], Meaning("Aligned parts", "对应片段", "stored")] = ()
