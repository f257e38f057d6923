"""Schedulers as processes: several at once, killed, told to end, without a store for a while."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from crawlers import visits
from index import targets
from index.contract import Query
from index.documents import Channel, Crawl, Event, Revisit, Target, now
from index.elastic.location import ElasticsearchLocation
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.program import Program
from tests.elasticsearch import Node

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from index.contract import Records

TARGETS = 50
SCHEDULERS = 4
KILLS = 4
_LONGEST_S = 90.0


@pytest.fixture(params=["embedded", "elasticsearch"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> StoreLocation:
    if request.param == "embedded":
        return StoreLocation(tmp_path / "data")
    return StoreLocation(tmp_path / "data", request.getfixturevalue("elasticsearch_location"))


def program(location: StoreLocation, folder: Path) -> Program:
    settings = {"MARQUE_DATA": str(location.data), "MARQUE_SCHEDULE__POLL_S": "0.2"}
    if location.elasticsearch is not None:
        settings["MARQUE_ELASTICSEARCH_URL"] = ",".join(location.elasticsearch.urls)
        settings["MARQUE_ELASTICSEARCH_PREFIX"] = location.elasticsearch.prefix
        settings["MARQUE_ELASTICSEARCH_PATIENCE_S"] = "1"
    return Program(folder, settings=settings)


def started(running: Program, count: int = 1) -> list[subprocess.Popen[str]]:
    """Start schedulers and wait until each keeps watch."""
    schedulers = [running.start("scheduler", "--json") for _ in range(count)]
    for scheduler in schedulers:
        assert scheduler.stderr is not None
        assert "schedule" in scheduler.stderr.readline()
    return schedulers


def add_due(records: Records, numbers: range) -> None:
    """Add targets that are due: some since a night long ago, some by the minute, some adaptive."""
    long_ago = now() - timedelta(days=30)
    for number in numbers:
        plan = ({"cron": "0 3 * * *"}, {"cron": "* * * * *"}, {"revisit": Revisit.ADAPTIVE})
        target = Target(
            id=f"target{number}",
            urls=(f"https://{number}.example/",),
            name=str(number),
            created_at=long_ago,
            **plan[number % 3],
        )
        records.put(target, expect=None)


def wait_for(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + _LONGEST_S
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.1)


def read(url: str) -> bytes:
    with urlopen(url) as answer:  # noqa: S310 - the scheduler's own address
        body: bytes = answer.read()
    return body


def assert_begun_once(records: Records, count: int) -> list[Crawl]:
    crawls = [one.record for one in scan(records, Query(Crawl))]
    by_target = Counter(crawl.target_id for crawl in crawls)
    assert len(by_target) == count
    assert set(by_target.values()) == {1}
    begun = Counter(
        one.record.subject_id for one in scan(records, Query(Event, {"verb": "crawl_begun"}))
    )
    assert begun == Counter(crawl.id for crawl in crawls)
    return crawls


def test_many_schedulers_begin_each_due_crawl_once(location: StoreLocation, tmp_path: Path) -> None:
    records = open_store(location).records
    running = program(location, tmp_path)
    schedulers = started(running, SCHEDULERS)
    add_due(records, range(TARGETS))
    wait_for(lambda: records.count(Query(Crawl)) >= TARGETS)
    for scheduler in schedulers:
        scheduler.send_signal(signal.SIGTERM)
    ended = [running.end(scheduler) for scheduler in schedulers]
    assert [one.code for one in ended] == [0] * SCHEDULERS, ended[0].err
    crawls = assert_begun_once(records, TARGETS)
    said = [crawl["id"] for one in ended for crawl in one.objects]
    assert sorted(said) == sorted(crawl.id for crawl in crawls)
    assert all(crawl.due_at and crawl.due_at <= crawl.started_at for crawl in crawls)


def test_schedulers_that_are_killed_lose_and_repeat_nothing(tmp_path: Path) -> None:
    location = StoreLocation(tmp_path / "data")
    records = open_store(location).records
    running = program(location, tmp_path)
    for number in range(KILLS):
        before = records.count(Query(Crawl))
        (victim,) = started(running)
        add_due(records, range(TARGETS * number, TARGETS * (number + 1)))
        wait_for(lambda before=before: records.count(Query(Crawl)) > before)  # type: ignore[misc]
        victim.kill()
        running.end(victim)
    assert running.left_behind() == []
    (last,) = started(running)
    wait_for(lambda: records.count(Query(Crawl)) >= KILLS * TARGETS)
    last.send_signal(signal.SIGTERM)
    assert running.end(last).code == 0
    assert_begun_once(records, KILLS * TARGETS)


def test_changes_count_while_a_scheduler_runs(tmp_path: Path) -> None:
    location = StoreLocation(tmp_path / "data")
    records = open_store(location).records
    running = program(location, tmp_path)
    (scheduler,) = started(running)
    by_hand = targets.add(
        records, ["https://a.example/"], name="a", actor="ada", channel=Channel.WEB
    )
    paused = targets.add(
        records,
        ["https://b.example/"],
        name="b",
        actor="ada",
        channel=Channel.WEB,
        revisit=Revisit.ADAPTIVE,
        paused=True,
    )
    targets.edit(records, by_hand.id, {"revisit": Revisit.ADAPTIVE}, actor="ada")
    wait_for(lambda: records.count(Query(Crawl)) == 1)
    assert_begun_once(records, 1)
    targets.pause(records, paused.id, paused=False, actor="ada")
    wait_for(lambda: records.count(Query(Crawl)) == 2)
    scheduler.send_signal(signal.SIGINT)
    ended = running.end(scheduler)
    assert ended.code == 130
    assert [one["target_id"] for one in ended.objects] == [by_hand.id, paused.id]


def test_a_scheduler_says_how_it_is(tmp_path: Path) -> None:
    location = StoreLocation(tmp_path / "data")
    add_due(open_store(location).records, range(2))
    running = program(location, tmp_path)
    scheduler = running.start("scheduler", "--listen", "127.0.0.1:0", "--language", "en")
    assert scheduler.stderr is not None
    metrics, health = scheduler.stderr.readline().strip().split(", ")
    wait_for(lambda: b"marque_schedule_begun_total 2.0" in read(metrics))
    told = json.loads(read(health))
    assert (told["ok"], told["targets"]) == (True, 2)
    scheduler.send_signal(signal.SIGTERM)
    ended = running.end(scheduler)
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 2


def test_a_time_that_falls_into_a_running_crawl_is_recorded_once(tmp_path: Path) -> None:
    location = StoreLocation(tmp_path / "data")
    records = open_store(location).records
    add_due(records, range(1))
    running = program(location, tmp_path)
    (begun,) = running.run("scheduler", "--once", "--json").objects
    crawl = records.get(Crawl, begun["id"])
    a_day_ago = {name: now() - timedelta(days=1) for name in ("started_at", "due_at")}
    records.put(crawl.record.model_copy(update=a_day_ago), expect=crawl.version)
    for _ in range(2):
        assert running.run("scheduler", "--once", "--json").objects == []
    (skipped,) = (one.record for one in scan(records, Query(Event, {"verb": "crawl_skipped"})))
    assert skipped.subject_id == "target0"
    assert (skipped.details["because"], skipped.details["crawl_id"]) == ("running", begun["id"])
    visits.finish(records, begun["id"], actor="tester", counts={})
    assert running.run("scheduler", "--once", "--json").objects == []


def test_a_scheduler_outlives_its_store(tmp_path: Path) -> None:
    with Node() as node:
        location = StoreLocation(tmp_path / "data", ElasticsearchLocation((node.url,)))
        records = open_store(location).records
        running = program(location, tmp_path)
        (scheduler,) = started(running)
        add_due(records, range(1))
        wait_for(lambda: records.count(Query(Crawl)) == 1)
        node.kill()
        assert scheduler.stderr is not None
        while "store_unavailable" not in scheduler.stderr.readline():
            assert scheduler.poll() is None
        node.start()
        add_due(records, range(1, 2))
        wait_for(lambda: records.count(Query(Crawl)) == 2)
        scheduler.send_signal(signal.SIGTERM)
        assert running.end(scheduler).code == 0
        assert_begun_once(records, 2)
