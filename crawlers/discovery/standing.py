"""How a site stands: whether it has permission, or what cases it has had."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING, Final

from scrapy.utils.datatypes import LocalCache

from index.contract import Query
from index.documents import Case, CaseState, Grant, folded, now
from index.grants import covers
from index.scan import scan
from index.sites import site_of

if TYPE_CHECKING:
    from index.contract import Records
    from index.documents import Work

_MOST_KNOWN: Final = 5_000
_MOST_CASES: Final = 200


class Standing(Enum):
    """What is known of a site before it is visited."""

    LICENSED = "licensed"
    KNOWN_TO_HOLDER = "known_to_holder"
    KNOWN = "known"
    DISMISSED = "dismissed"
    UNKNOWN = "unknown"


class Standings:
    """Reads how sites stand, once each."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._cases = LocalCache[str, tuple[Case, ...]](_MOST_KNOWN)
        self._grants = LocalCache[str, tuple[Grant, ...]](_MOST_KNOWN)

    def of(self, url: str, work: Work) -> Standing:
        """Return how the site of an address stands to a work and its holder."""
        if any(covers(one, work, url=url, at=now()) for one in self._granted(work.holder)):
            return Standing.LICENSED
        cases = self._had(site_of(url))
        states = Counter(one.state for one in cases)
        standing = states.total() - states[CaseState.DISMISSED]
        if states[CaseState.DISMISSED] > standing:
            return Standing.DISMISSED
        if not standing:
            return Standing.UNKNOWN
        holder = folded(work.holder)
        its = [one for one in cases if folded(one.holder) == holder]
        is_its = any(one.state is not CaseState.DISMISSED for one in its)
        return Standing.KNOWN_TO_HOLDER if is_its else Standing.KNOWN

    def _granted(self, holder: str) -> tuple[Grant, ...]:
        """Return a holder's grants that name sites; others say nothing of a site."""
        key = folded(holder)
        known = self._grants.get(key)
        if known is None:
            query = Query(Grant, {"grantor_key": key})
            known = tuple(one.record for one in scan(self._records, query) if one.record.sites)
            self._grants[key] = known
        return known

    def _had(self, site: str) -> tuple[Case, ...]:
        known = self._cases.get(site)
        if known is None:
            found = self._records.find(Query(Case, {"site": site}), limit=_MOST_CASES).items
            known = self._cases[site] = tuple(one.record for one in found)
        return known
