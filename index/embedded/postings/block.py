"""Postings in memory: what was added lately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.embedded.postings.keys import keys_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Run(Protocol):
    """Postings sorted by key."""

    def __len__(self) -> int:
        """Return how many postings there are."""
        ...

    def ranges(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each of (n,) keys where its postings start and end: equal if it has none."""
        ...

    def parts_at(self, places: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the parts of the postings at these places."""
        ...


@dataclass(frozen=True, slots=True)
class Block:
    """Postings sorted by key: (n,) keys, and (n,) parts that hold them."""

    keys: NDArray[np.uint64]
    parts: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many postings there are."""
        return len(self.keys)

    def ranges(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each of (n,) keys where its postings start and end."""
        starts = np.searchsorted(self.keys, keys, "left")
        return starts, np.searchsorted(self.keys, keys, "right")

    def parts_at(self, places: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the parts of the postings at these places."""
        return self.parts[places].astype(np.uint32)

    def after(self, part: int) -> Block:
        """Return the postings of later parts."""
        later = self.parts > part
        return self if later.all() else Block(self.keys[later], self.parts[later])


def block_of(parts: Sequence[tuple[int, NDArray[np.int64]]]) -> Block:
    """Return the postings of parts with their terms."""
    if not parts:
        return Block(np.empty(0, np.uint64), np.empty(0, np.int64))
    keys = keys_of(np.concatenate([terms for _, terms in parts]))
    owners = np.repeat([part for part, _ in parts], [len(terms) for _, terms in parts])
    return _sorted(keys, owners)


def merged(blocks: Sequence[Block]) -> Block:
    """Return the postings of several blocks as one."""
    keys = np.concatenate([block.keys for block in blocks])
    return _sorted(keys, np.concatenate([block.parts for block in blocks]))


def _sorted(keys: NDArray[np.uint64], parts: NDArray[np.int64]) -> Block:
    order = np.argsort(keys, kind="stable")
    return Block(keys[order], parts[order].astype(np.int64))
