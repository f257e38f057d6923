"""Which registered works are searched for, and in which order.

A scope is `all`, `key` (the target's key works), `kind:KIND`, `holder:NAME`, or a work's id;
several are taken together. Key works always come first.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from crawlers.discovery.errors import UnknownScope
from index.contract import Query
from index.documents import Channel, Work, WorkKind
from index.errors import NotFound
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.contract import Records

ALL: Final = "all"
KEY: Final = "key"
_KIND: Final = "kind:"
_HOLDER: Final = "holder:"
_MOST_WORKS: Final = 20_000
_OF_CHANNEL: Final[dict[Channel, frozenset[WorkKind]]] = {
    Channel.LITERATURE: frozenset({WorkKind.LITERATURE, WorkKind.STANDARD}),
    Channel.DOCUMENTS: frozenset({WorkKind.LITERATURE, WorkKind.STANDARD}),
    Channel.COMICS: frozenset({WorkKind.COMIC}),
    Channel.MUSIC: frozenset({WorkKind.MUSIC}),
    Channel.VIDEO: frozenset({WorkKind.VIDEO}),
    Channel.APPS: frozenset({WorkKind.GAME, WorkKind.SOFTWARE}),
}
"""The kinds of works that a channel is of; the other channels are of all kinds."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A work that is searched for."""

    work: Work
    is_key: bool


def scope_named(records: Records, text: str) -> str:
    """Return a scope in the form that is kept: ids complete. Raises `UnknownScope`.

    Raises `NotFound` or `Ambiguous` for what may be the beginning of an id.
    """
    if text in {ALL, KEY} or (text.startswith(_HOLDER) and text.removeprefix(_HOLDER).strip()):
        return text
    if text.startswith(_KIND):
        if text.removeprefix(_KIND) in {kind.value for kind in WorkKind}:
            return text
        raise UnknownScope(text, f"kinds of works are {', '.join(WorkKind)}")
    if ":" in text:
        raise UnknownScope(text, "all, key, kind:KIND, holder:NAME or a work's id")
    return records.resolve(Work, text)


def works_sought(
    records: Records,
    scopes: Sequence[str],
    key_works: Sequence[str],
    channel: Channel,
    *,
    skip: int = 0,
) -> list[Sought]:
    """Return the works in the scopes (none given: all), key works first, then as registered.

    Where not all works are named one by one, only those of a kind that the channel is of. The
    order of what isn't key begins after the first `skip`, which follow at the end: so that crawl
    after crawl all get their turn. Works are read without their media; of more than 20,000 the
    rest is left out.
    """
    scopes = scopes or (ALL,)
    wanted = {scope for scope in scopes if ":" not in scope} - {ALL, KEY}
    first = [one for id in dict.fromkeys(key_works) if (one := _read(records, id)) is not None]
    known = {one.id for one in first}
    others = {
        one.id: one for one in _in_scopes(records, scopes, wanted, channel) if one.id not in known
    }
    rest = list(others.values())
    turn = skip % len(rest) if rest else 0
    of_scope = first if _holds_keys(scopes) else [one for one in first if one.id in wanted]
    return [
        *(Sought(one, is_key=True) for one in of_scope),
        *(Sought(one, is_key=False) for one in (*rest[turn:], *rest[:turn])),
    ]


def _holds_keys(scopes: Sequence[str]) -> bool:
    """Tell whether key works belong to a scope as such, and not only where they are named."""
    return any(scope in {ALL, KEY} or ":" in scope for scope in scopes)


def _in_scopes(
    records: Records, scopes: Sequence[str], ids: set[str], channel: Channel
) -> Iterator[Work]:
    kinds = _OF_CHANNEL.get(channel)
    for scope in scopes:
        if scope in ids:
            if (one := _read(records, scope)) is not None:
                yield one
        elif scope != KEY:
            where = _where(scope)
            if kinds is not None and "category" not in where:
                where["category"] = tuple(kind.value for kind in sorted(kinds))
            stored = scan(records, Query(Work, where, order="registered_at"))
            yield from (_light(one.record) for one in islice(stored, _MOST_WORKS))


def _where(scope: str) -> dict[str, str | tuple[str | float | bool | None, ...]]:
    if scope.startswith(_KIND):
        return {"category": scope.removeprefix(_KIND)}
    if scope.startswith(_HOLDER):
        return {"holder": scope.removeprefix(_HOLDER).strip()}
    return {}


def _read(records: Records, id: str) -> Work | None:
    try:
        return _light(records.get(Work, id).record)
    except NotFound:  # withdrawn meanwhile
        return None


def _light(work: Work) -> Work:
    return work.model_copy(update={"media": (), "identifiers": ()})
