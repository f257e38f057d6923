from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from benchmarks.accuracy import floors, report
from benchmarks.accuracy.counts import AttackCount, Share, SuiteCount
from benchmarks.accuracy.rivals import Rival
from benchmarks.accuracy.run import run
from benchmarks.accuracy.suite import Attack, Half, Original, Peer, Suite

if TYPE_CHECKING:
    from random import Random


def count(recall: float = 1.0, *, corpus: str = "c", wrong: int = 0) -> SuiteCount:
    attack = AttackCount(
        name="crop",
        strength=0.2,
        label="crop 0.2",
        goal=0.9,
        recall=Share(round(recall * 100), 100),
        unreadable=0,
    )
    return SuiteCount(
        modality="image",
        half=Half.REPORT,
        works=100,
        refused=0,
        corpus_sha256=corpus,
        strangers=Share(wrong, 9900),
        attacks=(attack,),
    )


def test_a_share_knows_how_sure_it_is() -> None:
    low, high = Share(98, 100).interval
    assert (round(low, 3), round(high, 3)) == (0.930, 0.994)
    assert Share(0, 0).interval == (0.0, 1.0)
    assert math.isnan(Share(0, 0).value)


def test_what_falls_below_its_floor_is_a_breach() -> None:
    pinned = floors.pinned(count(0.95), {}, 24, lower=False)
    assert floors.breaches(count(0.95), pinned) == []
    assert floors.breaches(count(0.96), pinned) == []
    (said,) = floors.breaches(count(0.94), pinned)
    assert "crop 0.2: recall 0.940 below 0.950" in said
    (said,) = floors.breaches(count(0.95, wrong=1), pinned)
    assert "1 false matches" in said


def test_another_corpus_or_attack_or_none_is_a_breach() -> None:
    pinned = floors.pinned(count(0.95), {}, 24, lower=False)
    assert floors.breaches(count(0.95, corpus="other"), pinned)
    assert floors.breaches(count(0.95), {})
    renamed = {"image": {**pinned["image"], "recall": {"border": 0.5}}}
    assert len(floors.breaches(count(0.95), renamed)) == 2


def test_a_floor_rises_by_itself_and_falls_only_when_told() -> None:
    pinned = floors.pinned(count(0.95), {}, 24, lower=False)
    raised = floors.pinned(count(0.97), pinned, 24, lower=False)
    assert raised["image"]["recall"] == {"crop 0.2": 0.97}
    kept = floors.pinned(count(0.90, wrong=3), raised, 24, lower=False)
    assert kept["image"]["recall"] == {"crop 0.2": 0.97}
    assert kept["image"]["false_matches"] == 0
    lowered = floors.pinned(count(0.90, wrong=3), raised, 24, lower=True)
    assert lowered["image"]["recall"] == {"crop 0.2": 0.90}
    with pytest.raises(SystemExit):
        floors.pinned(count(0.99, corpus="other"), pinned, 24, lower=False)


def test_a_peers_line_makes_no_false_match_in_the_run(tmp_path: Path) -> None:
    originals = [Original(str(at), tmp_path / str(at), str(at)) for at in range(4)]
    for at, original in enumerate(originals):
        original.path.write_text(str(10 * at))
    peer = Peer("number", lambda path: int(path.read_text()), lambda a, b: abs(a - b))
    rival = Rival(peer, originals)
    for near, off in (("0", 3), ("1", 7), ("2", 9)):
        copy = tmp_path / f"copy-{near}"
        copy.write_text(str(10 * int(near) + off))
        rival.see("shift", originals[int(near)], copy)
    assert rival.threshold < 1  # 29 is 1 away from 30
    assert rival.recall("shift") == Share(0, 3)
    generous = Rival(Peer(peer.name, peer.extract, peer.distance, threshold=7), originals)
    generous.see("shift", originals[1], tmp_path / "copy-1")
    assert generous.recall("shift") == Share(1, 1)


def suite(folder: Path) -> Suite:
    rng = np.random.default_rng(5)
    works = []
    for at in range(6):
        path = folder / f"{at}.png"
        blocks = rng.integers(0, 256, (12, 16), np.uint8)
        Image.fromarray(blocks).resize((480, 360), Image.Resampling.BICUBIC).save(path)
        works.append(Original(path.stem, path, path.stem))

    def originals(half: Half, corpus: Path) -> list[Original]:
        assert corpus == Path("corpus")
        return works[::2] if half is Half.REPORT else works[1::2]

    attacks = (
        Attack("resize", 0.5, 0.98, _smaller),
        Attack("replaced", None, None, _replaced),
    )
    return Suite("image", originals, attacks)


def _smaller(original: Original, folder: Path, chance: Random) -> Path:
    with Image.open(original.path) as picture:
        made = picture.resize((240, 180))
    made.save(folder / "copy.jpg", quality=chance.randint(80, 90))
    return folder / "copy.jpg"


def _replaced(original: Original, folder: Path, chance: Random) -> Path:
    """Write another of the works: what a suite must count as missed and as false."""
    other = original.path.with_name("4.png" if original.name != "4" else "2.png")
    copy = folder / f"{chance.random()}.png"
    copy.write_bytes(other.read_bytes())
    return copy


def test_a_run_counts_what_was_recognised_and_what_was_not(tmp_path: Path) -> None:
    found = run(suite(tmp_path), corpus=Path("corpus"))
    resize, replaced = found.attacks
    assert (found.works, found.refused) == (3, 0)
    assert resize.recall == Share(3, 3)
    assert replaced.recall == Share(0, 3)
    assert found.strangers == Share(3, 3 * 3 + 2 * 3 * 2)
    assert found.precision == Share(3, 6)
    assert "replaced: 0 ~ 4" in found.false_matches[0]
    text = report.markdown(found)
    assert "| resize 0.5 | 3 | 1.000 |" in text
    assert json.loads(json.dumps(report.as_json(found)))["strangers"] == {"hits": 3, "of": 21}


def test_the_command_names_an_unknown_suite() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.accuracy", "run", "smell"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "smell" in done.stderr
