"""A file that nobody changed is known by the hashes that others show of it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from console.demo.content import shipped_content
from console.files import FileToMatch, FileToRegister, Matcher, Registrar
from crawlers.examination.examiner import Examiner
from fingerprints.contract import Limits
from index.contract import Query
from index.documents import (
    Case,
    Channel,
    Match,
    Sighting,
    Work,
    WorkKind,
    content_id,
    now,
)
from index.identifiers import identifier
from index.lookback import seen_with
from index.registration import WorkFacts
from index.scan import scan
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.store import Store

LIMITS = Limits()
WORDS = shipped_content().texts[0].words[:3_000].encode()
MD5 = hashlib.md5(WORDS, usedforsecurity=False).hexdigest()
NOISE = b"Rar!\x1a\x07\x01\x00" + bytes(range(256)) * 4
SHELL = b"<html><title>share</title><div id=app></div></html>"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(StoreLocation(tmp_path / "data"))


def register(store: Store, folder: Path, *identifiers: str) -> Work:
    path = folder / "novel.txt"
    path.write_bytes(WORDS)
    numbers = tuple(identifier(*one.split(":")) for one in identifiers)
    facts = WorkFacts(
        category=WorkKind.LITERATURE, title="三国演义", holder="holder", identifiers=numbers
    )
    answer = Registrar(store, LIMITS)(FileToRegister(path=path, facts=facts, actor="test"))
    assert answer.work is not None, answer
    return answer.work


def seen(store: Store, body: bytes, *shown: str) -> Sighting:
    sighting = Sighting(
        id=content_id("sighting", body.hex(), *shown),
        crawl_id="crawl",
        url="https://pan.example/s/1",
        site="pan.example",
        channel=Channel.CLOUDSHARE,
        seen_at=now(),
        status=200,
        media_type="text/html",
        size_bytes=len(body),
        payload=store.blobs.put(body),
        shown_facts=shown,
    )
    return Examiner(store, LIMITS, 0.5)(sighting)


def test_a_work_is_known_by_its_hashes(store: Store, tmp_path: Path) -> None:
    work = register(store, tmp_path)
    (digest,) = (one for one in work.media if one.modality == "digest")
    assert f"md5:{MD5}" in digest.facts
    assert [fact.partition(":")[0] for fact in digest.facts] == [
        *("btroot", "ed2k", "gcid", "md5", "sha1", "sha256")
    ]


def test_a_share_that_shows_the_hash_makes_a_case(store: Store, tmp_path: Path) -> None:
    work = register(store, tmp_path)
    sighting = seen(store, SHELL, "provider:baidu", f"md5:{MD5}", "md5:" + "0" * 32)
    assert (sighting.matches, sighting.modalities, sighting.failure) == (1, ("digest",), None)
    (match,) = (one.record for one in scan(store.records, Query(Match)))
    assert (match.work_id, match.modality, match.score) == (work.id, "digest", 1.0)
    assert [span.content for span in match.spans] == [f"md5:{MD5}"]
    (case,) = (one.record for one in scan(store.records, Query(Case)))
    assert (case.work_id, case.site, case.coverage) == (work.id, "pan.example", 1.0)


def test_other_hashes_make_none(store: Store, tmp_path: Path) -> None:
    register(store, tmp_path)
    sighting = seen(store, SHELL, "md5:" + "0" * 32)
    assert sighting.matches == 0
    assert sighting.failure is not None
    assert sighting.failure.code == "nothing_to_print"


def test_what_is_read_is_not_matched_twice(store: Store, tmp_path: Path) -> None:
    register(store, tmp_path)
    body = b"<html><meta charset=utf-8><p>" + WORDS
    assert seen(store, body, f"md5:{MD5}").matches == 1
    (match,) = (one.record for one in scan(store.records, Query(Match)))
    assert match.modality == "text"


def test_a_share_seen_before_the_work_was_registered(store: Store, tmp_path: Path) -> None:
    sighting = seen(store, SHELL, f"md5:{MD5}")
    assert sighting.matches == 0
    work = register(store, tmp_path)
    assert seen_with(store.fingerprints, work, threshold=0.5) == {sighting.id}


def test_a_copy_nobody_can_read_is_known_by_an_identifier(store: Store, tmp_path: Path) -> None:
    known = hashlib.sha1(NOISE, usedforsecurity=False).hexdigest()
    work = register(store, tmp_path, f"SHA1:{known.upper()}")
    assert [(one.scheme, one.checked) for one in work.identifiers] == [("sha1", "format")]
    copy = tmp_path / "pack.rar"
    copy.write_bytes(NOISE)
    matched = Matcher(store, LIMITS, 0.5)(FileToMatch(path=copy))
    assert [(one.work_id, one.best.modality) for one in matched.matches] == [(work.id, "digest")]
    copy.write_bytes(NOISE + b"x")
    refused = Matcher(store, LIMITS, 0.5)(FileToMatch(path=copy))
    assert (refused.matches, refused.error) == ((), "nothing_to_print")
    register(store, tmp_path)  # without the identifier: what was said once still holds
    copy.write_bytes(NOISE)
    assert Matcher(store, LIMITS, 0.5)(FileToMatch(path=copy)).matches
