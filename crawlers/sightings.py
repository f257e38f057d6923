"""Sightings as they are made: of what was fetched, and of what could not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.documents import Failure, Sighting, content_id, now
from index.sites import site_of

if TYPE_CHECKING:
    from crawlers.browser.snapshot import Shown
    from crawlers.capture.exchange import Captured
    from crawlers.frontier.contract import Lease
    from crawlers.plan import CrawlPlan


def sighting_of(  # noqa: PLR0913  a sighting is made of so many facts
    plan: CrawlPlan,
    lease: Lease,
    *,
    status: int,
    captured: Captured | None,
    media_type: str = "",
    title: str = "",
    size_bytes: int = 0,
    payload: str | None = None,
    failure: Failure | None = None,
    shown: Shown | None = None,
) -> Sighting:
    """Make the sighting of a leased URL. `status` is 0 where no response came."""
    url = lease.discovery.url
    return Sighting(
        id=content_id("sighting", plan.crawl_id, url),
        crawl_id=plan.crawl_id,
        url=url,
        site=site_of(url),
        channel=plan.channel,
        referrer=lease.discovery.referrer,
        title=title,
        seen_at=captured.seen_at if captured else now(),
        address=captured.address if captured else None,
        status=status,
        media_type=media_type,
        size_bytes=size_bytes,
        payload=payload,
        capture=captured.digest if captured else None,
        rendered=shown.dom if shown else None,
        screenshot=shown.screenshot if shown else None,
        rendering=shown.record if shown else None,
        unrendered=shown.failure if shown else None,
        failure=failure,
    )
