"""Targets: added, paused and removed, each step in the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.changing import change
from index.documents import Target, content_id, event, now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pydantic import JsonValue

    from index.contract import Records
    from index.documents import Event


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
    verb = "target_paused" if paused else "target_resumed"

    def step(target: Target) -> tuple[Target, tuple[Event]]:
        changed = target.model_copy(update={"paused": paused})
        return changed, (_event(verb, changed, now(), actor, {}),)

    return change(records, Target, id, step)


def remove(records: Records, id: str, *, actor: str) -> None:
    """Forget a target; its crawls and sightings stay. Raises `NotFound`."""
    stored = records.get(Target, id)
    records.append(_event("target_removed", stored.record, now(), actor, {}))
    records.delete(Target, id, expect=stored.version)


def _event(
    verb: str, target: Target, at: datetime, actor: str, details: dict[str, JsonValue]
) -> Event:
    told: dict[str, JsonValue] = {"name": target.name, "urls": list(target.urls), **details}
    return event(verb, target, at=at, actor=actor, details=told)
