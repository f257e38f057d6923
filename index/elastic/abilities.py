"""What some servers can and others can't: asked for, never taken for granted."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from index.errors import AccessDenied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.elastic.client import Server

SMART: Final = "smart"
"""The sub-field, and its analyser, by which words are found where the server knows Chinese."""

_SMARTCN: Final = "analysis-smartcn"
_ICU: Final = "analysis-icu"
_NO_SUCH_THING: Final = [
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.INTERNAL_SERVER_ERROR,
]


def smart_analysis(server: Server) -> dict[str, Any]:
    """Return what `words` is complemented by: {} where not every node has a plugin for it.

    smartcn cuts Chinese into words, ICU takes traditional characters for simplified ones.
    """
    plugins = _plugins(server)
    if not plugins & {_SMARTCN, _ICU}:
        return {}
    tokenizer = "smartcn_tokenizer" if _SMARTCN in plugins else "icu_tokenizer"
    if _ICU not in plugins:
        return {"analyzer": {SMART: _analyser(tokenizer, "cjk_width", "lowercase", "asciifolding")}}
    return {
        "filter": {"simplified": {"type": "icu_transform", "id": "Traditional-Simplified"}},
        "analyzer": {SMART: _analyser(tokenizer, "simplified", "icu_folding")},
    }


def with_smart_words(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping whose fields of words are analysed by `smart`, too."""
    return {
        **mapping,
        "properties": {name: _smarter(field) for name, field in mapping["properties"].items()},
    }


def has_lifecycles(server: Server) -> bool:
    """Tell whether the server has index lifecycle management, and lets us use it."""
    answer = server.ask(lambda es: es.options(ignore_status=_NO_SUCH_THING).ilm.get_status())
    return answer.meta.status == HTTPStatus.OK


def _plugins(server: Server) -> frozenset[str]:
    """Return the plugins that every node has; none where we may not ask."""
    try:
        nodes = server.ask(lambda es: es.nodes.info(metric="plugins"))["nodes"].values()
    except AccessDenied:
        return frozenset()
    of_each = [{plugin["name"] for plugin in node["plugins"]} for node in nodes]
    return frozenset(set.intersection(*of_each)) if of_each else frozenset()


def _analyser(tokenizer: str, *filters: str) -> dict[str, Any]:
    return {"type": "custom", "tokenizer": tokenizer, "filter": [*filters]}


def _smarter(field: Mapping[str, Any]) -> Mapping[str, Any]:
    if field.get("analyzer") != "words":
        return field
    return {**field, "fields": {**field["fields"], SMART: {"type": "text", "analyzer": SMART}}}
