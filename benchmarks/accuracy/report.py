"""Counts for people: a table on the terminal or in Markdown, JSON for programs, plots."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.accuracy.counts import AttackCount, Share, SuiteCount


def as_json(count: SuiteCount) -> dict[str, Any]:
    """Return everything that was counted, as plain values."""
    return asdict(count)


def table(count: SuiteCount) -> list[list[str]]:
    """Return a head and a row an attack, as text."""
    peers = sorted({name for attack in count.attacks for name in attack.peers})
    head = ["attack", "copies", "recall", "95 %", "goal", *peers]
    return [head, *(_row(attack, peers) for attack in count.attacks)]


def markdown(count: SuiteCount) -> str:
    """Return the run as a section of a Markdown page."""
    rows = table(count)
    lines = [" | ".join(row) for row in (rows[0], ["---"] * len(rows[0]), *rows[1:])]
    return "\n".join(
        [
            f"## {count.modality}",
            "",
            *(f"- {line}" for line in summary(count)),
            "",
            *(f"| {line} |" for line in lines),
            "",
        ]
    )


def summary(count: SuiteCount) -> list[str]:
    """Return what holds of the run as a whole."""
    low, high = count.precision.interval
    lines = [
        f"{count.works} works of the {count.half} half registered, {count.refused} refused",
        f"corpus: {count.corpus_sha256}",
        f"false matches: {count.strangers.hits} of {count.strangers.of} pairs of strangers",
        f"precision: {count.precision.value:.4f} ({low:.4f}–{high:.4f})",
    ]
    if count.thresholds:
        told = (f"{name} {line:g}" for name, line in sorted(count.thresholds.items()))
        lines.append(f"the peers' lines (greatest distance that is a match): {', '.join(told)}")
    return lines


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns of a terminal."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def plot(count: SuiteCount, folder: Path) -> list[Path]:
    """Draw recall against strength for each attack of several strengths; return the files."""
    import matplotlib as mpl  # noqa: PLC0415 - only this needs it

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = count.modality
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only this needs it

    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, attacks in _series(count.attacks):
        figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")
        strengths = [attack.strength or 0.0 for attack in attacks]
        low, high = zip(*(attack.recall.interval for attack in attacks), strict=True)
        axes.fill_between(strengths, low, high, alpha=0.2, label="_95 %")
        axes.plot(strengths, [one.recall.value for one in attacks], marker="o", label="Marque")
        for peer in sorted(attacks[0].peers):
            recalls = [one.peers[peer].value for one in attacks]
            axes.plot(strengths, recalls, marker=".", linestyle="--", label=peer)
        goals = [one.goal for one in attacks if one.goal is not None]
        at = [one.strength or 0.0 for one in attacks if one.goal is not None]
        axes.scatter(at, goals, marker="_", s=200, label="goal", zorder=3)
        axes.set(title=f"{count.modality}: {name}", xlabel="strength", ylabel="recall")
        axes.set_ylim(-0.03, 1.03)
        axes.legend(fontsize="x-small")
        words = "-".join(name.replace(",", "").replace("/", " ").split())
        file = folder / f"{count.modality}-{words}.svg"
        figure.savefig(file, metadata={"Date": None})
        plt.close(figure)
        files.append(file)
    return files


def _series(attacks: Iterable[AttackCount]) -> list[tuple[str, list[AttackCount]]]:
    by_name: dict[str, list[AttackCount]] = defaultdict(list)
    for attack in attacks:
        if attack.strength is not None:
            by_name[attack.name].append(attack)
    return [
        (name, sorted(several, key=lambda one: one.strength or 0.0))
        for name, several in by_name.items()
        if len(several) > 1
    ]


def _row(attack: AttackCount, peers: Sequence[str]) -> list[str]:
    low, high = attack.recall.interval
    goal = "" if attack.goal is None else f"{attack.goal:g}{'' if attack.meets_goal else ' MISSED'}"
    return [
        attack.label,
        str(attack.recall.of),
        f"{attack.recall.value:.3f}",
        f"{low:.3f}–{high:.3f}",
        goal,
        *(_value(attack.peers.get(peer)) for peer in peers),
    ]


def _value(share: Share | None) -> str:
    return "" if share is None else f"{share.value:.3f}"
