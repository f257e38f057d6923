"""Changing stored documents: read, change, store, and anew where another came between."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

from index.documents import Record
from index.errors import Conflict, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from index.contract import Records, Stored
    from index.documents import Event

R = TypeVar("R", bound=Record)

_SHORTEST_PAUSE_S: Final = 0.01
_LONGEST_PAUSE_S: Final = 2.0


def change(
    records: Records, kind: type[R], id: str, step: Callable[[R], tuple[R, Sequence[Event]]]
) -> R:
    """Store what `step` makes of a document, with the events it tells, and return it.

    `step` is called anew for each attempt. What it returns unchanged is not stored. Raises
    `NotFound`, and what `step` raises.
    """
    for _ in _tries():
        stored = records.get(kind, id)
        record, events = step(stored.record)
        with suppress(Conflict):
            return _stored(records, stored, record, events)
    raise AssertionError


def change_or_create(
    records: Records, kind: type[R], id: str, step: Callable[[R | None], tuple[R, Sequence[Event]]]
) -> R:
    """Do as `change`, but `step` is given None where the document isn't there yet."""
    for _ in _tries():
        stored = _found(records, kind, id)
        record, events = step(stored.record if stored else None)
        with suppress(Conflict):
            return _stored(records, stored, record, events)
    raise AssertionError


def change_or_create_all(
    records: Records, kind: type[R], steps: Mapping[str, Callable[[R | None], R]]
) -> dict[str, R]:
    """Do so with several documents of a kind, by id, that tell no events: all are asked at once."""
    done: dict[str, R] = {}
    for _ in _tries():
        waiting = [id for id in steps if id not in done]
        if not waiting:
            return done
        old = records.get_all(kind, waiting)
        new = {id: steps[id](old[id].record if id in old else None) for id in waiting}
        changed = [id for id in waiting if id not in old or new[id] != old[id].record]
        outcomes = records.put_all(
            [(new[id], old[id].version if id in old else None) for id in changed]
        )
        behind = {
            id for id, one in zip(changed, outcomes, strict=True) if isinstance(one, Conflict)
        }
        done |= {id: one for id, one in new.items() if id not in behind}
        if not behind:
            return done
    raise AssertionError


def _tries() -> Iterator[None]:
    """Yield for each try, after pauses that grow and vary: so many writers don't meet for ever."""
    longest = 0.0
    while True:
        yield
        time.sleep(random.uniform(0, longest))  # noqa: S311 - no secret
        longest = min(max(2 * longest, _SHORTEST_PAUSE_S), _LONGEST_PAUSE_S)


def _stored(records: Records, old: Stored[R] | None, record: R, events: Sequence[Event]) -> R:
    """Store a record in place of the old one; raises `Conflict`."""
    if old is None or record != old.record:
        records.put(record, expect=old.version if old else None, events=events)
    return record


def _found(records: Records, kind: type[R], id: str) -> Stored[R] | None:
    try:
        return records.get(kind, id)
    except NotFound:
        return None
