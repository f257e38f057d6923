"""Outcomes: what a response, or the want of one, means for the URL that was visited."""

from __future__ import annotations

import random
import time
import zlib
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawlers.errors import BodyTooLarge, CrawlError, ForbiddenScheme

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawlers.plan import Patience

_MOST_PATIENCE_S: Final = 3600.0
_TEMPORARY = frozenset({408, 425, 429})
_LASTING = frozenset({501, 505})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_THROTTLES = frozenset({429, 503})
_SERVER_ERRORS = 500
# What Scrapy raises, by kind; a `CrawlError` names itself.
_CODES: tuple[tuple[type[Exception], str], ...] = (
    (CannotResolveHostError, "dns_failed"),
    (DownloadConnectionRefusedError, "connection_refused"),
    (DownloadTimeoutError, "timeout"),
    (ResponseDataLossError, "broken_body"),
    (DownloadFailedError, "connection_failed"),
    (OSError, "broken_body"),
    (EOFError, "broken_body"),
    (zlib.error, "broken_body"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """No content came.

    `temporary`: worth another try. `host_busy_s`: for how long the host asked, or seems, to want
    peace. `answered`: the server said so itself, so the URL's visit is complete.
    """

    code: str
    reason: str
    status: int = 0
    temporary: bool = False
    answered: bool = False
    host_busy_s: float | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The server points to another address, not yet checked, as it wrote it."""

    location: str


def judge(response: Response) -> Refusal | Moved | None:
    """Say what a response means; None when it brought what was asked for."""
    status = response.status
    if 200 <= status < 300:  # noqa: PLR2004 (RFC 9110 §15.3)
        return None
    location = response.headers.get("Location")
    if status in REDIRECTS and location:
        return Moved(location.decode("utf-8", "replace"))
    if response.headers.get("Cf-Mitigated") == b"challenge":
        return Refusal(code="challenged", reason=_phrase(status), status=status, answered=True)
    temporary = status in _TEMPORARY or (status >= _SERVER_ERRORS and status not in _LASTING)
    return Refusal(
        code=f"http_{status}",
        reason=_phrase(status),
        status=status,
        temporary=temporary,
        answered=True,
        host_busy_s=_host_busy(response) if status in _THROTTLES else None,
    )


def explain(error: BaseException | None) -> Refusal:
    """Say what an exception of the download means."""
    if (named := _named(error)) is not None:
        return Refusal(code=named.code, reason=named.reason, temporary=named.temporary)
    for kind, code in _CODES:
        if isinstance(error, kind):
            return Refusal(code=code, reason=_words(error), temporary=True)
    return Refusal(code="download_failed", reason=_words(error), temporary=True)


def retry_in_s(refusal: Refusal, attempt: int, patience: Patience) -> float | None:
    """Return after how many seconds to try again, or None when it isn't worth it.

    Exponential with "equal jitter" (M. Brooker, Exponential Backoff And Jitter, AWS 2015).
    """
    if not refusal.temporary or attempt >= patience.tries:
        return None
    wait_s = min(patience.base_s * 2.0 ** (attempt - 1), _MOST_PATIENCE_S)
    jittered = wait_s * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
    return max(jittered, refusal.host_busy_s or 0.0)


def _named(error: BaseException | None) -> CrawlError | None:
    """Find the error of our own that an exception is, wraps or stands for."""
    if isinstance(error, CrawlError):
        return error
    if isinstance(error, UnsupportedURLSchemeError):
        return ForbiddenScheme(_words(error))
    if isinstance(error, DownloadCancelledError):
        return BodyTooLarge(_words(error))
    if isinstance(error, IgnoreRequest) and error.__cause__ is not None:
        # Scrapy says so when decompression passes DOWNLOAD_MAXSIZE.
        return _named(error.__cause__) or BodyTooLarge(_words(error))
    return None


def _host_busy(response: Response) -> float:
    """Read Retry-After (RFC 9110 §10.2.3), seconds or a date; 0 when it says nothing."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if said.isascii() and said.isdigit():
        seconds = float(said)
    else:
        try:
            seconds = parsedate_to_datetime(said).timestamp() - time.time()
        except ValueError:
            seconds = 0.0
    return min(max(seconds, 0.0), _MOST_PATIENCE_S)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"status {status}"


def _words(error: BaseException | None) -> str:
    return str(error)[:500] or type(error).__name__
