"""The accuracy bench of documents: books, comics and standards as whole works of many pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.pages.attacks import ATTACKS
from benchmarks.accuracy.pages.originals import originals
from benchmarks.accuracy.pages.peers import PEERS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.accuracy.suite import Attack, Half, Original, Peer


@dataclass(frozen=True, slots=True)
class PagesSuite:
    """Documents and what pirates do to them; a match by text or by pages counts."""

    modality: str = "pages"
    attacks: tuple[Attack, ...] = ATTACKS
    peers: tuple[Peer, ...] = PEERS

    def originals(self, half: Half, corpus: Path) -> list[Original]:
        """Documents of one half, in a fixed order."""
        return originals(half, corpus)


SUITE: Final = PagesSuite()
