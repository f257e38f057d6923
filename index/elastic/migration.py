"""Bringing indices to this program's form, while they are searched.

An index of an older version is read-only while it is copied: searches go on, writers wait and try
again. Then its alias goes over to the copy in one step. Done twice, or by two at once, it comes to
the same. Killed half-way, it leaves the index read-only, and whoever opens the store next finishes
it: that is safe at any time, while lifting the block might lose what another is just copying.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Literal

from index.elastic.abilities import SMART
from index.elastic.indices import SCHEMA, Form, Indices, forms, next_name, version_in
from index.errors import IncompatibleData, MappingConflict, StoreError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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


def finish(indices: Indices) -> None:
    """Finish what a migration left that was killed; one that goes on is left alone."""
    behind = indices.behind()
    blocked = _blocked(indices, behind.values())
    for form in forms():
        physical = behind.get(indices.alias_of(form.name))
        if physical in blocked and not _is_copied(indices, physical):
            _renew(indices, form, physical)


def _blocked(indices: Indices, names: Iterable[str]) -> set[str]:
    """Return those of the indices that may not be written."""
    names = list(names)
    if not names:
        return set()
    answer = indices.server.ask(
        lambda es: es.indices.get_settings(
            index=names, name="index.blocks.write", flat_settings=True, ignore_unavailable=True
        )
    )
    return {
        name
        for name, facts in answer.body.items()
        if facts["settings"].get("index.blocks.write") == "true"
    }


def _is_copied(indices: Indices, physical: str) -> bool:
    """Tell whether the server is copying an index just now."""
    headers = {"accept": "application/json"}
    found = indices.server.ask(
        lambda es: es.perform_request(
            "GET", "/_tasks?actions=*reindex&detailed=true&group_by=none", headers=headers
        )
    ).body
    return any(f"from [{physical}]" in task.get("description", "") for task in found["tasks"])


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
    if old in _blocked(indices, [old]) or _lacks_analyser(indices, old):
        _renew(indices, form, old)
        return "renewed"
    _complete(indices, form, old)
    return "kept"


def _lacks_analyser(indices: Indices, physical: str) -> bool:
    """Tell whether the server has learnt to analyse words since an index was made."""
    if not indices.smart:
        return False
    name = f"index.analysis.analyzer.{SMART}.type"
    answer = indices.server.ask(
        lambda es: es.indices.get_settings(index=physical, name=name, flat_settings=True)
    )
    return not answer.body


def _complete(indices: Indices, form: Form, physical: str) -> None:
    """Add the fields that documents have got since; an index of another form is refused."""
    answer = indices.server.ask(
        lambda es: es.options(ignore_status=400).indices.put_mapping(
            index=physical, properties=indices.mapping(form)["properties"], dynamic="strict"
        )
    )
    if "error" in answer.body:
        raise MappingConflict(physical, str(answer.body["error"].get("reason")))


def _renew(indices: Indices, form: Form, old: str) -> None:
    alias = indices.alias_of(form.name)
    new = next_name(alias, old)
    server = indices.server
    # A copy of what was written to since is of no use. Whoever is just copying blocked it first.
    if server.ask(lambda es: es.indices.exists(index=new)) and old not in _blocked(indices, [old]):
        _abandon(indices, alias, old, new)
    try:
        server.ask(lambda es: es.indices.add_block(index=old, block="write"))
        _make(indices, form, new)
        _copy(indices, old, new)
        _switch(indices, alias, old, new)
    except StoreError:
        if indices.behind().get(alias) == new:  # another was faster
            return
        _abandon(indices, alias, old, new)
        server.ask(
            lambda es: es.options(ignore_status=404).indices.put_settings(
                index=old, settings={"index.blocks.write": None}
            )
        )
        raise


def _abandon(indices: Indices, alias: str, old: str, new: str) -> None:
    """Remove a copy that did not take its index's place, in one step with making sure of that."""
    actions: list[Mapping[str, Any]] = [
        {"remove": {"index": old, "alias": alias, "must_exist": True}},
        {"add": {"index": old, "alias": alias}},
        {"remove_index": {"index": new}},
    ]
    indices.server.ask(
        lambda es: es.options(ignore_status=[400, 404]).indices.update_aliases(actions=actions)
    )


def _make(indices: Indices, form: Form, name: str) -> None:
    """Make an index that no alias names yet; one that is left of an earlier try is gone on with."""
    answer = indices.server.ask(
        lambda es: es.options(ignore_status=400).indices.create(
            index=name, mappings=indices.mapping(form), settings=indices.settings(form)
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
    if old not in _blocked(indices, [old]):  # another gave up, and writers went on
        raise Unavailable(indices.server.location.name, f"{old} was changed while it was copied")
    actions = [{"add": {"index": new, "alias": alias}}, {"remove_index": {"index": old}}]
    indices.server.ask(lambda es: es.indices.update_aliases(actions=actions))
