"""Content decoding within limits, each failure by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest, ResponseDataLossError
from scrapy.utils._compression import _DecompressionMaxSizeExceeded

from crawlers.errors import BodyTooLarge
from crawlers.safety.bodies import BODY, Body, bodies_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.plan import CrawlPlan

_LAYERS = 3


def unpacked(body: bytes, codings: list[bytes], *, most_bytes: int) -> bytes:
    """Take off a body what its Content-Encoding headers say is on it, as far as it is known.

    Raises `BodyTooLarge` and `ResponseDataLossError`.
    """
    _check_layers(codings)
    known, _ = HttpCompressionMiddleware._split_encodings(codings)  # noqa: SLF001
    for coding in known:
        try:
            body = HttpCompressionMiddleware._decode(body, coding, most_bytes)  # noqa: SLF001
        except _DecompressionMaxSizeExceeded as error:
            raise BodyTooLarge(str(error)) from error
        except Exception as error:  # each coding's library has errors of its own
            raise ResponseDataLossError(f"the body is not {coding.decode()}: {error}") from error
    return body


def _check_layers(codings: list[bytes]) -> None:
    count = len(b",".join(codings).split(b","))
    if count > _LAYERS:
        raise BodyTooLarge(f"{count} content codings over each other")


class BoundedCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's, in whose place it stands: it says `BodyTooLarge`, and bounds codings over codings.

    Raises `ResponseDataLossError` for a body that isn't what its Content-Encoding says.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        self._bodies = bodies_of(plan.max_bodies_in_memory_bytes)

    async def process_response(  # type: ignore[override]  # Scrapy's `spider` is deprecated
        self, request: Request, response: Response
    ) -> Request | Response:
        """Decode the body, once there is room for what may be in it."""
        body: Body | None = request.meta.pop(BODY, None)
        codings = response.headers.getlist("Content-Encoding")
        if not codings:
            return response
        _check_layers(codings)
        body = body or Body(self._bodies)
        try:
            await body.turn()
            decoded = self._decoded(request, response, codings)
        except BaseException:
            body.let_go()
            raise
        body.is_of(decoded)
        return decoded

    def _decoded(self, request: Request, response: Response, codings: list[bytes]) -> Response:
        try:
            return super().process_response(request, response)  # type: ignore[return-value]
        except IgnoreRequest as error:  # raised for the size alone
            raise BodyTooLarge(str(error)) from error
        except Exception as error:  # each coding's library has errors of its own
            coding = b",".join(codings).rpartition(b",")[2].decode("latin-1").strip()
            raise ResponseDataLossError(f"the body is not {coding}: {error}") from error
