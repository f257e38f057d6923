"""Postings in memory and in files give the same answers, before and after every kind of upkeep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fingerprints.contract import Fingerprint, Lookup, Part, Probe
from index.contract import OwnerId
from index.embedded.database import Database
from index.embedded.fingerprints import EmbeddedFingerprintIndex
from index.embedded.postings import upkeep
from index.embedded.postings.block import block_of
from index.embedded.postings.keys import BITS, keys_of
from index.embedded.postings.lookup import shared
from index.embedded.postings.segment import Broken, Segment, in_order, write
from index.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def parts_of(
    rng: np.random.Generator, count: int, first: int = 1
) -> list[tuple[int, NDArray[np.int64]]]:
    """Parts that share terms with one another, some very common."""
    return [
        (first + at, np.unique(rng.zipf(1.3, 20).astype(np.int64) % 2**40)) for at in range(count)
    ]


def test_keys_are_spread_and_fit_their_bits() -> None:
    keys = keys_of(np.arange(-50_000, 50_000))
    assert len(np.unique(keys)) == 100_000
    assert keys.max() < 2**BITS
    counts = np.bincount((keys >> np.uint64(BITS - 4)).astype(int), minlength=16)
    assert counts.min() > 5_500
    assert counts.max() < 7_000


@pytest.mark.parametrize("count", [0, 1, 5_000])
def test_a_segment_answers_as_the_block_it_was_written_from(tmp_path: Path, count: int) -> None:
    rng = np.random.default_rng(1)
    parts = parts_of(rng, count)
    block = block_of(parts)
    written = write(tmp_path / "s", [block], len(block))
    segment = Segment(tmp_path / "s", written)
    assert written == len(segment) == len(block)
    asked = keys_of(np.unique(np.concatenate([[7, 8], *(terms for _, terms in parts[:50])])))
    for left, right in zip(segment.ranges(asked), block.ranges(asked), strict=True):
        assert (np.diff([left, right], axis=0) == 0).all()
    whole = segment.block(0, 1 << 16)
    assert np.array_equal(whole.keys, block.keys)
    assert np.array_equal(whole.parts, block.parts)


def test_segments_come_out_in_order_and_whole(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    several = [parts_of(rng, 300, first) for first in (1, 1000, 5000)]
    segments = []
    for name, parts in enumerate(several):
        block = block_of(parts)
        segments.append(Segment(tmp_path / str(name), write(tmp_path / str(name), [block], 10)))
    together = block_of([part for parts in several for part in parts])
    found = list(in_order(segments))
    assert np.array_equal(np.concatenate([block.keys for block in found]), together.keys)
    assert sorted(np.concatenate([block.parts for block in found])) == sorted(together.parts)


@pytest.mark.parametrize("damage", ["buckets", "keys", "parts", "cut"])
def test_damaged_files_are_called_broken(tmp_path: Path, damage: str) -> None:
    block = block_of(parts_of(np.random.default_rng(3), 50))
    count = write(tmp_path / "s", [block], len(block))
    if damage == "cut":
        with (tmp_path / "s" / "keys").open("r+b") as file:
            file.truncate(8)
    else:
        (tmp_path / "s" / damage).unlink()
    with pytest.raises(Broken):
        Segment(tmp_path / "s", count)


def test_the_rarest_terms_are_read_where_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.embedded.postings.lookup.AT_MOST", 12)
    parts = [(part, np.array([1, 2, 100 + part])) for part in range(10)]
    (found,) = shared([[Lookup(np.array([1, 2, 103]))]], [block_of(parts)], common=99)
    assert dict(zip(found.parts.tolist(), found.counts.tolist(), strict=True))[3] == 2
    assert found.counts.sum() <= 12


class TestUpkeep:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(upkeep, "FLUSH_AT", 400)

    def test_answers_stay_the_same_through_flushes_merges_and_removals(
        self, tmp_path: Path
    ) -> None:
        index = EmbeddedFingerprintIndex(Database(tmp_path / "marque.db"))
        plain: dict[OwnerId, Fingerprint] = {}
        rng = np.random.default_rng(4)
        for number in range(400):
            owner = OwnerId("work", f"w{number:03}", "m")
            plain[owner] = print_of(rng)
            index.add(owner, plain[owner])
            if number % 7 == 0:
                gone = OwnerId("work", f"w{number // 2:03}", "m")
                assert index.remove("work", gone.id) == (1 if plain.pop(gone, None) else 0)
            if number % 50 == 49:
                self.agree(index, plain, rng)
        files = len(self.segments(tmp_path))
        index.tidy()
        assert 0 < len(self.segments(tmp_path)) <= max(files, 4)
        self.agree(index, plain, rng)
        index.rebuild()
        self.agree(index, plain, rng)
        fresh = EmbeddedFingerprintIndex(Database(tmp_path / "marque.db"))
        self.agree(fresh, plain, rng)

    def test_postings_of_removed_parts_leave_the_files_when_these_are_merged(
        self, tmp_path: Path
    ) -> None:
        database = Database(tmp_path / "marque.db")
        index = EmbeddedFingerprintIndex(database)
        rng = np.random.default_rng(5)
        for number in range(40):
            index.add(OwnerId("work", f"w{number}", "m"), print_of(rng))
        index.tidy()
        for number in range(40):
            index.remove("work", f"w{number}")
        for number in range(200):
            index.add(OwnerId("work", f"v{number}", "m"), print_of(rng))
        index.tidy()
        with database.reading() as connection:
            (dead,) = connection.execute("SELECT count(*) FROM dead").fetchone()
        assert dead < 120

    def test_lost_files_are_named_and_made_anew(self, tmp_path: Path) -> None:
        index = EmbeddedFingerprintIndex(Database(tmp_path / "marque.db"))
        rng = np.random.default_rng(6)
        plain = {OwnerId("work", f"w{number}", "m"): print_of(rng) for number in range(50)}
        index.add_all(plain.items())
        index.tidy()
        for folder in self.segments(tmp_path):
            (folder / "keys").unlink()
        fresh = EmbeddedFingerprintIndex(Database(tmp_path / "marque.db"))
        with pytest.raises(Unavailable, match="rebuild"):
            self.agree(fresh, plain, rng)
        fresh.rebuild()
        self.agree(fresh, plain, rng)

    def test_what_a_kill_left_is_swept(self, tmp_path: Path) -> None:
        index = EmbeddedFingerprintIndex(Database(tmp_path / "marque.db"))
        index.add(OwnerId("work", "w", "m"), print_of(np.random.default_rng(7)))
        for name in (".abc.incoming", "def"):
            (tmp_path / "postings" / name).mkdir(parents=True)
        index.tidy()
        assert {folder.name for folder in self.segments(tmp_path)}.isdisjoint(
            {".abc.incoming", "def"}
        )

    @staticmethod
    def segments(data: Path) -> list[Path]:
        return [one for one in (data / "postings").iterdir() if one.is_dir()]

    @staticmethod
    def agree(
        index: EmbeddedFingerprintIndex,
        plain: dict[OwnerId, Fingerprint],
        rng: np.random.Generator,
    ) -> None:
        """Check candidates against counting by sets."""
        for _ in range(5):
            wanted = set(rng.integers(0, 300, 12).tolist())
            expected = {
                owner: sum(
                    count
                    for part in stored.parts
                    if (count := len(wanted & set(part.terms.tolist()))) >= 2
                )
                for owner, stored in plain.items()
            }
            probe = Probe("text", (Lookup(np.array(sorted(wanted)), 2),))
            (found,) = index.candidates([probe], limit=1000)
            assert {one.owner: one.shared for one in found} == {
                owner: count for owner, count in expected.items() if count
            }


def print_of(rng: np.random.Generator) -> Fingerprint:
    parts = tuple(
        Part(float(at), np.unique(rng.integers(0, 300, 15)), b"signature") for at in range(3)
    )
    return Fingerprint("text", 1, parts, 3.0)
