"""Sightings that are examined together come to what each would come to alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from console.demo.content import shipped_content
from console.files import FileToRegister, Registrar
from crawlers.examination.examiner import Examiner, conclude
from fingerprints.contract import Limits
from index.contract import OwnerId, Query
from index.documents import Case, Channel, Match, Sighting, WorkKind, content_id, now
from index.registration import WorkFacts
from index.scan import scan
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.store import Store

LIMITS = Limits()
NOVEL = shipped_content().texts[0].words
COPY = f"<html><meta charset=utf-8><p>{NOVEL[:3_000]}".encode()
OTHER = f"<html><meta charset=utf-8><p>{NOVEL[200_000:203_000]}".encode()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(StoreLocation(tmp_path / "data"))
    path = tmp_path / "novel.txt"
    path.write_text(NOVEL[:20_000])
    facts = WorkFacts(category=WorkKind.LITERATURE, title="三国演义", holder="holder")
    Registrar(store, LIMITS)(FileToRegister(path=path, facts=facts, actor="test"))
    return store


def sighting(store: Store, name: str, body: bytes) -> Sighting:
    """Return what was captured at an address; nothing but the bytes is kept."""
    return Sighting(
        id=content_id("sighting", name),
        crawl_id="crawl",
        url=f"https://{name}.example/",
        site=f"{name}.example",
        channel=Channel.WEB,
        seen_at=now(),
        status=200,
        media_type="text/html",
        size_bytes=len(body),
        payload=store.blobs.put(body) if body else None,
    )


def examiner(store: Store) -> Examiner:
    return Examiner(store, LIMITS, 0.5)


def outcome(one: Sighting) -> tuple[int, tuple[str, ...], str | None]:
    return one.matches, one.modalities, one.failure.code if one.failure else None


def test_each_comes_to_what_it_would_alone(store: Store) -> None:
    bodies = {"a": OTHER, "b": COPY, "c": b"", "d": b" ", "e": OTHER + b"!", "f": COPY}
    given = [sighting(store, name, body) for name, body in bodies.items()]
    examined = examiner(store).several(given)
    assert [one.id for one in examined] == [one.id for one in given]
    assert [outcome(one) for one in examined] == [
        (0, ("text",), None),
        (1, ("text",), None),
        (0, (), "nothing_to_print"),
        (0, (), "nothing_to_print"),
        (0, ("text",), None),
        (1, ("text",), None),
    ]
    assert examined == [store.records.get(Sighting, one.id).record for one in given]
    assert [one.record.site for one in scan(store.records, Query(Match))] == [
        *("b.example", "f.example")
    ]
    assert store.records.count(Query(Case)) == 2
    for one in (given[0], given[1], given[4]):
        store.fingerprints.load(OwnerId("sighting", one.id, one.payload or ""), "text")
    assert examiner(store).several(given) == examined


def test_what_an_earlier_visit_captured_stands(store: Store) -> None:
    first, later = sighting(store, "a", OTHER), sighting(store, "a", COPY)
    failed, had = sighting(store, "b", b""), sighting(store, "b", OTHER)
    store.records.put(first, expect=None)
    conclude(store, failed)
    stands, had = examiner(store).several([later, had])
    assert (stands.payload, outcome(stands)) == (first.payload, (0, ("text",), None))
    assert (had.payload is not None, outcome(had)) == (True, (0, ("text",), None))
    assert store.records.count(Query(Match)) == 0


def test_what_another_visit_captures_meanwhile_is_examined(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = sighting(store, "a", OTHER), sighting(store, "a", COPY)
    add_all = store.fingerprints.add_all

    def meanwhile(prints: object) -> None:
        monkeypatch.undo()
        store.records.put(theirs, expect=None)
        add_all(prints)  # type: ignore[arg-type]

    monkeypatch.setattr(store.fingerprints, "add_all", meanwhile)
    seen = examiner(store)(ours)
    assert (seen.payload, outcome(seen)) == (theirs.payload, (1, ("text",), None))
