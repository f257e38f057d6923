"""What the server's refusals mean in the index's own terms: the one place that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from elastic_transport import ConnectionError as Unreachable
from elastic_transport import TlsError, TransportError
from elasticsearch import ApiError, UnsupportedProductError

from index.errors import (
    AccessDenied,
    InvalidQuery,
    MappingConflict,
    ShardsMissing,
    StorageFull,
    StoreError,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSING: Final = frozenset({429, 502, 503, 504})
"""What a server answers that is busy, or starting."""

_DENIED: Final = frozenset({401, 403})
_MAPPING: Final = frozenset(
    {
        "strict_dynamic_mapping_exception",
        "document_parsing_exception",
        "mapper_parsing_exception",
        "invalid_alias_name_exception",
    }
)
_BLOCKED: Final = "cluster_block_exception"
_FULL: Final = ("flood-stage", "read-only-allow-delete", "FORBIDDEN/12/")
_LOST_SHARDS: Final = (
    *("all shards failed", "no_shard_available", "unavailable_shards", "Partial shards failure"),
    *("primary shard is not active", "no shard available", "search_phase_execution_exception"),
)


def passes(error: ApiError | TransportError) -> bool:
    """Tell whether the same request may well succeed a little later."""
    if isinstance(error, TransportError):
        return not isinstance(error, TlsError)
    return passes_with(error.status_code, _cause(error.body))


def passes_with(status: int, cause: Mapping[str, Any]) -> bool:
    """Tell the same of a status and the error that came with it, of a request or of one item."""
    if cause.get("type") == _BLOCKED:
        return not _is_full(cause)
    return status in PASSING


def translated(error: ApiError | TransportError, server: str) -> StoreError:
    """Return what an exception of the client means. No credentials are in what it says."""
    if isinstance(error, UnsupportedProductError):
        return Unavailable(server, "it is no Elasticsearch")
    if isinstance(error, ApiError):
        return meaning(error.status_code, _cause(error.body), server)
    if isinstance(error, TlsError):
        return Unavailable(server, f"its certificate is not accepted: {error.message}")
    kind = "cannot be reached" if isinstance(error, Unreachable) else "does not answer"
    return Unavailable(server, f"{kind}: {error.message}")


def meaning(status: int, cause: Mapping[str, Any], server: str) -> StoreError:  # noqa: PLR0911 - a table
    """Return what a status and the error that came with it mean."""
    type_, reason = str(cause.get("type", "")), str(cause.get("reason", ""))
    told = f"{type_}: {reason}" if type_ else f"HTTP {status}"
    if type_ == _BLOCKED:
        return StorageFull(server, reason) if _is_full(cause) else Unavailable(server, reason)
    if status in _DENIED:
        return AccessDenied(server, "it refuses the credentials" if status == 401 else told)  # noqa: PLR2004 - HTTP's
    if type_ in _MAPPING or "Limit of total fields" in reason:
        return MappingConflict(str(cause.get("index", server)), told)
    if any(word in told for word in _LOST_SHARDS) and status not in {400, 404}:
        return ShardsMissing(server, told)
    if type_ == "index_not_found_exception":
        return Unavailable(server, f"{reason}; `marque index migrate` makes what is missing")
    if status == 400:  # noqa: PLR2004 - HTTP's
        return InvalidQuery(_innermost(cause))
    return Unavailable(server, told)


def _is_full(cause: Mapping[str, Any]) -> bool:
    return any(word in str(cause.get("reason")) for word in _FULL)


def _cause(body: object) -> Mapping[str, Any]:
    """Return the `error` object of an answer; proxies answer with other things."""
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _innermost(cause: Mapping[str, Any]) -> str:
    roots = cause.get("root_cause") or [cause]
    return f"{roots[0].get('type')}: {roots[0].get('reason')}"
