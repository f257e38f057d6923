"""What changed between two crawls of a target, from a sample of what they saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawlers.schedule.revisit import Observation
from index.contract import Query
from index.documents import Match, Sighting, content_id

if TYPE_CHECKING:
    from index.contract import Records
    from index.documents import Crawl

_SAMPLE: Final = 200
"""Sightings' ids are hashes, so the first by id are a random sample, and always the same."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What two crawls tell of a target: of its pages, and whether the later found new copies."""

    pages: Observation
    finds: Observation


def changes(records: Records, earlier: Crawl, later: Crawl) -> Changes:
    """Compare two crawls. An address that is new has changed; one that failed tells nothing."""
    elapsed_s = (later.started_at - earlier.started_at).total_seconds()
    sample = records.find(Query(Sighting, {"crawl_id": later.id}), limit=_SAMPLE).items
    now = {_id(earlier, one.record.url): one.record.payload for one in sample}
    found = records.find(Query(Sighting, {"id": tuple(now)}), limit=_SAMPLE).items if now else ()
    before = {one.record.id: one.record.payload for one in found}
    failed = {id for id, payload in [*now.items(), *before.items()] if payload is None}
    compared = now.keys() - failed
    unchanged = sum(before.get(id) == now[id] for id in compared)
    quiet = not _new_copies(records, earlier, later)
    return Changes(
        Observation(elapsed_s, len(compared), unchanged),
        Observation(elapsed_s, int(bool(compared)), int(bool(compared) and quiet)),
    )


def _new_copies(records: Records, earlier: Crawl, later: Crawl) -> bool:
    matches = records.find(Query(Match, {"crawl_id": later.id}), limit=_SAMPLE).items
    if not matches:
        return False
    now = {(_id(earlier, one.record.url), one.record.work_id) for one in matches}
    sightings = tuple({sighting for sighting, _ in now})
    there = records.find(Query(Match, {"sighting_id": sightings}), limit=10 * _SAMPLE).items
    return not now <= {(one.record.sighting_id, one.record.work_id) for one in there}


def _id(crawl: Crawl, url: str) -> str:
    return content_id("sighting", crawl.id, url)
