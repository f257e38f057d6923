"""Indices on Elasticsearch are renewed while they are searched, and survive a server's death."""

from __future__ import annotations

import multiprocessing
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fingerprints.contract import Fingerprint, Lookup, Part, Probe
from index.contract import OwnerId, Query
from index.documents import RECORDS, Event, Target, event
from index.elastic import indices as indices_module
from index.elastic import migration
from index.elastic.location import ElasticsearchLocation
from index.elastic.mappings import ANALYSIS
from index.elastic.print_documents import new_head, part_sources
from index.errors import Conflict, IncompatibleData, Outdated, Unavailable
from index.scan import scan
from index.store import StoreLocation, open_store, open_upkeep
from tests.elasticsearch import Node, client_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from index.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def location(tmp_path: Path, elasticsearch_location: ElasticsearchLocation) -> StoreLocation:
    return StoreLocation(tmp_path, elasticsearch_location)


def target(id: str, name: str = "n") -> Target:
    return Target(id=id, name=name, urls=("https://a.example/",), created_at=NOON)


def told(what: str) -> Event:
    return event("added", target(what), at=NOON, actor="tester", details={})


def owner(id: str) -> OwnerId:
    return OwnerId("work", id, "m")


def print_of(*terms: int) -> Fingerprint:
    return Fingerprint("text", 1, (Part(0.0, np.array(terms, np.int64), b"s"),), 1.0)


def found(store: Store, *terms: int) -> list[str]:
    probe = Probe("text", (Lookup(np.array(terms, np.int64)),))
    ((candidates),) = store.fingerprints.candidates([probe], limit=10)
    return [one.owner.id for one in candidates]


@contextmanager
def meanwhile(look: Callable[[], None]) -> Iterator[None]:
    """Look again and again while the block runs; raises what a look raised."""
    over = threading.Event()

    def looking() -> int:
        looks = 0
        while not over.is_set():
            look()
            looks += 1
        return looks

    with ThreadPoolExecutor(1) as pool:
        looks = pool.submit(looking)
        try:
            yield
        finally:
            over.set()
        assert looks.result() > 0


def test_migrating_makes_every_index_and_again_changes_nothing(location: StoreLocation) -> None:
    upkeep = open_upkeep(location)
    first = [one.change for one in upkeep.migrate()]
    assert first == ["made"] * (len(RECORDS) + 3)
    assert {one.change for one in upkeep.migrate()} == {"kept"}
    assert [one.documents for one in upkeep.stats()] == [0] * len(first)


def test_a_new_version_takes_over_without_a_moment_without_search(
    location: StoreLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(location)
    versions = [store.records.put(target(f"t{n}"), expect=None) for n in range(30)]
    store.fingerprints.add(owner("w"), print_of(1, 2, 3))

    def look() -> None:
        assert store.records.count(Query(Target)) == 30
        assert found(store, 2, 3) == ["w"]

    monkeypatch.setattr(indices_module, "SCHEMA", 2)
    monkeypatch.setattr("index.elastic.migration.SCHEMA", 2)
    with pytest.raises(Outdated):
        open_store(location)
    with meanwhile(look), ThreadPoolExecutor(2) as pool:
        upkeeps = [open_upkeep(location) for _ in range(2)]
        for changes in pool.map(lambda one: [*one.migrate()], upkeeps):
            assert changes
    assert {one.change for one in open_upkeep(location).migrate()} == {"kept"}
    look()
    with pytest.raises(Conflict):
        store.records.put(target("t0", "late"), expect=versions[0])
    fresh = open_store(location).records
    fresh.put(target("t0", "changed"), expect=fresh.get(Target, "t0").version)
    monkeypatch.undo()
    with pytest.raises(IncompatibleData):
        open_store(location)


def test_writers_wait_for_the_index_that_is_renewed(location: StoreLocation) -> None:
    store = open_store(location)
    store.fingerprints.add(owner("before"), print_of(7))
    written = 0

    def write() -> None:
        nonlocal written
        store.fingerprints.add(owner(f"w{written}"), print_of(written, 1000))
        written += 1

    with meanwhile(write):
        store.fingerprints.rebuild()
    assert found(store, 7)[0] == "before"
    assert all(f"w{number}" in found(store, number) for number in range(min(written, 5)))
    stats = {one.name: one.documents for one in open_upkeep(location).stats()}
    prefix = location.elasticsearch.prefix if location.elasticsearch else ""
    assert stats[f"{prefix}-prints"] == stats[f"{prefix}-parts-work"] == written + 1


def hang(started: Path) -> None:
    started.touch()
    time.sleep(600)


def rebuild_and_hang(location: StoreLocation, started: Path, *, is_copied: bool) -> None:
    """Be killed while an index is copied, or before it gives its place to the copy."""
    if is_copied:
        migration._switch = lambda *_: hang(started)
    else:
        migration._copy = lambda *_: hang(started)
    open_store(location).fingerprints.rebuild()


@pytest.mark.parametrize("is_copied", [False, True])
@pytest.mark.parametrize("again", ["open", "migrate"])
def test_what_a_killed_migration_left_is_finished_by_the_next_start(
    location: StoreLocation, tmp_path: Path, again: str, *, is_copied: bool
) -> None:
    store = open_store(location)
    store.fingerprints.add(owner("before"), print_of(7))
    started = tmp_path / "started"
    process = multiprocessing.get_context("spawn").Process(
        target=rebuild_and_hang, args=(location, started), kwargs={"is_copied": is_copied}
    )
    process.start()
    while not started.exists():
        assert process.is_alive()
        time.sleep(0.05)
    process.kill()
    process.join()
    if again == "open":
        open_store(location)
    else:
        assert [one.change for one in open_upkeep(location).migrate()].count("renewed") == 1
    store.fingerprints.add(owner("after"), print_of(7))
    assert sorted(found(store, 7)) == ["after", "before"]


def test_a_copy_that_was_given_up_is_not_taken_for_what_was_written_since(
    location: StoreLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(location)
    store.fingerprints.add(owner("w"), print_of(1))

    def fail(*_: object) -> None:
        raise Unavailable("server", "told to")

    with monkeypatch.context() as patched:
        patched.setattr(migration, "_switch", fail)
        with pytest.raises(Unavailable):
            store.fingerprints.rebuild()
    store.fingerprints.add(owner("w"), print_of(2))
    store.fingerprints.rebuild()
    assert found(store, 2) == ["w"]
    assert found(store, 1) == []


def test_rebuilding_removes_parts_that_are_nobodys(
    location: StoreLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(location)
    store.fingerprints.add(owner("w"), print_of(1))
    prints = store.fingerprints._prints  # type: ignore[attr-defined]
    head = new_head(owner("w"), print_of(9))
    index = f"{prints._indices.alias_of('parts-work')}"
    prints._server.bulk(
        ({"index": {"_index": index, "_id": id}}, source)
        for id, source in part_sources(head, print_of(9))
    )
    assert found(store, 9) == []
    monkeypatch.setattr("index.elastic.upkeep._SETTLED_MS", -1000)
    store.fingerprints.rebuild()
    assert found(store, 1) == ["w"]
    assert {one.name: one.documents for one in open_upkeep(location).stats()}[index] == 1


def test_tidying_merges_what_was_added_a_little_at_a_time(location: StoreLocation) -> None:
    store = open_store(location)
    for number in range(4):
        store.fingerprints.add(owner(f"w{number}"), print_of(number))
        assert found(store, number) == [f"w{number}"]  # looking makes a segment of it
    assert segments_of_parts(location) > 1
    store.fingerprints.tidy()
    while segments_of_parts(location) > 1:  # the server goes on by itself
        time.sleep(0.05)
    assert [found(store, number) for number in range(4)] == [["w0"], ["w1"], ["w2"], ["w3"]]


def test_tidying_leaves_alone_what_no_server_has(
    location: StoreLocation, elasticsearch_location: ElasticsearchLocation
) -> None:
    store = open_store(location)
    store.fingerprints.add(owner("w"), print_of(1))
    parts = f"{elasticsearch_location.prefix}-parts-work"
    away = "index.routing.allocation.require._name"
    with client_of(elasticsearch_location.urls[0]) as client:
        client.indices.close(index=parts)
        client.indices.put_settings(index=parts, settings={away: "nowhere"})
        client.indices.open(index=parts, wait_for_active_shards="0")
        assert client.indices.segments(index=parts)["indices"] == {}
        store.fingerprints.tidy()
        client.indices.put_settings(index=parts, settings={away: None})
        client.cluster.health(index=parts, wait_for_status="yellow")
    assert found(store, 1) == ["w"]


def segments_of_parts(location: StoreLocation) -> int:
    (segments,) = (
        one.segments for one in open_upkeep(location).stats() if one.name.endswith("-parts-work")
    )
    assert segments is not None
    return segments


def test_fields_that_documents_got_since_are_added(
    location: StoreLocation, elasticsearch_url: str
) -> None:
    assert location.elasticsearch is not None
    alias = f"{location.elasticsearch.prefix}-targets"
    with client_of(elasticsearch_url) as client:
        client.indices.create(
            index=f"{alias}-v1",
            aliases={alias: {}},
            mappings={"dynamic": "strict", "properties": {"id": {"type": "keyword"}}},
            settings={"analysis": ANALYSIS},
        )
    assert {one.change for one in open_upkeep(location).migrate()} == {"made", "kept"}
    open_store(location).records.put(target("t"), expect=None)


def test_a_server_killed_while_it_is_written_to_loses_nothing(tmp_path: Path) -> None:
    with Node() as node:
        here = ElasticsearchLocation((node.url,), patience_s=240)
        store = open_store(StoreLocation(tmp_path, here))
        kept: list[str] = []

        def write() -> None:
            id = f"t{len(kept)}"
            store.records.put(target(id), expect=None, events=(told(id),))
            store.fingerprints.add(owner(id), print_of(len(kept), 10_000))
            kept.append(id)

        with meanwhile(write):
            while len(kept) < 5:
                time.sleep(0.05)
            node.kill()
            node.start()
        records = open_store(StoreLocation(tmp_path, here)).records
        targets = sorted(one.record.id for one in scan(records, Query(Target)))
        events = sorted(one.record.subject_id for one in scan(records, Query(Event)))
        assert targets == events == sorted(kept)
        assert all(found(store, number) == [f"t{number}"] for number in range(5))
        with pytest.raises(Conflict):
            store.records.put(target("t0"), expect=None)
