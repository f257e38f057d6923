"""Events: the audit trail. Appended, never changed, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, JsonValue

from index.documents.record import Meaning, Moment, Record, content_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Event(Record):
    """Something that happened to a document, who did it and when.

    An event that follows from stored facts has an id derived from them, so that doing the work
    twice records it once.
    """

    kind: ClassVar[str] = "events"

    at: Annotated[Moment, Meaning("When", "时间", "date", ecs="@timestamp")]
    actor: Annotated[str, Meaning("Who", "操作人", ecs="user.name")]
    verb: Annotated[str, Meaning("What", "事件", ecs="event.action")]
    subject_kind: Annotated[str, Meaning("Kind of document", "对象类别")]
    subject_id: Annotated[str, Meaning("Document", "对象")]
    details: Annotated[dict[str, JsonValue], Meaning("Details", "详情", "stored")] = Field(
        default_factory=dict
    )


def event(
    verb: str,
    subject: Record,
    *,
    at: datetime,
    actor: str,
    details: Mapping[str, JsonValue],
    once: bool = False,
) -> Event:
    """Return an event about a document; `once`: it can happen to that but once, whenever it did."""
    when = () if once else (at.isoformat(),)
    return Event(
        id=content_id("event", verb, subject.id, *when),
        at=at,
        actor=actor,
        verb=verb,
        subject_kind=subject.kind,
        subject_id=subject.id,
        details=dict(details),
    )
