"""The gate: recalls that a small run must reach, pinned with the corpus they were measured on.

floors.json holds for each modality the corpus, how many originals are attacked, how many false
matches are allowed, and a recall for each attack.
"""

from __future__ import annotations

import json
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from benchmarks.accuracy.counts import SuiteCount

FILE: Final = Path(__file__).with_name("floors.json")

SAMPLES: Final = {
    "app": 12,
    "audio": 12,
    "image": 24,
    "layout": 8,
    "pages": 4,
    "text": 24,
    "video": 4,
}
"""How many originals a small run attacks."""

Floors = dict[str, dict[str, Any]]


def read() -> Floors:
    """Return the pinned floors by modality."""
    pinned: Floors = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return pinned


def breaches(count: SuiteCount, floors: Floors) -> list[str]:
    """Say what in a run lies below its floor, or can't be compared with it; empty is a pass."""
    pinned = floors.get(count.modality)
    if pinned is None:
        return [f"{count.modality}: no floors are pinned"]
    if pinned["corpus_sha256"] != count.corpus_sha256:
        return [f"{count.modality}: the corpus is not the one the floors were measured on"]
    found = {attack.label: attack.recall.value for attack in count.attacks}
    said = [
        f"{count.modality}: {label}: recall {found.get(label, 0.0):.3f} below {floor:.3f}"
        for label, floor in pinned["recall"].items()
        if found.get(label, 0.0) < floor
    ]
    said += [
        f"{count.modality}: {label}: no floor is pinned for it"
        for label in found
        if label not in pinned["recall"]
    ]
    if count.strangers.hits > pinned["false_matches"]:
        said.append(
            f"{count.modality}: {count.strangers.hits} false matches, "
            f"{pinned['false_matches']} are allowed"
        )
    return said


def pinned(count: SuiteCount, floors: Floors, sample: int | None, *, lower: bool) -> Floors:
    """Return the floors raised to what a run reached; they fall only where `lower` says so.

    On another corpus, or with another sample, the old figures mean nothing: all are set anew, which
    needs `lower` too.
    """
    old = floors.get(count.modality)
    comparable = old and (old["corpus_sha256"], old["sample"]) == (count.corpus_sha256, sample)
    if old and not comparable and not lower:
        raise SystemExit(f"{count.modality}: corpus or sample changed; --lower sets floors anew")
    recall = {attack.label: floor(attack.recall.value * 1e4) / 1e4 for attack in count.attacks}
    false_matches = count.strangers.hits
    if old and comparable and not lower:
        recall = {
            label: max(value, old["recall"].get(label, 0.0)) for label, value in recall.items()
        }
        recall |= {label: floor for label, floor in old["recall"].items() if label not in recall}
        false_matches = min(false_matches, old["false_matches"])
    entry = {
        "corpus_sha256": count.corpus_sha256,
        "sample": sample,
        "false_matches": false_matches,
        "recall": recall,
    }
    return {**floors, count.modality: entry}


def write(floors: Floors) -> None:
    """Pin the floors."""
    text = json.dumps(floors, indent=2, sort_keys=True, ensure_ascii=False)
    FILE.write_text(text + "\n", "utf-8")
