"""One run of a suite: register the originals, attack them, match the copies, count."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.accuracy.copies import Copies
from benchmarks.accuracy.corpora import digest
from benchmarks.accuracy.counts import AttackCount, Share, SuiteCount
from benchmarks.accuracy.registry import Registry
from benchmarks.accuracy.rivals import Rival
from benchmarks.accuracy.suite import Half, NotMade
from fingerprints.modalities import MODALITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.accuracy.suite import Attack, Original, Suite
    from console.files import Matched, Witness

Tell = Callable[[str], None]


def run(  # noqa: PLR0913 - options of one command
    suite: Suite,
    *,
    corpus: Path,
    half: Half = Half.REPORT,
    sample: int | None = None,
    only: Sequence[str] = (),
    with_peers: bool = True,
    copies: Path | None = None,
    tell: Tell = lambda line: None,  # noqa: ARG005
) -> SuiteCount:
    """Run a suite and return its counts.

    `sample`: so many originals, spread evenly, are attacked; all are registered. `only`: names of
    the attacks to run, with or without their strength. `copies`: a folder that keeps copies
    between runs. `tell` is given a line of progress now and then.
    """
    with tempfile.TemporaryDirectory(prefix="marque-accuracy-") as scratch:
        one = _Run(suite, corpus, half, Path(scratch), copies, tell)
        return one.counted(sample, only, with_peers)


class _Run:
    def __init__(
        self,
        suite: Suite,
        corpus: Path,
        half: Half,
        scratch: Path,
        copies: Path | None,
        tell: Tell,
    ) -> None:
        self._suite, self._half, self._tell = suite, half, tell
        self._copies = Copies(copies or scratch / "copies", suite.modality)
        self._keeps_copies = copies is not None
        self._originals = suite.originals(half, corpus)
        other = Half.TUNE if half is Half.REPORT else Half.REPORT
        self._strangers = suite.originals(other, corpus)
        self._registry = Registry(scratch / "data")
        self._families = {one.name: one.family for one in self._originals}
        self._family_sizes = Counter(one.family for one in self._originals)
        self._pairs = 0
        self._false: list[str] = []

    def counted(self, sample: int | None, only: Sequence[str], with_peers: bool) -> SuiteCount:  # noqa: FBT001
        if not self._originals:
            raise SystemExit(f"{self._suite.modality}: no originals; fetch the corpus first")
        works = list(self._registry.register(self._originals, self._suite.modality))
        refused = [one for one in works if one.work is None]
        for one in refused:
            self._tell(f"not registered: {one.path.name}: {one.error} ({one.reason})")
        rivals = [Rival(peer, self._originals) for peer in self._suite.peers if with_peers]
        self._match_strangers(_spread(self._strangers, sample))
        chosen = [
            one for one in self._suite.attacks if not only or {one.name, one.label} & set(only)
        ]
        counts = [self._attack(attack, sample, rivals) for attack in chosen]
        return SuiteCount(
            modality=self._suite.modality,
            half=self._half,
            works=len(works) - len(refused),
            refused=len(refused),
            corpus_sha256=digest(self._originals),
            strangers=Share(len(self._false), self._pairs),
            attacks=tuple(
                _with_peers(count, {one.peer.name: one.recall(count.label) for one in rivals})
                for count in counts
            ),
            false_matches=tuple(self._false),
            thresholds={one.peer.name: one.threshold for one in rivals},
        )

    def _match_strangers(self, strangers: list[Original]) -> None:
        for original, matched in zip(
            strangers, self._registry.match([one.path for one in strangers]), strict=True
        ):
            self._judge_strangers("untouched", original, self._found(matched))

    def _attack(self, attack: Attack, sample: int | None, rivals: Sequence[Rival]) -> AttackCount:
        chosen = _spread([one for one in self._originals if attack.applies(one)], sample)
        attacked = [one for one in chosen for _ in range(attack.repeats)]
        made = [self._copy(attack, one, nth) for one in chosen for nth in range(attack.repeats)]
        attacked = [one for one, copy in zip(attacked, made, strict=True) if copy is not None]
        copies = [copy for copy in made if copy is not None]
        hits = unreadable = 0
        for original, matched in zip(attacked, self._registry.match(copies), strict=True):
            found = self._found(matched, attack.witness)
            hits += original.name in found
            unreadable += matched.error is not None
            self._judge_strangers(attack.label, original, found)
        for original, copy in zip(attacked, copies, strict=True):
            for rival in rivals:
                rival.see(attack.label, original, copy)
        if not self._keeps_copies:
            self._copies.forget(attack)
        recall = Share(hits, len(attacked))
        self._tell(f"{attack.label}: {recall.value:.3f} of {recall.of}, {unreadable} unreadable")
        return AttackCount(
            name=attack.name,
            strength=attack.strength,
            label=attack.label,
            goal=attack.goal,
            recall=recall,
            unreadable=unreadable,
        )

    def _copy(self, attack: Attack, original: Original, nth: int) -> Path | None:
        try:
            return self._copies.of(original, attack, nth)
        except NotMade as error:
            self._tell(f"{attack.label}: no copy of {original.name}: {error}")
            return None

    def _judge_strangers(self, label: str, original: Original, found: dict[str, Witness]) -> None:
        related = self._family_sizes.get(original.family, 0)
        self._pairs += len(self._originals) - related
        for title, witness in found.items():
            if self._families[title] != original.family:
                self._false.append(
                    f"{label}: {original.name} ~ {title} {witness.modality} {witness.score:.3f}"
                )

    def _found(self, matched: Matched, modality: str | None = None) -> dict[str, Witness]:
        """Return what was found, by title, and the best witness of the modality: the suite's."""
        wanted = modality or self._suite.modality
        of_wanted = (
            (found.title, witness)
            for found in matched.matches
            for witness in reversed(found.witnesses)
            if wanted not in MODALITIES or witness.modality == wanted
        )
        return dict(of_wanted)


def _spread(originals: Sequence[Original], sample: int | None) -> list[Original]:
    if sample is None or sample >= len(originals):
        return list(originals)
    return [originals[at * len(originals) // sample] for at in range(sample)]


def _with_peers(count: AttackCount, peers: dict[str, Share]) -> AttackCount:
    return replace(count, peers=peers)
