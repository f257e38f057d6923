"""What the accuracy bench of one modality consists of: originals, attacks, peers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any


class Half(StrEnum):
    """Parameters are chosen on one half of the packages, figures are reported on the other."""

    TUNE = "tune"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Original:
    """A work's file. Originals of one family are related: such pairs are not strangers."""

    name: str
    path: Path
    family: str


class NotMade(Exception):
    """The tool of an attack could not do it to this original; there is no copy to be recognised."""


Make = Callable[[Original, Path, Random], Path]
"""Writes a copy of an original into a folder and returns its file; chance is the `Random`'s.

Raises `NotMade`."""


@dataclass(frozen=True, slots=True)
class Attack:
    """What a pirate does to a work, by a real tool.

    `name` is the kind ("speed"), `strength` how hard (1.25), None where there is no scale; `goal`
    is the recall to reach, None where the attack is only observed. `applies` says to which
    originals it can be done. `witness` is the modality that shall recognise the copy; None: the
    suite's. `repeats`: so many copies are made of each original, by chance all different.
    """

    name: str
    strength: float | None
    goal: float | None
    make: Make
    applies: Callable[[Original], bool] = field(default=lambda original: True)  # noqa: ARG005
    witness: str | None = None
    repeats: int = 1

    @property
    def label(self) -> str:
        """Return the name with the strength."""
        return self.name if self.strength is None else f"{self.name} {self.strength:g}"


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program on the same files.

    `extract` returns None for what it can't read. A pair is a match at a `distance` of at most
    `threshold`; None: the threshold at which it makes one false match in a million stranger pairs,
    or none in the run where there are fewer.
    """

    name: str
    extract: Callable[[Path], Any]
    distance: Callable[[Any, Any], float]
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """The bench of one modality.

    `originals` returns the works of one half, in a fixed order, from what `fetch` filled.
    """

    modality: str
    originals: Callable[[Half, Path], list[Original]]
    attacks: tuple[Attack, ...]
    peers: tuple[Peer, ...] = ()
