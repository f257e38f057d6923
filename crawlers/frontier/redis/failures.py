"""What the server's refusals mean in the store's own terms: the one place that says so."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final

from redis.exceptions import (
    AuthenticationError,
    AuthenticationWrongNumberOfArgsError,
    AuthorizationError,
    NoPermissionError,
    RedisError,
    ResponseError,
)

from index.errors import AccessDenied, StorageFull, Unavailable

if TYPE_CHECKING:
    from index.errors import StoreError

_DENIED: Final = (
    AuthenticationError,
    AuthenticationWrongNumberOfArgsError,
    AuthorizationError,
    NoPermissionError,
)
_FULL: Final = {
    "OOM": "its memory is full (maxmemory)",
    "MISCONF": "it can't write to its disk",
}
_PASSING: Final = frozenset(
    {
        *("LOADING", "BUSY", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS"),
        *_FULL,
    }
)
"""What a server answers that is starting, failing over, or full until something is acknowledged."""


def passes(error: RedisError) -> bool:
    """Tell whether the same request may well succeed a little later."""
    if isinstance(error, _DENIED):
        return False
    if isinstance(error, ResponseError):
        return _code(error) in _PASSING
    cause = _tls_failure(error)
    return cause is None or isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError)


def translated(error: RedisError, server: str) -> StoreError:
    """Return what an exception of the client means. No credentials are in what it says."""
    if isinstance(error, _DENIED):
        return AccessDenied(server, f"it refuses the user or password: {error}")
    if isinstance(error, ResponseError):
        full = _FULL.get(_code(error))
        return StorageFull(server, full) if full else Unavailable(server, str(error))
    cause = _tls_failure(error)
    if cause is not None:
        return Unavailable(server, f"TLS failed: {cause}")
    return Unavailable(server, str(error))


def _code(error: ResponseError) -> str:
    return error.status_code or str(error).partition(" ")[0]


def _tls_failure(error: BaseException) -> ssl.SSLError | None:
    """Return the client's reason where it is one of TLS."""
    reason: BaseException | None = error
    while reason is not None:
        if isinstance(reason, ssl.SSLError):
            return reason
        reason = reason.__cause__ or reason.__context__
    return None
