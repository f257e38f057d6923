"""Kin: the sites that show the same numbers and accounts as a site, so may be one owner's.

What is compared, sightings have shown before: licence numbers (`crawlers.spiders.tracing`),
accounts of analytics and advertising, certificates (`crawlers.spiders.kinship`). It is a lead for a
person, no proof: a template may be copied with its accounts, and networks of delivery share
certificates. So what very many sites have in common is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawlers.spiders.kinship import ACCOUNTS, CERTIFICATE
from index.contract import Query
from index.documents import Case, CaseState, Sighting

if TYPE_CHECKING:
    from index.contract import Records

_NAMES: Final = frozenset({"icp", "icp_licence", "gongan", *ACCOUNTS, CERTIFICATE})
_NUMBERED: Final = re.compile(r"(icp:.{1,40}号|google_analytics:UA-\d{4,10})(?:-\d{1,4})?")
_MOST_NUMBERS: Final = 30
"""One owner's sites, or properties, are numbered: `…号-2`, `UA-…-2`."""
_MOST_FACTS: Final = 1_000
_MOST_OF_SITE: Final = 50
MOST_SITES: Final = 50
"""What more sites than these show tells nothing of their owners."""


@dataclass(frozen=True, slots=True)
class Kin:
    """A site that shares facts with another. `cases` are those of it that stand."""

    site: str
    shared: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True)
class Family:
    """What a site shows by which it can be told, and who shares it, most in common first.

    `common` is what too many sites show.
    """

    site: str
    facts: tuple[str, ...]
    kin: tuple[Kin, ...]
    common: tuple[str, ...]


def family(records: Records, site: str) -> Family:
    """Return the family of a site, as far as sightings tell."""
    shown = records.facets(Query(Sighting, {"site": site}), "shown_facts", limit=_MOST_FACTS)
    every = (str(one.value) for one in shown if one.value is not None)
    facts = [fact for fact in every if fact.partition(":")[0] in _NAMES][:_MOST_OF_SITE]
    shared: dict[str, list[str]] = {}
    common = []
    for fact in facts:
        sites = _sites_with(records, fact)
        if len(sites) > MOST_SITES:
            common.append(fact)
            continue
        for other in sites:
            if other != site:
                shared.setdefault(other, []).append(fact)
    kin = [Kin(other, tuple(its), _cases(records, other)) for other, its in shared.items()]
    kin.sort(key=lambda one: (-len(one.shared), -one.cases, one.site))
    return Family(site, tuple(facts), tuple(kin), tuple(common))


def _sites_with(records: Records, fact: str) -> list[str]:
    query = Query(Sighting, {"shown_facts": _variants(fact)})
    found = records.facets(query, "site", limit=MOST_SITES + 1)
    return [str(one.value) for one in found if one.value]


def _variants(fact: str) -> tuple[str, ...]:
    """Return a fact with the numbers under which an owner's other sites show it."""
    numbered = _NUMBERED.fullmatch(fact)
    if numbered is None:
        return (fact,)
    base = numbered[1]
    return tuple(dict.fromkeys((fact, base, *(f"{base}-{n}" for n in range(1, _MOST_NUMBERS)))))


def _cases(records: Records, site: str) -> int:
    standing = tuple(state.value for state in CaseState if state is not CaseState.DISMISSED)
    return records.count(Query(Case, {"site": site, "state": standing}))
