"""What keys must be allowed to do, on a real Elasticsearch that asks everyone who they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fingerprints.contract import Fingerprint, Lookup, Part, Probe
from index.contract import OwnerId, Query
from index.documents import RECORDS, Event, Target, event
from index.elastic.location import ElasticsearchLocation
from index.errors import AccessDenied
from index.store import StoreLocation, open_store, open_upkeep
from tests.elasticsearch import ADMIN, Node, client_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPERATOR = (["monitor", "manage_index_templates"], ["all"])
WORKER = ["read", "write", "maintenance", "monitor", "view_index_metadata"]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Node(secure=True) as node:
        yield node.url


@pytest.fixture
def operator(url: str, tmp_path: Path) -> StoreLocation:
    location = StoreLocation(tmp_path, with_key(url, *OPERATOR))
    assert len([*open_upkeep(location).migrate()]) == len(RECORDS) + 3
    return location


def with_key(url: str, cluster: Sequence[str], indices: Sequence[str]) -> ElasticsearchLocation:
    role = {
        "cluster": [*cluster],
        "indices": [{"names": ["marque-*"], "privileges": [*indices]}],
    }
    with client_of(url, user=ADMIN) as client:
        key = client.security.create_api_key(name="of a test", role_descriptors={"only": role})
    return ElasticsearchLocation((url,), api_key=key["encoded"], patience_s=5)


def use(location: StoreLocation, id: str) -> None:
    """Do what a worker does."""
    store = open_store(location)
    target = Target(id=id, name="名", urls=("https://a.example/",), created_at=NOW)
    told = event("added", target, at=NOW, actor="tester", details={})
    store.records.put(target, expect=None, events=(told,))
    version = store.records.put(target, expect=store.records.get(Target, id).version)
    assert store.records.resolve(Target, id) == id
    found = store.records.find(Query(Target, {"id": id}, words="名"))
    assert [one.record for one in found.items] == [target]
    assert store.records.facets(Query(Target, {"id": id}), "name")[0].count == 1
    assert store.records.count(Query(Event, {"subject_id": id})) == 1
    owner = OwnerId("work", id, "m")
    fingerprint = Fingerprint("text", 1, (Part(0.0, np.arange(3), b"s"),), 1.0)
    # So many that frequencies are asked for.
    many = ((OwnerId("work", f"{id}{n}", "m"), fingerprint) for n in range(1_100))
    store.fingerprints.add_all([(owner, replace(fingerprint, version=2)), *many])
    probe = Probe("text", (Lookup(np.arange(3)),))
    assert store.fingerprints.candidates([probe], limit=3) == [[]]
    assert store.fingerprints.load(owner, "text").version == 2
    assert owner not in store.fingerprints.older("text", 2)
    store.fingerprints.tidy()
    assert store.fingerprints.remove("work", id) == 1
    store.records.delete(Target, id, expect=version)
    assert open_upkeep(location).stats()


def test_an_operators_key_makes_and_renews_the_indices(operator: StoreLocation) -> None:
    use(operator, "operator")
    open_store(operator).fingerprints.rebuild()
    assert {one.change for one in open_upkeep(operator).migrate()} == {"kept"}


def test_a_workers_key_does_all_but_that(operator: StoreLocation, url: str) -> None:
    location = replace(operator, elasticsearch=with_key(url, [], WORKER))
    use(location, "worker")
    with pytest.raises(AccessDenied):
        [*open_upkeep(location).migrate()]
    with pytest.raises(AccessDenied):
        open_store(location).fingerprints.rebuild()
    use(location, "again")


@pytest.mark.parametrize("missing", WORKER)
def test_a_worker_needs_all_of_that(operator: StoreLocation, url: str, missing: str) -> None:
    less = [one for one in WORKER if one != missing]
    location = replace(operator, elasticsearch=with_key(url, [], less))
    with pytest.raises(AccessDenied):
        use(location, f"without-{missing}")


def test_a_wrong_key_and_a_wrong_password_are_refused(operator: StoreLocation, url: str) -> None:
    wrong = ElasticsearchLocation((url,), api_key="bm90OmFrZXk=", patience_s=5)
    with pytest.raises(AccessDenied):
        open_store(replace(operator, elasticsearch=wrong))
    name, password = ADMIN
    for said in (password, "guessed"):
        known = ElasticsearchLocation((url,), user=name, password=said, patience_s=5)
        if said == password:
            open_store(replace(operator, elasticsearch=known))
        else:
            with pytest.raises(AccessDenied):
                open_store(replace(operator, elasticsearch=known))
