"""Workers join, drain, are killed and come again: every address is seen, no host is pressed."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.error import HTTPError

import pytest

from console.demo.content import shipped_content
from index.contract import Query
from index.documents import Case, Crawl, CrawlState, Event, Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.program import Program
from tests.redis import RedisNode
from tests.servers import Site, page, text

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from index.contract import Records

HOSTS = 3
PAGES = 120
"""Of each host."""
DELAY_S = 0.05
KILLS = int(os.environ.get("MARQUE_TEST_KILLS", "8"))
_WHILE = 20
"""Visits, of which so many may have been noticed late:"""
_LATE = 3
_LONGEST_S = 120.0
_DOWN_S = 3.0
_WORK = 6_000
_COPY = f"/{PAGES - 1}"
_ROBOTS = "User-agent: *\nAllow: /"


def tree() -> dict[str, str]:
    """Return pages by their paths: each leads to three more and to one that does not exist."""
    pages = {}
    for number in range(PAGES):
        children = range(3 * number + 1, min(3 * number + 4, PAGES))
        links = "".join(f'<a href="/{child}">{child}</a>' for child in children)
        path = f"/{number}" if number else "/"
        pages[path] = f"<html><title>{number}</title><p>{chr(0x4E00 + number)}</p>{links}</html>"
    return pages


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    with ExitStack() as open_:
        found = [open_.enter_context(Site()) for _ in range(HOSTS)]
        for site in found:
            site.routes.update({path: page(html) for path, html in tree().items()})
            site.routes["/robots.txt"] = text(_ROBOTS)
        yield found


@pytest.fixture(params=["sqlite", "redis"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Program]:
    settings = {"MARQUE_DATA": str(tmp_path / "data"), "MARQUE_CRAWL__LEASE_S": "20"}
    if request.param == "redis":
        location = request.getfixturevalue("redis_location")
        settings |= {"MARQUE_REDIS_URL": location.url, "MARQUE_REDIS_PREFIX": location.prefix}
    found = Program(tmp_path, settings=settings)
    yield found
    assert not found.left_behind()


def records_of(program: Program) -> Records:
    return open_store(StoreLocation(program.folder / "data")).records


def begin(program: Program, *sites: Site, delay_s: float = DELAY_S) -> str:
    """Add a target of these sites, begin a crawl of it, and return the crawl's id."""
    allowed = [word for site in sites for word in ("--allow", site.host)]
    urls = [site.url() for site in sites]
    added = program.run("targets", "add", *urls, *allowed, "--delay", str(delay_s), "--json")
    assert added.code == 0, added.err
    begun = program.run("targets", "run", added.object["id"], "--json")
    assert begun.code == 0, begun.err
    return str(begun.object["id"])


def stopped(worker: subprocess.Popen[str]) -> int:
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=_LONGEST_S)
    return worker.returncode


def finish(program: Program) -> None:
    ended = program.run("worker", "--until-idle")
    assert ended.code == 0, ended.err


def seen(records: Records) -> list[str]:
    found = (stored.record for stored in scan(records, Query(Sighting)))
    return sorted(one.url for one in found if one.examined_at is not None)


def expected(sites: list[Site]) -> list[str]:
    return sorted(site.url(path) for site in sites for path in tree())


def visits(site: Site) -> list[tuple[float, str]]:
    return sorted((asked.at, asked.path) for asked in site.asked if asked.path != "/robots.txt")


def wait_for_visits(sites: list[Site], count: int) -> None:
    until = time.monotonic() + _LONGEST_S
    while sum(len(visits(site)) for site in sites) < count:
        assert time.monotonic() < until, "the crawl makes no progress"
        time.sleep(0.01)


def assert_polite(sites: list[Site]) -> None:
    """No host was asked for more pages in any while than its delay allows for.

    By when the server's threads got to run: of two neighbours that says little.
    """
    for site in sites:
        times = [at for at, _ in visits(site)]
        for first, last in zip(times, times[_WHILE:], strict=False):
            assert last - first > (_WHILE - _LATE) * DELAY_S


def test_workers_killed_at_any_moment_lose_nothing(program: Program, sites: list[Site]) -> None:
    copied = shipped_content().texts[0].words[:_WORK]
    work = program.folder / "work.txt"
    work.write_text(copied, "utf-8")
    told = ("--kind", "literature", "--title", "三国演义", "--holder", "H")
    assert program.run("works", "add", str(work), *told).code == 0
    for site in sites:
        site.routes[_COPY] = page(f"<html><p>{copied}</p></html>")
    id = begin(program, *sites)
    workers = [program.start("worker", "--jobs", "1") for _ in range(3)]
    for number in range(KILLS):
        wait_for_visits(sites, number * HOSTS * PAGES // (KILLS + 1) + 1)
        killed = workers.pop(0)
        killed.kill()
        killed.communicate()
        workers.append(program.start("worker", "--jobs", "1"))
    finish(program)
    for worker in workers:
        stopped(worker)
    records = records_of(program)
    assert seen(records) == expected(sites)
    assert records.get(Crawl, id).record.state is CrawlState.FINISHED
    finished = scan(records, Query(Event, {"verb": "crawl_finished"}))
    (closing,) = [stored.record for stored in finished]
    assert closing.details["pages"] == HOSTS * PAGES
    assert_polite(sites)
    cases = [stored.record for stored in scan(records, Query(Case))]
    assert {case.site for case in cases} == {site.host for site in sites}
    assert [case.url_count for case in cases] == [1] * HOSTS
    assert records.count(Query(Event, {"verb": "case_opened"})) == HOSTS


def test_a_worker_that_drains_leaves_the_rest_to_others(
    program: Program, sites: list[Site]
) -> None:
    begin(program, *sites)
    first = program.start("worker", "--jobs", "1")
    wait_for_visits(sites, PAGES)
    assert stopped(first) == 0
    asked = sum(len(visits(site)) for site in sites)
    assert 0 < asked < HOSTS * PAGES
    finish(program)
    assert seen(records_of(program)) == expected(sites)
    # What was under way was finished: nothing is asked for twice.
    assert sum(len(visits(site)) for site in sites) == HOSTS * PAGES
    assert_polite(sites)


def test_more_crawls_than_seats_take_turns(program: Program, sites: list[Site]) -> None:
    ids = [begin(program, site) for site in sites]
    ended = program.run("worker", "--until-idle", "--crawls", "1")
    assert ended.code == 0, ended.err
    records = records_of(program)
    states = {records.get(Crawl, id).record.state for id in ids}
    assert states == {CrawlState.FINISHED}
    assert seen(records) == expected(sites)


def test_a_crawl_that_is_stopped_is_left_alone(program: Program, sites: list[Site]) -> None:
    id = begin(program, sites[0], delay_s=0.5)  # it lasts a minute: stopping it takes seconds
    worker = program.start("worker", "--jobs", "1")
    wait_for_visits(sites[:1], 10)
    assert program.run("crawls", "stop", id).code == 0
    finish(program)  # what runs no more is nobody's work
    assert stopped(worker) == 0
    asked = len(visits(sites[0]))
    assert 0 < asked < PAGES
    finish(program)
    assert len(visits(sites[0])) == asked
    assert records_of(program).get(Crawl, id).record.state is CrawlState.STOPPED


def test_a_worker_tells_its_health_and_counts(program: Program, sites: list[Site]) -> None:
    begin(program, sites[0])
    worker = program.start("worker", "--jobs", "1", "--listen", "127.0.0.1:0")
    assert worker.stderr is not None
    at = worker.stderr.readline().split("/metrics")[0]
    wait_for_visits(sites[:1], PAGES)
    health = json.loads(answer(f"{at}/health"))
    assert health["ok"]
    counted = answer(f"{at}/metrics")
    assert 'marque_visits_total{channel="web",outcome="page"}' in counted
    assert "marque_leases" in counted
    assert "127.0.0.1" not in counted  # no label grows with what is crawled
    with pytest.raises(HTTPError):
        answer(f"{at}/elsewhere")
    assert stopped(worker) == 0


def answer(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310  our own address
        body: bytes = response.read()
    return body.decode()


def test_a_redis_killed_and_started_again_costs_nothing(tmp_path: Path, sites: list[Site]) -> None:
    """The workers have little patience with it, so that they give the crawl up and come back."""
    with RedisNode() as redis:
        settings = {
            "MARQUE_DATA": str(tmp_path / "data"),
            "MARQUE_REDIS_URL": redis.url,
            "MARQUE_REDIS_PATIENCE_S": "0.5",
        }
        program = Program(tmp_path, settings=settings)
        id = begin(program, *sites)
        workers = [program.start("worker", "--jobs", "1") for _ in range(2)]
        wait_for_visits(sites, PAGES // 2)
        redis.kill()
        time.sleep(_DOWN_S)
        redis.start()
        wait_for_visits(sites, HOSTS * PAGES)
        finish(program)
        assert [stopped(worker) for worker in workers] == [0, 0]
    assert not program.left_behind()
    records = records_of(program)
    assert seen(records) == expected(sites)
    assert records.get(Crawl, id).record.state is CrawlState.FINISHED
    assert_polite(sites)
