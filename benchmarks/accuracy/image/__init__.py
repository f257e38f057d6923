"""The accuracy bench of the image modality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.image.attacks import ATTACKS
from benchmarks.accuracy.image.originals import originals
from benchmarks.accuracy.image.peers import PEERS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.accuracy.suite import Attack, Half, Original, Peer


@dataclass(frozen=True, slots=True)
class ImageSuite:
    """Photographs and wallpapers, what is done to them, and the peers' hashes beside Marque."""

    modality: str = "image"
    attacks: tuple[Attack, ...] = ATTACKS
    peers: tuple[Peer, ...] = PEERS

    def originals(self, half: Half, corpus: Path) -> list[Original]:
        """Return the pictures of one half, in a fixed order."""
        return originals(half, corpus)


SUITE: Final = ImageSuite()
