"""Visits: a crawl is begun once, gone on with after a kill, and closed when all is examined.

The crawls of a target, or of the same addresses, are numbered, and a crawl's id is made of that
number. A new one is only created, never written over. So whoever decides by what it has read that
the next one is due either begins it or learns that another has begun it, whatever its clock says.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from index.changing import change
from index.contract import Query
from index.documents import Assignment, Crawl, CrawlState, content_id, event, now
from index.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pydantic import JsonValue

    from crawlers.frontier.contract import Stats
    from index.contract import Records
    from index.documents import Channel, Event, Target

_NEWEST = 9


def begin(
    records: Records,
    urls: Sequence[str],
    channel: Channel,
    *,
    actor: str,
    target_id: str | None = None,
    **terms: Any,  # noqa: ANN401  the further fields of an `Assignment`
) -> Crawl:
    """Return the unfinished crawl of a target, or of these addresses and searches, or a new one.

    However many begin at once, they begin the same crawl. One that is under way goes on by the
    terms that are given now.
    """
    searched = (*terms.get("searches", ()), *terms.get("search_works", ()))
    plan = plan_id(channel, (*urls, *searched), target_id)
    newest = newest_crawls(records, plan)
    if (running := running_among(newest)) is not None:
        return _on_terms(records, running, terms, actor)
    for number in count(next_number(records, plan, newest)):
        crawl = Crawl(
            id=crawl_id(plan, number),
            number=number,
            target_id=target_id,
            plan=plan,
            urls=tuple(urls),
            channel=channel,
            started_at=now(),
            **terms,
        )
        try:
            return _store(records, crawl, actor)
        except Conflict:
            there = records.get(Crawl, crawl.id).record
            if there.state is CrawlState.RUNNING:
                return there
    raise AssertionError


def begin_due(
    records: Records, target: Target, *, due_at: datetime, number: int, actor: str
) -> Crawl:
    """Begin a target's crawl of this number, which is due since a moment.

    Raises `Conflict` when another has begun it.
    """
    plan = plan_id(target.channel, target.urls, target.id)
    crawl = Crawl(
        id=crawl_id(plan, number),
        number=number,
        target_id=target.id,
        plan=plan,
        due_at=due_at,
        started_at=now(),
        **terms_of(target),
    )
    return _store(records, crawl, actor)


def finish(records: Records, id: str, *, actor: str, counts: dict[str, JsonValue]) -> Crawl:
    """Close a crawl; one that is closed already stays as it is."""
    return _close(records, id, CrawlState.FINISHED, actor, counts)


def stop(records: Records, id: str, *, actor: str, because: str = "") -> Crawl:
    """End a crawl before all is visited; one that is closed already stays as it is.

    Workers leave it alone from then on. Raises `NotFound`.
    """
    return _close(records, id, CrawlState.STOPPED, actor, {"because": because})


def plan_id(channel: Channel, urls: Sequence[str], target_id: str | None) -> str:
    """Name what is asked for: a target, or a set of addresses and searches."""
    return content_id("plan", channel.value, *([target_id] if target_id else sorted(set(urls))))


def crawl_id(plan: str, number: int) -> str:
    """Name the crawl of this number, from 0, of a plan."""
    return content_id("crawl", plan, str(number))


def newest_crawls(records: Records, plan: str) -> list[Crawl]:
    """Return the crawls of a plan that were begun last, the latest first."""
    query = Query(Crawl, {"plan": plan}, order="-started_at")
    found = [one.record for one in records.find(query, limit=_NEWEST).items]
    # Machines' clocks may differ; numbers don't.
    return sorted(found, key=lambda crawl: (crawl.number, crawl.started_at), reverse=True)


def running_among(newest: Sequence[Crawl]) -> Crawl | None:
    """Return the crawl that is under way, of which a plan has no more than one."""
    return next((crawl for crawl in newest if crawl.state is CrawlState.RUNNING), None)


def next_number(records: Records, plan: str, newest: Sequence[Crawl]) -> int:
    """Return the number that comes after a plan's newest crawls."""
    number = max((crawl.number + 1 for crawl in newest), default=0)
    if number == 1 < len(newest):  # stored before crawls had numbers
        return records.count(Query(Crawl, {"plan": plan}))
    return number


def counts_of(stats: Stats) -> dict[str, JsonValue]:
    """Return what a crawl's closing says of it: what all workers together fetched and gave up."""
    return {
        "pages": stats.pages,
        "media": stats.media,
        "bytes": stats.bytes,
        "failed": dict(stats.failed),
    }


def terms_of(assignment: Assignment) -> dict[str, Any]:
    """Return what a target's crawls take over from it, or one crawl from another."""
    return {name: getattr(assignment, name) for name in Assignment.model_fields if name != "id"}


def _store(records: Records, crawl: Crawl, actor: str) -> Crawl:
    told: dict[str, JsonValue] = {
        "target_id": crawl.target_id,
        "due_at": crawl.due_at.isoformat() if crawl.due_at else None,
    }
    if crawl.ignore_robots_because:
        told["ignore_robots_because"] = crawl.ignore_robots_because
    begun = event("crawl_begun", crawl, at=crawl.started_at, actor=actor, details=told, once=True)
    records.put(crawl, expect=None, events=(begun,))
    return crawl


def _on_terms(records: Records, crawl: Crawl, terms: dict[str, Any], actor: str) -> Crawl:
    def step(old: Crawl) -> tuple[Crawl, tuple[Event, ...]]:
        new = old.model_copy(update=terms)
        is_now, was = new.model_dump(mode="json"), old.model_dump(mode="json")
        changed = {name: is_now[name] for name in terms if is_now[name] != was[name]}
        told = event("crawl_terms_changed", new, at=now(), actor=actor, details=changed)
        return new, (told,) if changed else ()

    return change(records, Crawl, crawl.id, step)


def _close(
    records: Records, id: str, state: CrawlState, actor: str, details: dict[str, JsonValue]
) -> Crawl:
    def step(crawl: Crawl) -> tuple[Crawl, tuple[Event, ...]]:
        if crawl.state is not CrawlState.RUNNING:
            return crawl, ()
        at = now()
        closed = crawl.model_copy(update={"state": state, "finished_at": at})
        told = event(f"crawl_{state.value}", crawl, at=at, actor=actor, details=details, once=True)
        return closed, (told,)

    return change(records, Crawl, id, step)
