"""Whose the parts are that share terms with a probe.

Each part that is asked for costs a few random pages of a large file, so few are: the parts of a
print are numbered one after the other, in the order in which they are stored, and one of them tells
of all.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.contract import Candidate, OwnerId
from index.folding import best_documents, folded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.embedded.postings.lookup import Shared

_PARTS_AT_LEAST: Final = 40
_PARTS_AT_MOST: Final = 2_000
_PARTS_A_DOCUMENT: Final = 2
_STRETCH: Final = 64


class _Prints(NamedTuple):
    """(n,) ids of the first parts of prints, ascending; how many parts they have; and whose."""

    first: NDArray[np.int64]
    of: NDArray[np.int64]
    owners: list[OwnerId]


def candidates(
    connection: sqlite3.Connection, found: Sequence[Shared], limit: int
) -> list[list[Candidate]]:
    """Return, for what was found for each probe, the `limit` documents that share most."""
    if not found:
        return []
    telling = [_telling(one, limit) for one in found]
    prints = _prints(connection, np.unique(np.concatenate(telling)))
    return [best_documents(_folded(one, prints), limit) for one in found]


def _telling(found: Shared, limit: int) -> NDArray[np.int64]:
    """Return the parts that are asked for: of what shares most by itself, and with its neighbours.

    A long work may share a little in each of many parts.
    """
    most = min(max(_PARTS_A_DOCUMENT * limit, _PARTS_AT_LEAST), _PARTS_AT_MOST)
    if len(found.parts) <= most:
        return found.parts
    alone = np.argpartition(-found.counts, most)[:most]
    starts = np.flatnonzero(np.diff(found.parts // _STRETCH, prepend=-1))
    sizes = np.diff(starts, append=len(found.parts))
    together = np.where(sizes > 1, np.add.reduceat(found.counts, starts), 0)
    best = np.argsort(-together, kind="stable")[:most]
    best = best[together[best] > 0]
    chosen: NDArray[np.int64] = found.parts[
        np.concatenate([alone, starts[best] + sizes[best] // 2])
    ]
    return chosen


def _prints(connection: sqlite3.Connection, parts: NDArray[np.int64]) -> _Prints:
    rows = connection.execute(
        "SELECT hit.first, (SELECT max(ordinal) + 1 FROM parts WHERE print = prints.id),"
        " side, owner, medium"
        " FROM (SELECT DISTINCT print, id - ordinal AS first FROM parts"
        "  WHERE id IN (SELECT value FROM json_each(?))) AS hit"
        " JOIN prints ON prints.id = hit.print ORDER BY hit.first",
        (json.dumps(parts.tolist()),),
    ).fetchall()
    return _Prints(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        [OwnerId(*row[2:]) for row in rows],
    )


def _folded(found: Shared, prints: _Prints) -> list[Candidate]:
    if not prints.owners:
        return []
    place = np.searchsorted(prints.first, found.parts, "right") - 1
    ordinals = found.parts - prints.first[place]
    known = (place >= 0) & (ordinals < prints.of[place])
    hits: dict[tuple[OwnerId, int], list[tuple[int, int]]] = defaultdict(list)
    for print_, ordinal, count in zip(
        place[known].tolist(), ordinals[known].tolist(), found.counts[known].tolist(), strict=True
    ):
        hits[prints.owners[print_], int(prints.of[print_])].append((ordinal, count))
    return folded(hits)
