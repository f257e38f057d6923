"""Downloads beside the frontier: the parts of what was leased, as politely and kept as any page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawlers.beside import MOST_HOPS, download, leave_alone, moved_to
from crawlers.capture.middleware import CAPTURE
from crawlers.errors import CrawlError, PartsUnreachable
from crawlers.outcomes import Moved, explain, judge

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.capture.exchange import Captured
    from crawlers.media.stream import Piece

_PARTIAL = 206


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes of a piece. `whole_bytes`: how large its resource is, where the server says so.

    `whole`: the resource, of a server that knows no ranges and sent all of it.
    """

    body: bytes
    captured: Captured | None
    whole_bytes: int | None
    media_type: str = ""
    whole: bytes | None = None

    @property
    def capture(self) -> str | None:
        """Return the digest of what was captured."""
        return self.captured.digest if self.captured else None


class Downloads:
    """Has a crawl's engine fetch pieces: robots.txt, safety and pace hold as they do for visits."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    async def get(self, piece: Piece, *, referrer: str | None, most_bytes: int) -> Fetched:
        """Return a piece's bytes, at the end of its redirects.

        Raises `PartsUnreachable` or another `CrawlError`, `BodyTooLarge` also for a server that
        knows no ranges and would send a whole film in place of a part.
        """
        url = piece.url
        for _ in range(MOST_HOPS + 1):
            request = self._request(url, piece, referrer, most_bytes)
            response = await self._download(request)
            there = moved_to(response)
            if there is None:
                break
            url = there
        await self._accepted(response)
        return Fetched(
            _of_piece(response, piece),
            request.meta.get(CAPTURE),
            _whole_bytes(response),
            (response.headers.get("Content-Type") or b"").decode("latin-1"),
            whole=response.body
            if piece.start is not None and response.status != _PARTIAL
            else None,
        )

    def _request(self, url: str, piece: Piece, referrer: str | None, most_bytes: int) -> Request:
        headers = {"Referer": referrer} if referrer else {}
        if piece.start is not None:
            last = "" if piece.end is None else piece.end - 1
            headers |= {"Range": f"bytes={piece.start}-{last}", "Accept-Encoding": "identity"}
        meta = {"download_maxsize": most_bytes}
        return Request(url, headers=headers, meta=meta, callback=NO_CALLBACK, dont_filter=True)

    async def _accepted(self, response: Response) -> None:
        """Raise `PartsUnreachable` for an answer that is none; a busy host is left alone."""
        refusal = judge(response)
        if refusal is None:
            return
        where = f"{response.url[:300]}: {response.status}"
        if isinstance(refusal, Moved):
            raise PartsUnreachable(f"{where} too many redirects", temporary=False)
        await leave_alone(self._crawler, response.url, refusal)
        is_busy = refusal.host_busy_s is not None
        raise PartsUnreachable(
            f"{where} {refusal.reason}", temporary=refusal.temporary, busy=is_busy
        )

    async def _download(self, request: Request) -> Response:
        try:
            return await download(self._crawler, request)
        except CrawlError:
            raise
        except Exception as error:
            why = explain(error)
            where = f"{request.url[:300]}: {why.code}"
            raise PartsUnreachable(f"{where} {why.reason}", temporary=why.temporary) from error


def _of_piece(response: Response, piece: Piece) -> bytes:
    """Return the bytes asked for, also of a server that sent all instead."""
    if piece.start is None or response.status == _PARTIAL:
        return response.body
    return response.body[piece.start : piece.end]


def _whole_bytes(response: Response) -> int | None:
    """Read Content-Range (RFC 9110 §14.4)."""
    said = (response.headers.get("Content-Range") or b"").decode("latin-1")
    total = said.rpartition("/")[2]
    if response.status == _PARTIAL:
        return int(total) if total.isascii() and total.isdigit() else None
    return len(response.body)
