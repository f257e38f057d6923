"""Data views: what Kibana knows of an index, its fields named in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from index.documents import RECORDS, Case
from index.elastic.mappings import OWN, document_mapping, stored_name
from index.kibana.fields import label
from index.kibana.saved_objects import DATA_VIEW, Installation, SavedObject, packed, saved_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from index.documents import Record

TIME_FIELD: Final = "@timestamp"
CASE_PAGE: Final = "/cases/{{value}}"
"""Where the console shows a case. Kibana puts the escaped id in."""

NAMES: Final[Mapping[str, str]] = {
    "works": "Works 作品",
    "grants": "Grants 授权",
    "targets": "Targets 监测目标",
    "crawls": "Crawls 采集任务",
    "sightings": "Sightings 线索",
    "matches": "Matches 匹配",
    "cases": "Cases 案件",
    "case-urls": "Addresses in cases 涉案网址",
    "events": "Audit trail 审计记录",
}
"""What a kind of document is called."""

_FORMATS: Final[Mapping[str, Mapping[str, Any]]] = {
    "size_bytes": {"id": "bytes"},
    "coverage": {"id": "percent", "params": {"pattern": "0.0%"}},
    "score": {"id": "number", "params": {"pattern": "0.000"}},
}


def data_views(installation: Installation) -> Iterator[SavedObject]:
    """Yield the data view of every kind of document."""
    for kind in RECORDS:
        attributes = {
            "title": installation.index(kind),
            "name": NAMES[kind.kind],
            "timeFieldName": TIME_FIELD,
            "allowNoIndex": True,
            "sourceFilters": packed([{"value": f"{OWN}.*"}]),
            "fieldAttrs": packed(_labels(kind)),
            "fieldFormatMap": packed(_formats(kind, installation.console_url)),
        }
        yield saved_object(DATA_VIEW, installation.id(kind.kind), attributes)


def _labels(kind: type[Record]) -> dict[str, Any]:
    """Return what the fields that can be searched are called."""
    mappings = document_mapping(kind)["properties"]
    names = {stored_name(kind, name): label(kind, name) for name in kind.meanings()}
    return {
        stored: {"customLabel": words}
        for stored, words in names.items()
        if mappings[stored].get("type") != "object" and "properties" not in mappings[stored]
    }


def _formats(kind: type[Record], console_url: str) -> dict[str, Any]:
    formats = {
        stored_name(kind, name): dict(form)
        for name, form in _FORMATS.items()
        if name in kind.meanings()
    }
    case_field = "id" if kind is Case else "case_id"
    if console_url and case_field in kind.meanings():
        link = {
            "type": "a",
            "urlTemplate": console_url.rstrip("/") + CASE_PAGE,
            "labelTemplate": "{{value}}",
        }
        formats[stored_name(kind, case_field)] = {"id": "url", "params": link}
    return formats
