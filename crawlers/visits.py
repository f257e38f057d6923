"""Visits: a crawl is begun once, gone on with after a kill, and closed when all is examined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.changing import change
from index.contract import Query
from index.documents import Crawl, CrawlState, content_id, event, now
from index.errors import Conflict
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import JsonValue

    from index.contract import Records
    from index.documents import Channel, Event


def begin(
    records: Records,
    urls: Sequence[str],
    channel: Channel,
    *,
    actor: str,
    target_id: str | None = None,
    **terms: Any,  # noqa: ANN401  the further fields of an `Assignment`
) -> Crawl:
    """Return the unfinished crawl of a target, or of these addresses; else begin the next one.

    However many begin at once, they begin the same crawl. One that is under way goes on by the
    terms that are given now.
    """
    plan = content_id("plan", channel.value, *([target_id] if target_id else sorted(set(urls))))
    earlier = [stored.record for stored in scan(records, Query(Crawl, {"plan": plan}))]
    for crawl in earlier:
        if crawl.state is CrawlState.RUNNING:
            return change(records, Crawl, crawl.id, lambda old: (_on_terms(old, terms), ()))
    crawl = Crawl(
        id=content_id("crawl", plan, str(len(earlier))),
        target_id=target_id,
        plan=plan,
        urls=tuple(urls),
        channel=channel,
        started_at=now(),
        **terms,
    )
    begun = event("crawl_begun", crawl, at=crawl.started_at, actor=actor, details={}, once=True)
    try:
        records.put(crawl, expect=None, events=(begun,))
    except Conflict:
        return records.get(Crawl, crawl.id).record
    return crawl


def _on_terms(crawl: Crawl, terms: dict[str, Any]) -> Crawl:
    return crawl.model_copy(update=terms)


def finish(records: Records, id: str, *, actor: str, counts: dict[str, JsonValue]) -> Crawl:
    """Close a crawl; one that is closed already stays as it is."""

    def step(crawl: Crawl) -> tuple[Crawl, tuple[Event, ...]]:
        if crawl.state is CrawlState.FINISHED:
            return crawl, ()
        at = now()
        finished = crawl.model_copy(update={"state": CrawlState.FINISHED, "finished_at": at})
        closing = event("crawl_finished", crawl, at=at, actor=actor, details=counts, once=True)
        return finished, (closing,)

    return change(records, Crawl, id, step)
