"""Saved objects: what Kibana keeps, imports and exports, one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from index.documents import Record

SavedObject = dict[str, Any]
Reference = dict[str, str]

DEFAULT_SPACE: Final = "default"

DATA_VIEW: Final = "index-pattern"
SEARCH: Final = "search"
DASHBOARD: Final = "dashboard"

# The forms that the objects below have. A later Kibana renews what it imports; an earlier one than
# 8.9 refuses it.
_CORE_VERSION: Final = "8.8.0"
_TYPE_VERSIONS: Final[Mapping[str, str]] = {
    DATA_VIEW: "8.0.0",
    SEARCH: "8.0.0",
    DASHBOARD: "8.9.0",
}


@dataclass(frozen=True, slots=True)
class Installation:
    """Whose indices objects show, and where: `console_url` is what case pages are under, or "".

    Ids hold the space, since Kibana wants them to differ across spaces.
    """

    prefix: str = "marque"
    space: str = DEFAULT_SPACE
    console_url: str = ""

    def index(self, kind: type[Record]) -> str:
        """Return the alias of a kind of document."""
        return f"{self.prefix}-{kind.kind}"

    def id(self, name: str) -> str:
        """Return the id of an object."""
        suffix = "" if self.space == DEFAULT_SPACE else f".{self.space}"
        return f"{self.prefix}{suffix}-{name}"

    def view(self, kind: type[Record], name: str) -> Reference:
        """Refer to the data view of a kind of document by a name."""
        return {"type": DATA_VIEW, "id": self.id(kind.kind), "name": name}


def saved_object(
    type_: str, id: str, attributes: Mapping[str, Any], references: Iterable[Reference] = ()
) -> SavedObject:
    """Return an object as it is imported."""
    return {
        "type": type_,
        "id": id,
        "attributes": dict(attributes),
        "references": list(references),
        "coreMigrationVersion": _CORE_VERSION,
        "typeMigrationVersion": _TYPE_VERSIONS[type_],
    }


def packed(value: object) -> str:
    """Return JSON, the same for the same value; also what objects hold as text inside of them."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def search_source(kql: str, **more: object) -> Mapping[str, str]:
    """Return a query as objects keep it."""
    query = {"language": "kuery", "query": kql}
    return {"searchSourceJSON": packed({"query": query, "filter": [], **more})}
