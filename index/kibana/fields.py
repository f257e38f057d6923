"""Fields as Kibana's objects name them, found by what the documents call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from index.elastic.mappings import document_mapping, exact_name, stored_name
from index.errors import InvalidQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.documents import Record

DataType = Literal["string", "number", "date", "boolean", "ip"]

_DATA_TYPES: Final[Mapping[str, DataType]] = {
    "keyword": "string",
    "text": "string",
    "long": "number",
    "double": "number",
    "date": "date",
    "boolean": "boolean",
    "ip": "ip",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an index: `name` is shown and searched, `groups_by` is what is counted by."""

    name: str
    groups_by: str
    label: str
    data_type: DataType


@dataclass(frozen=True, slots=True)
class Where:
    """A condition: that a field has this value, or any when it is None; or, `negated`, not."""

    field: str
    value: str | None = None
    negated: bool = False

    def kql(self, kind: type[Record]) -> str:
        """Return it in Kibana's query language. Raises `InvalidQuery`."""
        value = "*" if self.value is None else self.value
        return f"{'not ' if self.negated else ''}{field_of(kind, self.field).name} : {value}"


def field_of(kind: type[Record], path: str) -> Field:
    """Return a field by its name in the document, or "name.inner" of an object.

    Raises `InvalidQuery` when there is none, or none that can be searched.
    """
    name, _, inner = path.partition(".")
    stored = stored_name(kind, name)
    mapping = document_mapping(kind)["properties"][stored]
    if inner:
        mapping = mapping.get("properties", {}).get(inner, {})
    if mapping.get("type") not in _DATA_TYPES:
        raise InvalidQuery(f"{kind.kind} can't be searched by {path!r}")
    full = f"{stored}.{inner}" if inner else stored
    is_words = mapping["type"] == "text"
    groups_by = exact_name(kind, name) if is_words else full
    return Field(full, groups_by, label(kind, name), _DATA_TYPES[mapping["type"]])


def label(kind: type[Record], name: str) -> str:
    """Return what a field means, in both languages."""
    meaning = kind.meanings()[name]
    return f"{meaning.english} {meaning.chinese}"
