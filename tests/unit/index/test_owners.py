"""Few parts are asked for, and still all is known of what shares most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fingerprints.contract import Fingerprint, Lookup, Part, Probe
from index.contract import Candidate, OwnerId
from index.embedded.database import Database
from index.embedded.fingerprints import EmbeddedFingerprintIndex

if TYPE_CHECKING:
    from pathlib import Path

ASKED = Probe("text", (Lookup(np.arange(100), 2),))


def owner(id: str) -> OwnerId:
    return OwnerId("work", id, "m")


def print_of(*parts: range) -> Fingerprint:
    made = tuple(Part(float(at), np.array(terms), b"") for at, terms in enumerate(parts))
    return Fingerprint("text", 1, made, 1.0)


@pytest.fixture
def index(tmp_path: Path) -> EmbeddedFingerprintIndex:
    index = EmbeddedFingerprintIndex(Database(tmp_path / "marque.db"))
    noise = ((owner(f"noise {n:03}"), print_of(range(n % 90, n % 90 + 3))) for n in range(400))
    index.add_all(noise)
    return index


def test_a_long_work_that_shares_little_in_each_part_is_found_whole(
    index: EmbeddedFingerprintIndex,
) -> None:
    little = [range(at % 90, at % 90 + 2) for at in range(150)]
    index.add(owner("long"), print_of(range(1000, 1010), *little))
    index.add(owner("strong"), print_of(range(50, 60)))
    (found,) = index.candidates([ASKED], limit=2)
    assert found == [
        Candidate(owner("long"), 300, tuple(range(1, 151)), 151),
        Candidate(owner("strong"), 10, (0,), 1),
    ]


def test_a_work_is_told_with_its_weaker_parts(index: EmbeddedFingerprintIndex) -> None:
    index.add(owner("w"), print_of(range(30), range(200, 210), range(98, 102)))
    (found,) = index.candidates([ASKED], limit=1)
    assert found == [Candidate(owner("w"), 32, (0, 2), 3)]


def test_a_work_that_was_replaced_is_known_by_its_new_parts(
    index: EmbeddedFingerprintIndex,
) -> None:
    index.add(owner("w"), print_of(range(30), range(40)))
    index.add(owner("w"), print_of(range(500, 510), range(25)))
    index.remove("work", "noise 399")
    (found,) = index.candidates([ASKED], limit=1)
    assert found == [Candidate(owner("w"), 25, (1,), 2)]


def test_probes_of_several_modalities_are_answered_in_their_order(
    index: EmbeddedFingerprintIndex,
) -> None:
    other = Probe("image", (Lookup(np.arange(5)),))
    made = print_of(range(3))
    index.add(owner("picture"), Fingerprint("image", 1, made.parts, 1.0))
    index.add(owner("w"), print_of(range(30)))
    answers = index.candidates([other, ASKED, Probe("audio", ()), other], limit=1)
    assert [[one.owner.id for one in answer] for answer in answers] == [
        ["picture"],
        ["w"],
        [],
        ["picture"],
    ]
