"""How documents lie in Elasticsearch: mappings made from what the documents' fields mean.

A field that the Elastic Common Schema has is stored under its name there. Where words, dates and
addresses are searched as people mean them, `.exact` beside them has the value as it is: comparing
and ordering is by that, so that it is the same in every backend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin

from index.documents import Piece
from index.errors import InvalidQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.documents import Meaning, Record

# Lucene's longest term is 32,766 bytes, UTF-8's longest character 4.
_KEYWORD: Final[Mapping[str, Any]] = {"type": "keyword", "ignore_above": 8191}
_EXACT: Final = {"fields": {"exact": _KEYWORD}}
_BY_SEARCH: Final[Mapping[str, Mapping[str, Any]]] = {
    "keyword": _KEYWORD,
    "words": {"type": "text", "analyzer": "words", **_EXACT},
    "date": {"type": "date", **_EXACT},
    "flag": {"type": "boolean"},
    "stored": {"type": "object", "enabled": False},
}
_BY_ECS: Final[Mapping[str, Mapping[str, Any]]] = {
    "host.ip": {"type": "ip", "ignore_malformed": True, **_EXACT},
}
_BY_TYPE: Final[Mapping[object, Mapping[str, Any]]] = {
    str: _KEYWORD,
    int: {"type": "long"},
    float: {"type": "double"},
    bool: {"type": "boolean"},
}

ANALYSIS: Final[Mapping[str, Any]] = {
    "filter": {"pairs": {"type": "cjk_bigram", "output_unigrams": True}},
    "analyzer": {
        "words": {
            "type": "custom",
            "tokenizer": "standard",
            "filter": ["cjk_width", "lowercase", "asciifolding", "pairs"],
        }
    },
}
"""How words are cut: Chinese, Japanese and Korean into characters and pairs of neighbours."""

OWN: Final = "marque"
"""The object in which documents keep what is the store's, not the document's: see `outbox`."""


def document_mapping(kind: type[Record]) -> dict[str, Any]:
    """Return the mapping of a kind of document: every field named, no others taken."""
    fields: dict[str, Any] = {
        stored_name(kind, name): _field(kind, name, meaning)
        for name, meaning in kind.meanings().items()
    }
    fields[OWN] = {
        "properties": {
            "token": {"type": "keyword", "index": False, "doc_values": False},
            "pending": {"type": "boolean"},
            "since": {"type": "date"},
            "outbox": {"type": "object", "enabled": False},
        }
    }
    return {"dynamic": "strict", "properties": fields}


def stored_name(kind: type[Record], name: str) -> str:
    """Return what a field is called where it is stored; raises `InvalidQuery`."""
    meaning = kind.meanings().get(name)
    if meaning is None:
        raise InvalidQuery(f"{kind.kind} has no field {name!r}")
    return meaning.ecs or name


def exact_name(kind: type[Record], name: str) -> str:
    """Return by what a field is compared and ordered; raises `InvalidQuery`."""
    stored = stored_name(kind, name)
    mapping = _field(kind, name, kind.meanings()[name])
    if not mapping.get("enabled", True):
        raise InvalidQuery(f"{kind.kind} can't be searched by {name!r}")
    return f"{stored}.exact" if "fields" in mapping else stored


def _field(kind: type[Record], name: str, meaning: Meaning) -> Mapping[str, Any]:
    if meaning.ecs is not None and meaning.ecs in _BY_ECS:
        return _BY_ECS[meaning.ecs]
    annotation = kind.model_fields[name].annotation
    if meaning.search == "object":
        return {"properties": _properties(_plain(annotation))}
    if meaning.search == "number":
        return _BY_TYPE[_plain(annotation)]
    return _BY_SEARCH[meaning.search]


def _properties(piece: Any) -> dict[str, Any]:  # noqa: ANN401 - a type, as annotations have it
    assert issubclass(piece, Piece)  # noqa: S101 - "object" is what fields that hold pieces say
    return {name: _inner(field.annotation) for name, field in piece.model_fields.items()}


def _inner(annotation: object) -> Mapping[str, Any]:
    kind = _plain(annotation)
    if isinstance(kind, type) and issubclass(kind, Piece):
        return {"properties": _properties(kind)}
    return _BY_TYPE[kind]


def _plain(annotation: Any) -> Any:  # noqa: ANN401 - types, as annotations have them
    """Return the type of a field's values, without None and without tuples around them."""
    if get_origin(annotation) is Literal:
        return str
    inner = [one for one in get_args(annotation) if one not in (type(None), ...)]
    return _plain(inner[0]) if inner else annotation
