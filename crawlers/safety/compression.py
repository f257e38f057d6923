"""Content decoding within limits, each failure by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest, ResponseDataLossError

from crawlers.errors import BodyTooLarge

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

_LAYERS = 3


class BoundedCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's, in whose place it stands: it says `BodyTooLarge`, and bounds codings over codings.

    Raises `ResponseDataLossError` for a body that isn't what its Content-Encoding says.
    """

    def process_response(  # type: ignore[override]  # Scrapy's `spider` is deprecated
        self, request: Request, response: Response
    ) -> Request | Response:
        """Decode the body."""
        codings = b",".join(response.headers.getlist("Content-Encoding")).split(b",")
        if len(codings) > _LAYERS:
            raise BodyTooLarge(f"{len(codings)} content codings over each other")
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:  # raised for the size alone
            raise BodyTooLarge(str(error)) from error
        except Exception as error:  # each coding's library has errors of its own
            coding = codings[-1].decode("latin-1").strip()
            raise ResponseDataLossError(f"the body is not {coding}: {error}") from error
