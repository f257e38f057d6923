"""Authorisation: does a grant cover this use, as at the time it was seen?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.contract import Query
from index.documents import Grant
from index.scan import scan
from index.sites import belongs

if TYPE_CHECKING:
    from datetime import datetime

    from index.contract import Records
    from index.documents import Work


def covering_grant(records: Records, work: Work, *, url: str, seen_at: datetime) -> Grant | None:
    """Return a grant of the work's holder that allowed the work at this URL at that time.

    Recording a grant later makes it hold for the time it names; revoking one ends it from then on.
    """
    grants = scan(records, Query(Grant, {"grantor": work.holder}))
    return next(
        (grant.record for grant in grants if _covers(grant.record, work, url, seen_at)), None
    )


def _covers(grant: Grant, work: Work, url: str, at: datetime) -> bool:
    return (
        (not grant.works or work.id in grant.works)
        and (not grant.sites or any(belongs(site, url) for site in grant.sites))
        and (grant.starts_at is None or grant.starts_at <= at)
        and (grant.ends_at is None or at < grant.ends_at)
        and (grant.revoked_at is None or at < grant.revoked_at)
    )
