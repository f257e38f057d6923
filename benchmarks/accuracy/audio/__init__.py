"""The accuracy bench of the audio modality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.audio.attacks import ATTACKS
from benchmarks.accuracy.audio.originals import originals
from benchmarks.accuracy.audio.peers import PEERS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.accuracy.suite import Attack, Half, Original, Peer


@dataclass(frozen=True, slots=True)
class AudioSuite:
    """Tracks, and excerpts of them as they are put up again."""

    modality: str = "audio"
    attacks: tuple[Attack, ...] = ATTACKS
    peers: tuple[Peer, ...] = PEERS

    def originals(self, half: Half, corpus: Path) -> list[Original]:
        """Tracks of one half, in a fixed order."""
        return originals(half, corpus)


SUITE: Final = AudioSuite()
