"""What the speed bench of one modality consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class SpeedCase:
    """One job, done by Marque and by its peers on the same input.

    `amount` is how much of `unit` ("MB", "megapixel", "s of sound") one call works through.
    """

    name: str
    unit: str
    amount: float
    ours: Callable[[], object]
    peers: Mapping[str, Callable[[], object]]
