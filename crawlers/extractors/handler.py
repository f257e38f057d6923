"""yt-dlp's way to the web: every request is the crawl's to make. Imported where yt-dlp is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from yt_dlp.networking.common import Features, RequestHandler, Response
from yt_dlp.networking.exceptions import HTTPError, TransportError, UnsupportedRequest

from crawlers.extractors.messages import Ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawlers.extractors.messages import Answer

_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
_OPTIONS: Final = ("cookiejar", "timeout", "legacy_ssl", "keep_header_casing")
_ERRORS: Final = 400


class CrawlRH(RequestHandler):  # type: ignore[misc]  # yt-dlp has no types
    """Hands on requests; cookies, proxies and headers of yt-dlp's own are no part of them.

    It can't pose as a browser: extractors that must have that (`impersonate`) do without, or fail.
    """

    _SUPPORTED_URL_SCHEMES = ("http", "https")
    _SUPPORTED_PROXY_SCHEMES = None
    _SUPPORTED_FEATURES = (Features.ALL_PROXY, Features.NO_PROXY)

    def __init__(self, *, make: Callable[[Ask], Answer], **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self._make = make

    def _check_extensions(self, extensions: dict[str, Any]) -> None:
        super()._check_extensions(extensions)
        for name in _OPTIONS:
            extensions.pop(name, None)

    def _send(self, request: Any) -> Any:  # noqa: ANN401
        if request.method not in _METHODS:
            raise UnsupportedRequest(f"{request.method} is not made here")
        body = request.data or b""
        ask = Ask.model_construct(
            url=request.url,
            method=request.method,
            headers=dict(request.headers),
            body=body if isinstance(body, bytes) else b"".join(body),
        )
        answer = self._make(ask)
        if answer.failure:
            raise TransportError(answer.failure)
        response = Response(io.BytesIO(answer.body), answer.url, answer.headers, answer.status)
        if answer.status >= _ERRORS:
            raise HTTPError(response)
        return response
