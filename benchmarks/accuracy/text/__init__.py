"""The accuracy bench of the text modality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.text.attacks import ATTACKS
from benchmarks.accuracy.text.originals import originals
from benchmarks.accuracy.text.peers import PEERS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.accuracy.suite import Attack, Half, Original, Peer


@dataclass(frozen=True, slots=True)
class TextSuite:
    """Chapters and what pirates do to them."""

    modality: str = "text"
    attacks: tuple[Attack, ...] = ATTACKS
    peers: tuple[Peer, ...] = PEERS

    def originals(self, half: Half, corpus: Path) -> list[Original]:
        """Chapters of one half, in a fixed order."""
        return originals(half, corpus)


SUITE: Final = TextSuite()
