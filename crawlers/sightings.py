"""Sightings as they are made: of what was fetched, and of what could not be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from index.documents import Failure, Sighting, content_id, now
from index.sites import site_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawlers.browser.snapshot import Shown
    from crawlers.capture.exchange import Captured
    from crawlers.frontier.contract import Discovery, Lease
    from crawlers.plan import CrawlPlan

HOPS: Final = "redirects"
"""Where a discovery's context has the addresses that were redirected to it, in order."""
HOP_CAPTURES: Final = "redirect_captures"
"""Where it has the digests of what was captured there, as many."""
OFFERED_ON: Final = "offered_on"
"""Where it has the site or account of the page that shows it."""


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
    site = site_of(url)
    sighting = Sighting(
        id=content_id("sighting", plan.crawl_id, url),
        crawl_id=plan.crawl_id,
        url=url,
        site=site,
        offered_on=str(lease.discovery.context.get(OFFERED_ON) or site),
        channel=plan.channel,
        referrer=lease.discovery.referrer,
        title=title,
        seen_at=captured.seen_at if captured else now(),
        address=captured.address if captured else None,
        via=captured.proxy if captured else "",
        status=status,
        media_type=media_type,
        size_bytes=size_bytes,
        payload=payload,
        capture=captured.digest if captured else None,
        redirects=past_hops(lease.discovery, HOPS),
        redirect_captures=past_hops(lease.discovery, HOP_CAPTURES),
        failure=failure,
    )
    return as_shown(sighting, shown) if shown else sighting


def offered_by(discovery: Discovery, sighting: Sighting | None) -> Discovery:
    """Return a medium with where it is offered: where the page is that shows it.

    What a spider says itself, of a page that several wrote, stands.
    """
    place = sighting.offered_on if sighting is not None else ""
    if discovery.role != "media" or OFFERED_ON in discovery.context or not place:
        return discovery
    if place == site_of(discovery.url):
        return discovery
    return replace(discovery, context={**discovery.context, OFFERED_ON: place})


def showing(sighting: Sighting, facts: Iterable[str]) -> Sighting:
    """Return a sighting of which further facts are shown, each `name:value`."""
    every = tuple(dict.fromkeys((*sighting.shown_facts, *facts)))
    return sighting.model_copy(update={"shown_facts": every})


def past_hops(discovery: Discovery, what: str) -> tuple[str, ...]:
    """Return what a discovery's context says of its redirects, `HOPS` or `HOP_CAPTURES`."""
    hops = discovery.context.get(what, [])
    return tuple(str(hop) for hop in hops) if isinstance(hops, list) else ()


def as_shown(sighting: Sighting, shown: Shown) -> Sighting:
    """Return a sighting with what is kept of how its page was shown."""
    return sighting.model_copy(
        update={
            "rendered": shown.dom,
            "screenshot": shown.screenshot,
            "rendering": shown.record,
            "unrendered": shown.failure,
        }
    )
