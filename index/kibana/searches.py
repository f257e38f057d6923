"""Saved searches: documents in rows, opened in Discover or shown in a dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index.kibana.fields import Where, field_of
from index.kibana.saved_objects import (
    SEARCH,
    Installation,
    SavedObject,
    saved_object,
    search_source,
)

if TYPE_CHECKING:
    from index.documents import Record

_INDEX: Final = "kibanaSavedObjectMeta.searchSourceJSON.index"


@dataclass(frozen=True, slots=True)
class Search:
    """Documents of one kind in rows, the latest first by the field `latest_by`.

    `ever`: whatever time the dashboard looks at.
    """

    name: str
    title: str
    kind: type[Record]
    columns: tuple[str, ...]
    latest_by: str
    where: Where | None = None
    ever: bool = False


def saved_search(search: Search, installation: Installation) -> SavedObject:
    """Return the object of a search. Raises `InvalidQuery` for fields that aren't."""
    kql = search.where.kql(search.kind) if search.where else ""
    latest_by = field_of(search.kind, search.latest_by).name
    attributes = {
        "title": search.title,
        "description": "",
        "columns": [field_of(search.kind, name).name for name in search.columns],
        "sort": [[latest_by, "desc"]],
        "grid": {},
        "hideChart": True,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": search_source(kql, indexRefName=_INDEX),
    }
    view = installation.view(search.kind, _INDEX)
    return saved_object(SEARCH, installation.id(search.name), attributes, [view])
