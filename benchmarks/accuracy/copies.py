"""Copies of originals made by attacks, kept between runs where a folder is given for them.

FOLDER/MODALITY/ATTACK/DIGEST/…: the digest is of the original's name and contents, and of which of
several copies it is.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.accuracy.suite import Attack, Original


@dataclass(frozen=True, slots=True)
class Copies:
    """Makes the copies of a suite, each once."""

    folder: Path
    modality: str

    def of(self, original: Original, attack: Attack, nth: int = 0) -> Path:
        """Return the nth copy, made now or in an earlier run; raises `NotMade`.

        A copy depends on nothing but the original and the attack, whose own code is taken to be the
        same as then.
        """
        name = f"{original.name}/{nth}" if nth else original.name
        kept = self._attack_folder(attack) / _digest(name, original.path)
        if not kept.exists():
            work = kept.with_name(f".{kept.name}.incoming")
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir(parents=True)
            chance = Random(f"{self.modality}/{attack.label}/{name}")  # noqa: S311
            copy = attack.make(original, work, chance)
            (work / ".copy").write_text(copy.relative_to(work).as_posix(), "utf-8")
            work.rename(kept)
        return kept / (kept / ".copy").read_text("utf-8")

    def forget(self, attack: Attack) -> None:
        """Remove the copies of an attack."""
        shutil.rmtree(self._attack_folder(attack), ignore_errors=True)

    def _attack_folder(self, attack: Attack) -> Path:
        return self.folder / self.modality / attack.label.replace("/", "-")


@cache
def _digest(name: str, path: Path) -> str:
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(f"{content}  {name}".encode()).hexdigest()[:32]
