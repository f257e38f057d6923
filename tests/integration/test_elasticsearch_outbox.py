"""Documents and their events on Elasticsearch: both or neither, whoever dies or writes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from index.changing import change
from index.contract import Query
from index.documents import Event, Target, content_id
from index.elastic.outbox import Outbox
from index.scan import scan
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records
    from index.elastic.location import ElasticsearchLocation

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WRITERS = 64


@pytest.fixture
def location(tmp_path: Path, elasticsearch_location: ElasticsearchLocation) -> StoreLocation:
    return StoreLocation(tmp_path, elasticsearch_location)


def target(*urls: str) -> Target:
    return Target(id="t", name="n", urls=urls, created_at=NOON)


def told(what: str) -> Event:
    return Event(
        id=content_id("event", what),
        at=NOON,
        actor="tester",
        verb=what,
        subject_kind="targets",
        subject_id="t",
    )


def verbs(records: Records) -> list[str]:
    return sorted(stored.record.verb for stored in scan(records, Query(Event)))


def test_a_writer_killed_between_document_and_events_loses_none(location: StoreLocation) -> None:
    killed = multiprocessing.get_context("spawn").Process(target=_die_in_between, args=(location,))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    records = open_store(location).records
    assert records.get(Target, "t").record == target("https://a.example/")
    assert verbs(records) == ["added"]


def test_what_a_dead_writer_told_is_kept_when_another_writes(location: StoreLocation) -> None:
    killed = multiprocessing.get_context("spawn").Process(target=_die_in_between, args=(location,))
    killed.start()
    killed.join()
    records = open_store(location).records
    (found,) = records.find(Query(Target)).items
    records.put(target("https://b.example/"), expect=found.version, events=(told("changed"),))
    assert verbs(open_store(location).records) == ["added", "changed"]


def test_old_outboxes_are_emptied(location: StoreLocation, monkeypatch: pytest.MonkeyPatch) -> None:
    records = open_store(location).records
    first = records.put(target("https://a.example/"), expect=None, events=(told("added"),))
    assert verbs(records) == ["added"]
    assert records.get(Target, "t").version == first
    monkeypatch.setattr("index.elastic.outbox._OLD", "now+1d")
    assert verbs(records) == ["added"]
    emptied = records.get(Target, "t")
    assert emptied.version != first
    assert emptied.record == target("https://a.example/")


def test_many_writers_on_one_document_lose_no_event(location: StoreLocation) -> None:
    open_store(location).records.put(target(), expect=None)
    stores = [open_store(location) for _ in range(4)]

    def write(number: int) -> None:
        url = f"https://{number}.example/"

        def step(old: Target) -> tuple[Target, tuple[Event]]:
            return old.model_copy(update={"urls": (*old.urls, url)}), (told(url),)

        change(stores[number % len(stores)].records, Target, "t", step)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    urls = sorted(f"https://{number}.example/" for number in range(WRITERS))
    assert sorted(stores[0].records.get(Target, "t").record.urls) == urls
    assert verbs(stores[0].records) == urls


def test_a_write_that_meets_itself_succeeded(
    location: StoreLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to the first try is lost; the second finds what the first wrote."""
    records = open_store(location).records
    server = records._server  # type: ignore[attr-defined]
    ask = server.ask

    def ask_twice(request: object) -> object:
        ask(request)
        return ask(request)

    records.count(Query(Target))
    monkeypatch.setattr(server, "ask", ask_twice)
    version = records.put(target(), expect=None)
    version = records.put(target("https://a.example/"), expect=version)
    outcomes = records.put_all([(target("https://b.example/"), version)])
    monkeypatch.undo()
    stored = records.get(Target, "t")
    assert stored.record == target("https://b.example/")
    assert outcomes == [stored.version]


def _die_in_between(location: StoreLocation) -> None:
    Outbox.deliver = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
    records = open_store(location).records
    records.put(target("https://a.example/"), expect=None, events=(told("added"),))
