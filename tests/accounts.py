"""What a crawl saw and found, made without crawling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.documents import Channel, Match, Sighting, content_id

if TYPE_CHECKING:
    from datetime import datetime

    from index.contract import Records
    from index.documents import Crawl

SITE = "a.example"


def store_sighting(
    records: Records,
    crawl: Crawl,
    url: str,
    at: datetime,
    **facts: Any,  # noqa: ANN401 - fields of the record
) -> None:
    """Store that a crawl saw a page; `facts`: what is to be otherwise in the record."""
    usual: dict[str, Any] = {"status": 200, "media_type": "text/html", "size_bytes": 1000}
    sighting = Sighting(
        id=content_id("sighting", crawl.id, url),
        crawl_id=crawl.id,
        url=url,
        site=SITE,
        channel=Channel.WEB,
        seen_at=at,
        **usual | facts,
    )
    records.put(sighting, expect=None)


def store_match(
    records: Records, crawl: Crawl, url: str, at: datetime, *, work: str, case: str | None = None
) -> None:
    """Store that a work was found on a page that a crawl saw."""
    match = Match(
        id=content_id("match", crawl.id, url, work),
        sighting_id=content_id("sighting", crawl.id, url),
        crawl_id=crawl.id,
        work_id=work,
        case_id=case,
        url=url,
        site=SITE,
        channel=Channel.WEB,
        seen_at=at,
        modality="text",
        modality_version=1,
        score=0.9,
        distance=0.1,
        unit="share of text",
    )
    records.put(match, expect=None)
