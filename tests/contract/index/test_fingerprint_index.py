"""What every backend of `FingerprintIndex` must do; a dictionary in memory is the oracle."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fingerprints.contract import Fingerprint, Lookup, Part, Probe
from index.contract import Candidate, OwnerId
from index.errors import NotFound
from index.store import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.contract import FingerprintIndex
    from index.store import Store, StoreLocation

EXTREMES = (-(2**63), -1, 0, 2**63 - 1)


def print_of(*parts: Sequence[int], modality: str = "text", version: int = 1) -> Fingerprint:
    return Fingerprint(
        modality,
        version,
        tuple(
            Part(10.0 * number, np.unique(np.array(terms, np.int64)), b"\x00part %d" % number)
            for number, terms in enumerate(parts)
        ),
        extent=10.0 * len(parts),
    )


def probe_of(*arrays: Sequence[int], min_shared: int = 1, modality: str = "text") -> Probe:
    lookups = tuple(Lookup(np.array(terms, np.int64), min_shared) for terms in arrays)
    return Probe(modality, lookups)


def work(name: str, medium: str = "m") -> OwnerId:
    return OwnerId("work", name, medium)


@pytest.fixture
def index(store: Store) -> FingerprintIndex:
    return store.fingerprints


def found(index: FingerprintIndex, probe: Probe, limit: int = 10) -> list[Candidate]:
    (candidates,) = index.candidates([probe], limit=limit)
    return candidates


def test_what_was_added_is_loaded_unchanged(index: FingerprintIndex) -> None:
    original = print_of(EXTREMES, [], [7])
    index.add(work("w"), original)
    assert same(index.load(work("w"), "text"), original)


def test_some_parts_are_loaded_in_order(index: FingerprintIndex) -> None:
    index.add(work("w"), print_of([1], [2], [3], [4]))
    some = index.load(work("w"), "text", parts=(3, 1, 99))
    assert [part.position for part in some.parts] == [10.0, 30.0]
    assert some.extent == 40.0


def test_an_unknown_print_is_not_found(index: FingerprintIndex) -> None:
    index.add(work("w"), print_of([1]))
    for owner, modality in (
        (work("x"), "text"),
        (work("w", "other"), "text"),
        (work("w"), "image"),
    ):
        with pytest.raises(NotFound):
            index.load(owner, modality)


def test_prints_of_other_versions_are_told(index: FingerprintIndex) -> None:
    index.add(work("new"), print_of([1], version=2))
    index.add(work("old"), print_of([1], version=1))
    index.add(OwnerId("sighting", "s", "m"), print_of([1], version=3))
    index.add(work("other"), print_of([1], modality="image", version=1))
    assert index.older("text", 2) == [OwnerId("sighting", "s", "m"), work("old")]
    assert index.older("audio", 1) == []


def test_candidates_share_terms_of_one_part_with_one_array(index: FingerprintIndex) -> None:
    index.add(work("together"), print_of([1, 2, 3]))
    index.add(work("apart"), print_of([1, 50], [2, 51]))
    assert [one.owner.id for one in found(index, probe_of([1, 2], min_shared=2))] == ["together"]
    assert found(index, probe_of([1, 60], [2, 61], min_shared=2)) == []
    assert found(index, probe_of([1], [2], min_shared=2)) == []


def test_parts_and_counts_are_told(index: FingerprintIndex) -> None:
    index.add(work("w"), print_of([1, 2], [9], [2, 3, *EXTREMES]))
    (only,) = found(index, probe_of([1, 2, 3, *EXTREMES]))
    assert only == Candidate(work("w"), shared=8, parts=(0, 2), of=3)


def test_most_shared_first_and_at_most_the_limit_of_documents(index: FingerprintIndex) -> None:
    for number in range(6):
        index.add(work(f"w{number}"), print_of(range(number + 1)))
    index.add(work("w5", "second medium"), print_of([0]))
    best = found(index, probe_of(range(6)), limit=2)
    assert [(one.owner.id, one.owner.medium, one.shared) for one in best] == [
        ("w5", "m", 6),
        ("w4", "m", 5),
        ("w5", "second medium", 1),
    ]


def test_modalities_and_sides_do_not_mix(index: FingerprintIndex) -> None:
    index.add(work("w"), print_of([1]))
    index.add(work("w"), print_of([1], modality="image"))
    index.add(OwnerId("sighting", "s", "m"), print_of([1]))
    assert [one.owner for one in found(index, probe_of([1]))] == [work("w")]
    (seen,) = index.candidates([probe_of([1])], limit=5, among="sighting")
    assert [one.owner.id for one in seen] == ["s"]
    assert found(index, probe_of([1], modality="audio")) == []


def test_adding_again_changes_nothing_and_another_replaces(index: FingerprintIndex) -> None:
    index.add(work("w"), print_of([1, 2]))
    index.add(work("w"), print_of([1, 2]))
    assert [one.shared for one in found(index, probe_of([1, 2]))] == [2]
    index.add(work("w"), print_of([3], version=2))
    assert found(index, probe_of([1, 2])) == []
    assert index.load(work("w"), "text").version == 2


def test_removed_means_gone_in_all_modalities(index: FingerprintIndex) -> None:
    index.add(work("w"), print_of([1]))
    index.add(work("w", "second"), print_of([1]))
    index.add(work("w"), print_of([1], modality="image"))
    index.add(work("stays"), print_of([1]))
    assert index.remove("work", "w") == 3
    assert index.remove("work", "w") == 0
    assert [one.owner.id for one in found(index, probe_of([1]))] == ["stays"]


def test_a_batch_is_answered_probe_by_probe(index: FingerprintIndex) -> None:
    index.add(work("a"), print_of([1]))
    index.add(work("b"), print_of([2]))
    answers = index.candidates([probe_of([2]), probe_of([5]), probe_of([1]), probe_of()], limit=3)
    assert [[one.owner.id for one in answer] for answer in answers] == [["b"], [], ["a"], []]


def test_terms_in_too_many_parts_say_nothing(index: FingerprintIndex) -> None:
    index.add_all(
        (work(f"w{number:04}"), print_of([42, 43, 10_000 + number])) for number in range(1200)
    )
    asked = [probe_of([42, 43, 10_007]), probe_of([42, 10_007]), probe_of([10_008])]
    some, one, rare = index.candidates(asked, limit=10)
    assert some == one == [Candidate(work("w0007"), shared=1, parts=(0,), of=1)]
    assert [one.owner.id for one in rare] == ["w0008"]
    assert found(index, probe_of([42, 43, 10_007], min_shared=2)) == []


def test_candidates_agree_with_the_oracle(index: FingerprintIndex) -> None:
    rng = np.random.default_rng(3)
    stored = {
        work(f"w{number}"): print_of(*rng.integers(-40, 40, (3, 6)).tolist())
        for number in range(60)
    }
    for owner, fingerprint in stored.items():
        index.add(owner, fingerprint)
    for _ in range(20):
        probe = probe_of(*rng.integers(-40, 40, (2, 5)).tolist(), min_shared=2)
        expected = oracle(stored, probe)
        assert {one.owner: one.shared for one in found(index, probe, limit=99)} == expected


def test_several_processes_add_at_once(location: StoreLocation) -> None:
    open_store(location)
    writers = [
        multiprocessing.get_context("spawn").Process(target=_add_many, args=(location, name))
        for name in ("x", "y", "z")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert len(found(open_store(location).fingerprints, probe_of([7]), limit=99)) == 60


def _add_many(location: StoreLocation, name: str) -> None:
    index = open_store(location).fingerprints
    for number in range(20):
        index.add(work(f"{name}{number}"), print_of([7, number]))


def oracle(stored: Mapping[OwnerId, Fingerprint], probe: Probe) -> dict[OwnerId, int]:
    shared: Counter[OwnerId] = Counter()
    for owner, fingerprint in stored.items():
        for part in fingerprint.parts:
            for lookup in probe.lookups:
                count = len(np.intersect1d(part.terms, lookup.terms))
                if count >= lookup.min_shared:
                    shared[owner] += count
    return dict(shared)


def same(one: Fingerprint, other: Fingerprint) -> bool:
    return (
        (one.modality, one.version, one.extent) == (other.modality, other.version, other.extent)
        and len(one.parts) == len(other.parts)
        and all(
            (a.position, a.signature) == (b.position, b.signature)
            and np.array_equal(a.terms, b.terms)
            and a.terms.dtype == b.terms.dtype == np.int64
            for a, b in zip(one.parts, other.parts, strict=True)
        )
    )
