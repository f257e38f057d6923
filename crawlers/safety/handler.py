"""Scrapy's HTTP/1.1 download handler, which goes to checked addresses only and records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet._resolver import GAIResolver
from twisted.internet.endpoints import wrapClientTLS
from twisted.web.client import Agent, BrowserLikePolicyForHTTPS
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer  # type: ignore[import-untyped]

from crawlers.capture.exchange import Exchange
from crawlers.capture.wire import RecordingFactory, Tape
from crawlers.errors import BodyTooLarge, CrawlError, ForbiddenAddress, ForbiddenScheme
from crawlers.pace import Pace
from crawlers.safety.addresses import AllowedHosts
from crawlers.safety.bodies import BODY, Bodies, Body, bodies_of
from crawlers.safety.endpoint import GuardedEndpoint

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.capture.exchange import Cut
    from crawlers.plan import CrawlPlan

EXCHANGE = "marque_exchange"
"""Where a request's meta has the `Exchange`, until it is captured."""

_CONNECTING_S = 30.0


class GuardedHTTPHandler(HTTP11DownloadHandler):
    """Downloads http and https, from public addresses and those the plan allows.

    Raises `ForbiddenScheme`, `ForbiddenAddress` (also for a proxy that a request names: the plan
    alone does), `ProxyFailed` and `BodyTooLarge` besides Scrapy's own. Certificates are always
    verified.
    """

    resolver: Any = GAIResolver
    """Makes what names are looked up with, out of the reactor."""

    def __init__(self, crawler: Crawler) -> None:
        from twisted.internet import reactor  # noqa: PLC0415  importing it installs one

        super().__init__(crawler)
        plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        self._limit_bytes = plan.max_body_bytes
        self._bodies = bodies_of(plan.max_bodies_in_memory_bytes)
        self._proxy = plan.proxy.name if plan.proxy else ""
        self._pace = Pace(plan.politeness.delay_s)
        self._pool._factory = RecordingFactory  # noqa: SLF001  Scrapy's way too
        self._agent = Agent.usingEndpointFactory(  # type: ignore[no-untyped-call]
            reactor, _Endpoints(reactor, self.resolver(reactor), plan), self._pool
        )

    async def download_request(self, request: Request) -> Response:
        """Download; the request's meta has the `Exchange` then, also of what broke off."""
        if urlsplit(request.url).scheme not in {"http", "https"}:
            raise ForbiddenScheme(f"{request.url} is neither http nor https")
        if request.meta.get("proxy"):
            raise ForbiddenAddress("a proxy would choose the address")
        wanted_bytes = request.meta.get("download_maxsize", self._limit_bytes)
        limit_bytes = min(wanted_bytes, self._limit_bytes)
        request.meta["download_maxsize"] = limit_bytes  # bounds the decompression too
        await self._pace.turn(request)
        download = self._download(request)
        try:
            with wrap_twisted_exceptions():
                response = await maybe_deferred_to_future(download.download_request(request))
        except DownloadCancelledError as error:  # by the limit: nothing else cancels
            raise download.broken(BodyTooLarge(f"more than {limit_bytes:,} bytes")) from error
        except (DownloadFailedError, ResponseDataLossError, DownloadTimeoutError) as error:
            raise download.broken(_plainly(error)) from error
        else:
            request.meta[BODY] = download.body
            download.body.is_of(response)
            return response
        finally:
            download.body.ends()

    def _download(self, request: Request) -> _Download:
        return _Download(
            request,
            self._agent,
            self._proxy,
            self._bodies,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._limit_bytes,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )


@implementer(IAgentEndpointFactory)
class _Endpoints:
    """Guards the way to each URL; below TLS, so that the name shown and verified is the URL's."""

    def __init__(self, reactor: Any, resolver: Any, plan: CrawlPlan) -> None:  # noqa: ANN401
        self._reactor = reactor
        self._allowed = AllowedHosts.parse(plan.allow)
        self._proxy = plan.proxy
        self._resolver = resolver
        self._policy = BrowserLikePolicyForHTTPS()  # type: ignore[no-untyped-call]

    def endpointForURI(self, uri: Any) -> Any:  # noqa: ANN401, N802  Twisted's name
        endpoint: Any = GuardedEndpoint(
            self._reactor,
            uri.host.decode("ascii"),
            uri.port,
            resolver=self._resolver,
            allowed=self._allowed,
            timeout_s=_CONNECTING_S,
            proxy=self._proxy,
        )
        if uri.scheme == b"https":
            return wrapClientTLS(self._policy.creatorForNetloc(uri.host, uri.port), endpoint)
        return endpoint


class _Download(_ScrapyAgent):
    """One download by Scrapy's code, over our connections; leaves the exchange in the meta."""

    def __init__(
        self,
        request: Request,
        agent: Agent,
        proxy: str,
        bodies: Bodies,
        **options: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(**options)
        self._bodies = bodies
        self.body = Body(bodies)
        self._request = request
        self._agent = agent
        self._proxy = proxy
        self._answer: Any = None
        self._reader: Any = None

    def broken(self, error: Exception) -> Exception:
        """Leave in the meta what came of the answer until an error; return that."""
        if self._answer is not None:
            cut = _cut_by(error)
            # What is too large isn't kept: an endless body would fill the disk at each visit.
            body = b"" if cut == "length" else self._came()
            url = urldefrag(self._request.url)[0]
            self._keep(self._answer.marque_tape, url, body, cut, str(error))
        return error

    def _came(self) -> bytes:
        """Return as much of the body as came, as it came."""
        tape: Tape = self._answer.marque_tape
        if tape.chunked:
            return bytes(tape.framed)
        return b"" if self._reader is None else self._reader._bodybuf.getvalue()  # noqa: SLF001

    def _get_agent(self, request: Request, timeout: float) -> Agent:  # noqa: ARG002
        return self._agent

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:  # noqa: ANN401
        self.body = Body(self._bodies, txresponse._transport)  # noqa: SLF001
        txresponse.marque_tape.body = self.body
        self._answer = txresponse
        deliver = txresponse.deliverBody

        def note(reader: Any) -> None:  # noqa: ANN401
            self._reader = reader
            deliver(reader)

        txresponse.deliverBody = note
        return super()._cb_bodyready(txresponse, request)

    def _cb_bodydone(self, result: Any, url: str) -> Response:  # noqa: ANN401
        tape: Tape = result["txresponse"].marque_tape
        result["ip_address"] = tape.address  # with a proxy Scrapy would take that for the server
        body = bytes(tape.framed) if tape.chunked else result.get("body", b"")
        self._keep(tape, url, body)
        return super()._cb_bodydone(result, url)

    def _keep(
        self, tape: Tape, url: str, body: bytes, cut: Cut | None = None, failure: str = ""
    ) -> None:
        self._request.meta[EXCHANGE] = Exchange(
            url=url,
            request=bytes(tape.sent),
            head=bytes(tape.head),
            body=body,
            chunked=tape.chunked,
            address=None if tape.address is None else str(tape.address),
            certificates=tape.certificates,
            began_at=tape.began_at,
            first_byte_at=tape.first_byte_at,
            ended_at=datetime.now(UTC),
            tls=tape.tls,
            proxy=self._proxy,
            cut=cut,
            failure=failure,
        )


def _cut_by(error: Exception) -> Cut:
    if isinstance(error, BodyTooLarge):
        return "length"
    return "time" if isinstance(error, DownloadTimeoutError) else "disconnect"


def _plainly(error: Exception) -> Exception:
    """Return the error of ours that ended the connection, or the same one in words."""
    reasons = [failure.value for failure in getattr(error.__cause__, "reasons", ())]
    ours = (reason for reason in reasons if isinstance(reason, CrawlError))
    words = "; ".join(str(reason) or type(reason).__name__ for reason in reasons)
    return next(ours, type(error)(words or str(error)))
