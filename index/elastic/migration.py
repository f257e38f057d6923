"""Bringing indices to this program's form, while they are searched.

An index of an older version is read-only while it is copied: searches go on, writers wait and try
again. Then its alias goes over to the copy in one step. Done twice, or by two at once, it comes to
the same; killed half-way, it goes on when it is run again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Literal

from index.elastic.indices import SCHEMA, Form, Indices, forms, next_name, version_in
from index.errors import IncompatibleData, MappingConflict, StoreError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Change = Literal["made", "renewed", "kept"]

_POLL_S: Final = 0.2
_COPIED_AT_ONCE: Final = 1_000


def migrate(indices: Indices) -> Iterator[tuple[str, Change]]:
    """Make, renew or complete every index, and yield what was done with each."""
    indices.guard()
    behind = indices.behind()
    for form in forms():
        alias = indices.alias_of(form.name)
        yield alias, _migrate(indices, form, behind.get(alias))


def renew(indices: Indices, name: str) -> None:
    """Write an index anew and let it take the old one's place. Raises `StoreError`."""
    form = next(form for form in forms() if form.name == name)
    old = indices.behind().get(indices.alias_of(name))
    if old is not None:
        _renew(indices, form, old)


def _migrate(indices: Indices, form: Form, old: str | None) -> Change:
    if old is None:
        indices.alias(form.name)
        return "made"
    version = version_in(old)
    if version > SCHEMA:
        raise IncompatibleData(old, version, SCHEMA)
    if version < SCHEMA:
        _renew(indices, form, old)
        return "renewed"
    _complete(indices, form, old)
    return "kept"


def _complete(indices: Indices, form: Form, physical: str) -> None:
    """Add the fields that documents have got since; an index of another form is refused."""
    answer = indices.server.ask(
        lambda es: es.options(ignore_status=400).indices.put_mapping(
            index=physical, properties=dict(form.mapping["properties"]), dynamic="strict"
        )
    )
    if "error" in answer.body:
        raise MappingConflict(physical, str(answer.body["error"].get("reason")))


def _renew(indices: Indices, form: Form, old: str) -> None:
    alias = indices.alias_of(form.name)
    new = next_name(alias, old)
    server = indices.server
    try:
        server.ask(lambda es: es.indices.add_block(index=old, block="write"))
        _make(indices, form, new)
        _copy(indices, old, new)
        _switch(indices, alias, old, new)
    except StoreError:
        if indices.behind().get(alias) == new:  # another was faster
            return
        server.ask(
            lambda es: es.options(ignore_status=404).indices.put_settings(
                index=old, settings={"index.blocks.write": None}
            )
        )
        raise


def _make(indices: Indices, form: Form, name: str) -> None:
    """Make an index that no alias names yet; one that is left of an earlier try is gone on with."""
    answer = indices.server.ask(
        lambda es: es.options(ignore_status=400).indices.create(
            index=name, mappings=dict(form.mapping), settings=indices.settings(form)
        )
    )
    error = answer.body.get("error", {})
    if error and error["type"] != "resource_already_exists_exception":
        raise MappingConflict(name, str(error["reason"]))


def _copy(indices: Indices, old: str, new: str) -> None:
    server = indices.server
    # What was written before the block is copied only if it can be searched.
    server.ask(lambda es: es.indices.refresh(index=old))
    task = server.ask(
        lambda es: es.reindex(
            source={"index": old, "size": _COPIED_AT_ONCE},
            # What is there already, of an earlier try or another's, is as it should be.
            dest={"index": new, "op_type": "create"},
            conflicts="proceed",
            wait_for_completion=False,
        )
    )["task"]
    done = _awaited(indices, task)
    failures = [*done.get("response", {}).get("failures", []), *filter(None, [done.get("error")])]
    if failures:
        raise Unavailable(server.location.name, f"{old} could not be copied: {failures[0]}")
    server.ask(lambda es: es.indices.refresh(index=[old, new]))
    there, here = _count(indices, old), _count(indices, new)
    if here != there:
        raise Unavailable(server.location.name, f"{new} holds {here} of {there} documents")


def _count(indices: Indices, name: str) -> int:
    return int(indices.server.ask(lambda es: es.count(index=name))["count"])


def _awaited(indices: Indices, task: str) -> Mapping[str, Any]:
    """Wait for a task of the server; its documents say to ask so, its client warns of it."""
    headers = {"accept": "application/json"}
    while True:
        found: Mapping[str, Any] = indices.server.ask(
            lambda es: es.perform_request("GET", f"/_tasks/{task}", headers=headers)
        ).body
        if found["completed"]:
            return found
        time.sleep(_POLL_S)


def _switch(indices: Indices, alias: str, old: str, new: str) -> None:
    actions = [{"add": {"index": new, "alias": alias}}, {"remove_index": {"index": old}}]
    indices.server.ask(lambda es: es.indices.update_aliases(actions=actions))
