"""A crawl killed at any moment and started again finds the same cases, none of them twice."""

from __future__ import annotations

import shutil
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from console.demo.world import DemoWorld, demo_world
from index.contract import Query
from index.documents import Case, CaseUrl, Crawl, Event, Match, Sighting
from index.grants import record
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.material import small_content, work_table
from tests.e2e.program import Ended, Program

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from index.contract import Records

KILLS = 10
_LOOK_S = 0.002


@dataclass(frozen=True, slots=True)
class Scene:
    """Sites that are served, and a data folder where their works are registered."""

    program: Program
    world: DemoWorld
    registered: Path

    def crawl(self, data: Path) -> subprocess.Popen[str]:
        allowed = [word for at in self.world.sites for word in ("--allow", at.host)]
        urls = [at.url for at in self.world.sites]
        options = ("--channel", "literature", "--delay", "0", "--data", str(data), "--json")
        return self.program.start("crawl", *urls, *allowed, *options)

    def data(self, name: str) -> Path:
        return shutil.copytree(self.registered, self.program.folder / name)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("kill")
    program = Program(folder)
    registered = folder / "registered"
    with demo_world(small_content(folder / "content")) as world:
        table = work_table(folder / "works", world.works)
        found = program.run("works", "import", str(table), "--data", str(registered), "--json")
        assert found.code == 0, found.err
        ids = {one["title"]: one["work_id"] for one in found.objects}
        records = open_store(StoreLocation(registered)).records
        for grant in world.grants:
            record(
                records,
                actor="tester",
                grantor=grant.grantor,
                grantee=grant.grantee,
                works=tuple(ids[title] for title in grant.titles),
                sites=(grant.site,),
            )
        yield Scene(program, world, registered)


@pytest.fixture(scope="module")
def undisturbed(scene: Scene) -> Path:
    data = scene.data("undisturbed")
    ended = scene.program.end(scene.crawl(data))
    assert ended.code == 0, ended.err
    assert ended.object["finished"]
    return data


def records_in(data: Path) -> Records:
    return open_store(StoreLocation(data)).records


def cases(records: Records) -> dict[str, tuple[object, ...]]:
    """Return what cases say, but for when: by id."""
    return {
        case.id: (
            (case.work_id, case.title, case.site, case.state, case.url_count),
            (case.channels, case.modalities, case.covered),
            pytest.approx(case.coverage, abs=1e-9),
            pytest.approx(case.score, abs=1e-9),
            case_urls(records, case.id),
        )
        for case in (stored.record for stored in scan(records, Query(Case)))
    }


def case_urls(records: Records, case_id: str) -> list[str]:
    found = scan(records, Query(CaseUrl, {"case_id": case_id}))
    return sorted(stored.record.url for stored in found)


def sightings(records: Records) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """Return every sighting's URL, why it couldn't be examined, and what was read in it."""
    found = (stored.record for stored in scan(records, Query(Sighting)))
    return sorted(
        (one.url, one.failure.code if one.failure else None, one.modalities) for one in found
    )


def matches(records: Records) -> list[tuple[str, str, str, bool]]:
    found = (stored.record for stored in scan(records, Query(Match)))
    return sorted((one.url, one.work_id, one.modality, one.grant_id is None) for one in found)


def opened(records: Records) -> list[str]:
    found = scan(records, Query(Event, {"verb": "case_opened"}))
    return sorted(stored.record.subject_id for stored in found)


def kill_at(
    process: subprocess.Popen[str], records: Records, sighted: int, *, later_s: float
) -> None:
    """Kill the process, and only it, a little after so many sightings are on record."""
    while records.count(Query(Sighting)) < sighted:
        assert process.poll() is None, f"ended before {sighted} sightings"
        time.sleep(_LOOK_S)
    time.sleep(later_s)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL


def killed_and_finished(scene: Scene, data: Path, sightings_in_all: int) -> Ended:
    """Kill a crawl at ten moments from its beginning to its end, then let it finish."""
    records = records_in(data)
    for number in range(KILLS):
        share = (number + 0.5) / KILLS
        process = scene.crawl(data)
        # Not always just after a sighting was stored: then there is much that can't go wrong.
        kill_at(process, records, int(share * sightings_in_all), later_s=number % 4 * 0.007)
        assert not scene.program.left_behind()
    return scene.program.end(scene.crawl(data))


def test_ten_kills_change_nothing(scene: Scene, undisturbed: Path) -> None:
    records = records_in(undisturbed)
    expected = cases(records)
    seen, found = sightings(records), matches(records)
    data = scene.data("killed")
    ended = killed_and_finished(scene, data, len(seen))
    assert ended.code == 0, ended.err
    assert ended.object["finished"]
    records = records_in(data)
    assert cases(records) == expected
    assert sightings(records) == seen
    assert matches(records) == found
    assert opened(records) == sorted(expected)
    (crawl,) = scan(records, Query(Crawl))
    assert ended.object["crawl_id"] == crawl.record.id
    assert not scene.program.left_behind()


def test_the_cases_are_those_of_the_copies_without_a_grant(scene: Scene, undisturbed: Path) -> None:
    records = records_in(undisturbed)
    found = [stored.record for stored in scan(records, Query(Case))]
    assert {(case.site, case.title) for case in found} == scene.world.accusable
    assert len(found) == len(scene.world.accusable)


def test_a_finished_crawl_started_again_joins_its_cases(scene: Scene, undisturbed: Path) -> None:
    data = shutil.copytree(undisturbed, scene.program.folder / "again")
    records = records_in(data)
    before = {one.record.id: one.record for one in scan(records, Query(Case))}
    (first,) = scan(records, Query(Crawl))
    ended = scene.program.end(scene.crawl(data))
    assert ended.code == 0, ended.err
    after = {one.record.id: one.record for one in scan(records, Query(Case))}
    assert opened(records) == sorted(before)
    assert len({stored.record.id for stored in scan(records, Query(Crawl))}) == 2
    assert ended.object["crawl_id"] != first.record.id
    assert after.keys() == before.keys()
    for id, case in after.items():
        assert case.url_count == before[id].url_count
        assert case.first_seen == before[id].first_seen
        assert case.last_seen > before[id].last_seen
        assert case.coverage == pytest.approx(before[id].coverage, abs=1e-9)
