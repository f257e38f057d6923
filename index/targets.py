"""Targets: added, changed, paused and removed, each step in the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from index.changing import change
from index.documents import Target, content_id, event, now

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pydantic import JsonValue

    from index.contract import Records
    from index.documents import Event

SCHEDULE: Final = frozenset(
    {"cron", "time_zone", "blackout", "starts_at", "ends_at", "cadence", "revisit"}
)
"""The fields that say when a target is due; moments before a change of them don't count."""


def _anything(_: Target) -> None:
    """Accept whatever a target is."""


def add(
    records: Records,
    urls: Sequence[str],
    *,
    name: str,
    actor: str,
    because: str = "",
    check: Callable[[Target], None] = _anything,
    **facts: Any,  # noqa: ANN401 - Target's fields
) -> Target:
    """Store a target that passes `check`, which raises if it doesn't, and return it.

    Raises `Conflict` when the same addresses are watched, and the same is searched there.
    """
    at = now()
    searched = {*facts.get("searches", ()), *facts.get("search_works", ())}
    id = content_id("target", facts["channel"].value, *sorted({*urls, *searched}))
    target = Target(id=id, urls=tuple(urls), name=name, created_at=at, scheduled_at=at, **facts)
    check(target)
    said = {field: value for field, value in _plain(target).items() if value}
    details: dict[str, JsonValue] = {**said, "because": because}
    records.put(target, expect=None, events=(_event("target_added", target, at, actor, details),))
    return target


def edit(
    records: Records,
    id: str,
    changes: dict[str, Any],
    *,
    actor: str,
    because: str = "",
    check: Callable[[Target], None] = _anything,
) -> Target:
    """Change fields of a target and return it; what is the same already is no change.

    Raises `NotFound`, and what `check` raises of what it would become.
    """

    def step(old: Target) -> tuple[Target, tuple[Event, ...]]:
        at = now()
        new = Target.model_validate({**dict(old), **changes})
        if new == old:
            return old, ()
        was, is_now = _plain(old), _plain(new)
        changed = [name for name in is_now if was[name] != is_now[name]]
        if SCHEDULE.intersection(changed):
            new = new.model_copy(update={"scheduled_at": at})
        check(new)
        details: dict[str, JsonValue] = {
            "before": {name: was[name] for name in changed},
            "after": {name: is_now[name] for name in changed},
            "because": because,
        }
        return new, (_event("target_changed", new, at, actor, details),)

    return change(records, Target, id, step)


def pause(records: Records, id: str, *, paused: bool, actor: str, because: str = "") -> Target:
    """Stop or resume watching a target; what was missed meanwhile is not made up for.

    Raises `NotFound`.
    """
    verb = "target_paused" if paused else "target_resumed"

    def step(target: Target) -> tuple[Target, tuple[Event, ...]]:
        if target.paused == paused:
            return target, ()
        at = now()
        resumed = {} if paused else {"scheduled_at": at}
        changed = target.model_copy(update={"paused": paused, **resumed})
        return changed, (_event(verb, changed, at, actor, {"because": because}),)

    return change(records, Target, id, step)


def remove(records: Records, id: str, *, actor: str, because: str = "") -> None:
    """Forget a target; its crawls and sightings stay. Raises `NotFound`."""
    stored = records.get(Target, id)
    removed = _event("target_removed", stored.record, now(), actor, {"because": because})
    records.append(removed)
    records.delete(Target, id, expect=stored.version)


def _plain(target: Target) -> dict[str, JsonValue]:
    """Return what people set of a target, as JSON has it."""
    return target.model_dump(mode="json", exclude={"id", "created_at", "scheduled_at"})


def _event(
    verb: str, target: Target, at: datetime, actor: str, details: dict[str, JsonValue]
) -> Event:
    told: dict[str, JsonValue] = {"name": target.name, "urls": list(target.urls), **details}
    return event(verb, target, at=at, actor=actor, details=told)
