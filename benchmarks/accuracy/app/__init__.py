"""The accuracy bench of apps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.app import originals as media
from benchmarks.accuracy.app.attacks import ATTACKS
from benchmarks.accuracy.app.peers import PEERS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.accuracy.suite import Attack, Half, Original, Peer


@dataclass(frozen=True, slots=True)
class AppSuite:
    """Apps and what pirates do to them."""

    modality: str = "app"
    attacks: tuple[Attack, ...] = ATTACKS
    peers: tuple[Peer, ...] = PEERS

    def originals(self, half: Half, corpus: Path) -> list[Original]:
        """Apps of one half, in a fixed order."""
        return media.originals(half, corpus)


SUITE: Final = AppSuite()
