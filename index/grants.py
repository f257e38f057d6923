"""Grants: recorded by their holder, ended by revocation, and asked whether they cover a use."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from index.contract import Query
from index.documents import Grant, content_id, event, folded, now
from index.errors import Conflict
from index.scan import scan
from index.sites import belongs, is_at

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import JsonValue

    from index.contract import Records
    from index.documents import Event, Work


RIGHT = "信息网络传播权"
"""The right that showing a work on the web needs (著作权法 10(12)): only its grants cover a use."""


def record(records: Records, *, actor: str, **facts: Any) -> Grant:  # noqa: ANN401 - Grant's fields
    """Store a new grant made of the document's fields, and return it.

    The same facts recorded again return the grant that is there, unless it was revoked.
    """
    stated = [f"{name}={value!r}" for name, value in sorted(facts.items())]
    for time in count(1):
        at = now()
        grant = Grant(
            id=content_id("grant", str(time), *stated),
            grantor_key=folded(facts["grantor"]),
            recorded_at=at,
            **facts,
        )
        try:
            records.put(grant, expect=None, events=(_event("grant_recorded", grant, at, actor),))
        except Conflict:
            grant = records.get(Grant, grant.id).record
        if grant.revoked_at is None:
            return grant
    raise AssertionError


def revoke(records: Records, id: str, *, actor: str, reason: str) -> Grant:
    """End a grant from now on. Raises `NotFound`, or `Conflict` when it was revoked before."""
    stored = records.get(Grant, id)
    if stored.record.revoked_at is not None:
        raise Conflict(Grant.kind, id)
    at = now()
    revoked = stored.record.model_copy(update={"revoked_at": at, "revoked_because": reason})
    records.put(
        revoked, expect=stored.version, events=(_event("grant_revoked", revoked, at, actor),)
    )
    return revoked


def covering_grant(
    records: Records, work: Work, *, url: str, seen_at: datetime, place: str = ""
) -> Grant | None:
    """Return a grant of the work's holder that allowed the work at this URL at that time.

    `place` is the site or account it is offered on, where that isn't the URL's own. A grant
    recorded later holds for the time it names; a revoked one holds until then.
    """
    grants = scan(records, Query(Grant, {"grantor_key": folded(work.holder)}))
    return next(
        (
            one.record
            for one in grants
            if covers(one.record, work, url=url, at=seen_at, place=place)
        ),
        None,
    )


def covers(grant: Grant, work: Work, *, url: str, at: datetime, place: str = "") -> bool:
    """Tell whether a grant allowed the work at that time: where it is offered, or where it lies."""
    return (
        grant.grantor_key == folded(work.holder)
        and RIGHT in grant.right
        and (not grant.works or work.id in grant.works)
        and (not grant.sites or any(_reaches(site, url, place) for site in grant.sites))
        and (grant.starts_at is None or grant.starts_at <= at)
        and (grant.ends_at is None or at < grant.ends_at)
        and (grant.revoked_at is None or at < grant.revoked_at)
    )


def _reaches(site: str, url: str, place: str) -> bool:
    return belongs(site, url) or is_at(site, place)


def _event(verb: str, grant: Grant, at: datetime, actor: str) -> Event:
    told: dict[str, JsonValue] = {
        "grantor": grant.grantor,
        "grantee": grant.grantee,
        "reason": grant.revoked_because,
    }
    return event(verb, grant, at=at, actor=actor, details=told, once=True)
