"""Matching works with what was seen before they were registered."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from console.cli.batch import answers, progress
from crawlers.examination.examiner import ExaminerSource
from index.contract import Query
from index.documents import Match, Sighting
from index.errors import NotFound
from index.lookback import seen_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from console.cli.house import House
    from crawlers.errors import CrawlError
    from index.documents import Work


def look_back(house: House, works: Iterable[Work]) -> int:
    """Examine again the sightings that hold one of the works; return how many matches are new.

    Their cases are filed. What a kill cuts short is done when the works are matched again.
    """
    records = house.store.records
    if not records.count(Query(Sighting)):
        return 0
    works = list(works)
    before = _matches(house, works)
    index, threshold = house.store.fingerprints, house.settings.match_threshold
    examine_again(
        house, {id for work in works for id in seen_with(index, work, threshold=threshold)}
    )
    found = _matches(house, works) - before
    if found:
        house.note(
            f"{found} matches with what was seen before (marque cases list)",
            f"与既往采集内容新增 {found} 处匹配（marque cases list）",
        )
    return found


def examine_again(house: House, ids: Iterable[str]) -> int:
    """Examine sightings as if they were seen for the first time; what was found before stays.

    Returns how many there were: a visit that was cut short has left prints only.
    """
    sightings = list(_stored(house, ids))
    with progress(house, house.say("looking back", "回溯比对")) as bar:
        task = bar.add_task("", total=len(sightings))
        for _ in _examined_again(house, sightings):
            bar.advance(task)
    return len(sightings)


def _stored(house: House, ids: Iterable[str]) -> Iterator[Sighting]:
    for id in sorted(ids):
        with suppress(NotFound):
            yield house.store.records.get(Sighting, id).record


def _examined_again(house: House, sightings: list[Sighting]) -> Iterator[Sighting]:
    def failed(sighting: Sighting, error: CrawlError) -> Sighting:
        house.note(
            f"{sighting.url}: not examined again, {error.code} ({error.reason})",
            f"{sighting.url}：未能重新检测，{error.code}（{error.reason}）",
        )
        return sighting

    return answers(
        sightings,
        ExaminerSource(
            house.location, house.limits.files, house.settings.match_threshold, again=True
        ),
        failed,
        takes=Sighting,
        gives=Sighting,
        jobs=house.settings.jobs,
        limits=house.limits,
    )


def _matches(house: House, works: Iterable[Work]) -> int:
    records = house.store.records
    return sum(records.count(Query(Match, {"work_id": work.id})) for work in works)
