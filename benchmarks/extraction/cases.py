"""Pages whose body is known, in two halves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Half(StrEnum):
    """Of what parameters are chosen on, or of what is reported."""

    TUNE = "tune"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Case:
    """A page and what is known of its body: passages that are, or aren't, in it, or all of it.

    `gold` is None where only passages are known.
    """

    corpus: str
    name: str
    html: bytes
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    gold: str | None = None

    @property
    def half(self) -> Half:
        """Half that it is in, by its name."""
        bit = hashlib.sha256(self.name.encode()).digest()[0] & 1
        return Half.REPORT if bit else Half.TUNE


def digest(cases: Iterable[Case]) -> str:
    """SHA-256 over the pages and what is known of them: the same corpus, the same digest."""
    total = hashlib.sha256()
    for case in cases:
        known = "\0".join((case.name, *case.wanted, "", *case.unwanted, "", case.gold or ""))
        total.update(hashlib.sha256(case.html).digest() + known.encode())
    return total.hexdigest()
