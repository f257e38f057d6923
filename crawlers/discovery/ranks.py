"""Ranks: how much a page is worth a visit, as the frontier's priority has it.

A priority is `STEP` times a rank, plus what a spider says itself of the order of its pages (0 to
`STEP` - 1). What a page leads to has the page's rank: a site that copies are likely on is followed
before one that was met by chance.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawlers.frontier.contract import Discovery

STEP: Final = 10


def priority_of(rank: int) -> int:
    """Return the priority of what has this rank."""
    return rank * STEP


def rank_of(priority: int) -> int:
    """Return the rank that a priority is of."""
    return priority // STEP


def inherited(found: Discovery, priority: int) -> Discovery:
    """Return what was found on a page of this priority, with the page's rank added to its own."""
    rank = rank_of(priority)
    return replace(found, priority=found.priority + priority_of(rank)) if rank else found
