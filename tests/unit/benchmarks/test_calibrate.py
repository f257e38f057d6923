from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.accuracy.calibrate import calibrated, curve
from benchmarks.accuracy.suite import Attack, Half, Original, Suite
from fingerprints import calibration

if TYPE_CHECKING:
    from pathlib import Path

COPIES = np.linspace(10.0, 60.0, 40)


def score(table: dict[str, object], evidence: float) -> float:
    return calibration.read(json.dumps({"w": table})).score("w", evidence)


def test_a_score_is_the_chance_that_was_counted() -> None:
    strangers = np.random.default_rng(1).exponential(1.0, 100_000)
    table = curve(strangers, COPIES)
    assert table["pairs"] == 100_000
    for chance in (1e-1, 1e-2, 1e-3):
        evidence = float(np.quantile(strangers, 1 - chance))
        assert score(table, evidence) == pytest.approx(-np.log10(chance) / 12, abs=0.005)


def test_beyond_what_was_counted_the_tail_goes_on() -> None:
    table = curve(np.random.default_rng(2).exponential(1.0, 100_000), COPIES)
    assert score(table, -np.log(1e-6)) == pytest.approx(0.5, abs=0.06)
    assert score(table, -np.log(1e-12)) == pytest.approx(1.0, abs=0.1)


def test_no_evidence_is_worth_nothing_where_strangers_show_none() -> None:
    table = curve(np.zeros(5_000), COPIES)
    assert score(table, 0.0) == 0.0
    assert 0 < score(table, 1.0) < score(table, 5.0)


def test_few_strangers_that_all_show_a_little_prove_little() -> None:
    table = curve(np.full(40, 3.0), COPIES)
    assert score(table, 3.0) < 0.1


def test_one_strong_copy_does_not_thicken_the_tail() -> None:
    strangers = np.random.default_rng(3).exponential(1.0, 100_000)
    plain, stretched = curve(strangers, COPIES), curve(strangers, np.append(COPIES, 10_000.0))
    assert score(stretched, 15.0) == pytest.approx(score(plain, 15.0), abs=0.02)


def test_a_stranger_far_beyond_the_others_is_not_one_in_a_million() -> None:
    strangers = np.append(np.random.default_rng(4).exponential(1.0, 100_000), 40.0)
    assert score(curve(strangers, COPIES), 40.0) == pytest.approx(5 / 12, abs=0.03)


def test_works_that_share_nothing_calibrate_by_what_copies_show(tmp_path: Path) -> None:
    def originals(half: Half, corpus: Path) -> list[Original]:
        assert half is Half.TUNE
        made = []
        for number in range(6):
            path = corpus / f"{number}.txt"
            letters = Random(number).choices("abcdefghijklmnopqrstuvwxyz", k=3000)  # noqa: S311
            path.write_text("".join(letters), "utf-8")
            made.append(Original(path.stem, path, f"family {number}"))
        return made

    def excerpt(original: Original, folder: Path, chance: Random) -> Path:
        start = chance.randrange(2800)
        copy = folder / "copy.txt"
        copy.write_text(original.path.read_text("utf-8")[start:][:200], "utf-8")
        return copy

    suite = Suite("text", originals, (Attack("excerpt", None, None, excerpt),))
    table = calibrated(suite, tmp_path, 1000)
    assert set(table) == {"verbatim", "aligned"}
    assert table["verbatim"]["pairs"] == 12 * 5
    assert score(table["verbatim"], 200.0) == pytest.approx(1.0, abs=0.1)
