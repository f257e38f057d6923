"""The indices: what each holds, made when first needed, reached by aliases that name no version."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from index.documents import RECORDS, Record
from index.elastic import print_documents
from index.elastic.abilities import smart_analysis, with_smart_words
from index.elastic.mappings import ANALYSIS, document_mapping
from index.errors import (
    IncompatibleData,
    MappingConflict,
    Outdated,
    ShardsMissing,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from index.elastic.client import Server

SCHEMA: Final = 1
"""Raised when what is stored changes its form; `migrate` then renews every index."""

_REFRESH_S: Final = 10.0
_SEGMENTS_A_TIER: Final = 4
_VERSION = re.compile(r"-v(\d+)(?:\.(\d+))?$")


@dataclass(frozen=True, slots=True)
class Form:
    """What an index holds. `name` is its alias without the prefix, never renamed."""

    name: str
    mapping: Mapping[str, Any]
    sharded: bool = False


def forms() -> Iterator[Form]:
    """Yield the form of every index."""
    for kind in RECORDS:
        yield Form(kind.kind, document_mapping(kind))
    yield Form(print_documents.HEADS, print_documents.HEAD_MAPPING)
    for side in print_documents.SIDES:
        yield Form(print_documents.parts_of(side), print_documents.PART_MAPPING, sharded=True)


class Indices:
    """The indices under one prefix."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._prefix = server.location.prefix
        self._lock = threading.Lock()
        self._present: set[str] = set()

    def alias(self, name: str) -> str:
        """Return the name by which an index is read and written, making it if it isn't there."""
        alias = self.alias_of(name)
        if alias not in self._present:
            with self._lock:
                self._make(self._forms[name], alias)
        return alias

    def of(self, kind: type[Record]) -> str:
        """Return the name by which the index of a kind of document is read and written."""
        return self.alias(kind.kind)

    def refresh(self, name: str) -> None:
        """Make all that any process has written findable."""
        alias = self.alias(name)
        try:
            self.server.ask(
                lambda es: es.options(request_timeout=_REFRESH_S).indices.refresh(index=alias)
            )
        except Unavailable as error:  # the server waits long for shards that are missing
            self._raise_if_red(alias, error)
            raise

    def check(self) -> None:
        """Raise `Outdated` or `IncompatibleData` when indices are not of this program's version."""
        for alias, physical in self.behind().items():
            version = version_in(physical)
            if version < SCHEMA:
                raise Outdated(alias, version, SCHEMA)
            if version > SCHEMA:
                raise IncompatibleData(alias, version, SCHEMA)
            self._present.add(alias)

    def behind(self) -> dict[str, str]:
        """Return the aliases that are there, and which index is behind each."""
        found = self.server.ask(lambda es: es.indices.get_alias(index=f"{self._prefix}-*"))
        known = {self.alias_of(name) for name in self._forms}
        return {
            alias: physical
            for physical, facts in found.body.items()
            for alias in facts["aliases"]
            if alias in known
        }

    def alias_of(self, name: str) -> str:
        """Return an index's alias, whether it is there or not."""
        return f"{self._prefix}-{name}"

    @cached_property
    def smart(self) -> dict[str, Any]:
        """What words are analysed by, too: {} where the server has nothing for that."""
        return smart_analysis(self.server)

    def mapping(self, form: Form) -> dict[str, Any]:
        """Return the mapping that an index is made with."""
        return with_smart_words(form.mapping) if self.smart else dict(form.mapping)

    def settings(self, form: Form) -> dict[str, Any]:
        """Return the settings that an index is made with."""
        return {
            "number_of_shards": self.server.location.shards if form.sharded else 1,
            "auto_expand_replicas": "0-1",
            "analysis": {name: {**ANALYSIS[name], **self.smart.get(name, {})} for name in ANALYSIS},
            # A look-up asks each segment for each of its terms: few are worth merging for.
            **({"merge.policy.segments_per_tier": _SEGMENTS_A_TIER} if form.sharded else {}),
        }

    @cached_property
    def _forms(self) -> dict[str, Form]:
        return {form.name: form for form in forms()}

    def guard(self) -> None:
        """Forbid that a write makes an index by itself, of a form that nobody chose."""
        names = [self.alias_of(name) for name in self._forms]
        self.server.ask(
            lambda es: es.indices.put_index_template(
                name=self._prefix,
                index_patterns=[*names, *(f"{name}-v*" for name in names)],
                allow_auto_create=False,
                priority=500,
            )
        )

    def _raise_if_red(self, alias: str, error: Unavailable) -> None:
        answer = self.server.ask(lambda es: es.cluster.health(index=alias, timeout="0s"))
        if answer["status"] == "red":
            raise ShardsMissing(self.server.location.name, f"{alias} is red") from error

    def _make(self, form: Form, alias: str) -> None:
        if alias in self._present:
            return
        if not self._present:
            self.guard()
        answer = self.server.ask(
            lambda es: es.options(ignore_status=400).indices.create(
                index=f"{alias}-v{SCHEMA}",
                aliases={alias: {}},
                mappings=self.mapping(form),
                settings=self.settings(form),
            )
        )
        error = answer.body.get("error", {})
        if error and error["type"] != "resource_already_exists_exception":
            raise MappingConflict(alias, f"{error['type']}: {error['reason']}")
        self._present.add(alias)


def version_in(physical: str) -> int:
    """Return the version that an index's own name says; 0 for one that Marque didn't make."""
    found = _VERSION.search(physical)
    return int(found[1]) if found else 0


def next_name(alias: str, physical: str) -> str:
    """Return the name of the index that is to take the place of one behind an alias."""
    found = _VERSION.search(physical)
    if found is None or int(found[1]) < SCHEMA:
        return f"{alias}-v{SCHEMA}"
    return f"{alias}-v{SCHEMA}.{int(found[2] or 0) + 1}"
