"""Targets: added, paused and removed, each step in the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.documents import Event, Target, content_id, now
from index.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pydantic import JsonValue

    from index.contract import Records


def add(
    records: Records,
    urls: Sequence[str],
    *,
    name: str,
    actor: str,
    **facts: Any,  # noqa: ANN401 - Target's fields
) -> Target:
    """Store a target and return it. Raises `Conflict` when the same addresses are watched."""
    at = now()
    id = content_id("target", facts["channel"].value, *sorted(set(urls)))
    target = Target(id=id, urls=tuple(urls), name=name, created_at=at, **facts)
    told: dict[str, JsonValue] = {"ignore_robots_because": target.ignore_robots_because}
    records.put(target, expect=None, events=(_event("target_added", target, at, actor, told),))
    return target


def pause(records: Records, id: str, *, paused: bool, actor: str) -> Target:
    """Stop or resume watching a target. Raises `NotFound`."""
    while True:
        stored = records.get(Target, id)
        if stored.record.paused is paused:
            return stored.record
        changed = stored.record.model_copy(update={"paused": paused})
        verb = "target_paused" if paused else "target_resumed"
        try:
            records.put(
                changed,
                expect=stored.version,
                events=(_event(verb, changed, now(), actor, {}),),
            )
        except Conflict:
            continue
        return changed


def remove(records: Records, id: str, *, actor: str) -> None:
    """Forget a target; its crawls and sightings stay. Raises `NotFound`."""
    stored = records.get(Target, id)
    records.append(_event("target_removed", stored.record, now(), actor, {}))
    records.delete(Target, id, expect=stored.version)


def _event(
    verb: str, target: Target, at: datetime, actor: str, details: dict[str, JsonValue]
) -> Event:
    return Event(
        id=content_id("event", verb, target.id, at.isoformat()),
        at=at,
        actor=actor,
        verb=verb,
        subject_kind=Target.kind,
        subject_id=target.id,
        details={"name": target.name, "urls": list(target.urls), **details},
    )
