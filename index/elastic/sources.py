"""Documents as Elasticsearch stores them, and back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from index.contract import R, Version
from index.documents import moment_text
from index.elastic.mappings import OWN, stored_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.documents import Record


def source_of(record: Record) -> dict[str, Any]:
    """Return a document under its stored names; all moments in UTC, to the microsecond."""
    kind = type(record)
    return {
        stored_name(kind, name): _plain(value)
        for name, value in record.model_dump(mode="python").items()
    }


def record_of(kind: type[R], source: Mapping[str, Any]) -> R:
    """Return the document that was stored; what is the store's own is left out."""
    names = {stored_name(kind, name): name for name in kind.model_fields}
    return kind.model_validate(
        {names[stored]: value for stored, value in source.items() if stored != OWN}
    )


def version_of(answer: Mapping[str, Any]) -> Version:
    """Return which version an answer speaks of; the index is part of it: migrating ends them."""
    return Version(f"{answer['_index']}/{answer['_seq_no']}/{answer['_primary_term']}")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
