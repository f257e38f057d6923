"""The accuracy bench of the video modality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.accuracy.video.attacks import ATTACKS
from benchmarks.accuracy.video.originals import originals
from benchmarks.accuracy.video.peers import PEERS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.accuracy.suite import Attack, Half, Original, Peer


@dataclass(frozen=True, slots=True)
class VideoSuite:
    """Clips and films, what is done to them, and vpdq beside Marque."""

    modality: str = "video"
    attacks: tuple[Attack, ...] = ATTACKS
    peers: tuple[Peer, ...] = PEERS

    def originals(self, half: Half, corpus: Path) -> list[Original]:
        """Return the films of one half."""
        return originals(half, corpus)


SUITE = VideoSuite()
