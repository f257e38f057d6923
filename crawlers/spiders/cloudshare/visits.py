"""Visits to shares: what a provider's public interface says, asked for as any page is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawlers.beside import followed, is_there
from crawlers.errors import ShareUnanswered
from crawlers.outcomes import explain
from crawlers.shares.providers import ADAPTERS
from crawlers.shares.providers.contract import RATE_LIMITED, Reply, ShareState
from crawlers.shares.providers.inquiry import Budget, Listing, inquire
from crawlers.shares.public_files import file_by_address, file_inquired
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Generator

    from scrapy.crawler import Crawler

    from crawlers.outcomes import Refusal
    from crawlers.shares.providers.contract import Ask
    from crawlers.shares.share import Share
    from crawlers.spiders.pages import Page

log = structlog.get_logger()

BUDGET: Final = Budget(requests=30, entries=2_000)
_REPLY_BYTES: Final = 8 * 2**20
_NOT_ASKED: Final = "no_adapter"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visited:
    """What a share was found to be. `file`: where its one file lies for anyone, "" for nowhere."""

    share: Share
    listing: Listing
    file: str
    record: bytes


class ShareVisits:
    """Has a crawl's engine ask providers: addresses, robots.txt and pace hold as for visits."""

    def __init__(self, crawler: Crawler, budget: Budget = BUDGET) -> None:
        self._crawler = crawler
        self._budget = budget

    async def visit(self, share: Share, page: Page) -> Visited:
        """Ask what a share is, whose page was fetched; that page answers what would ask for it.

        Raises `ShareUnanswered` where another time may bring more.
        """
        inquiry = Inquiry(self._crawler, page)
        adapter = ADAPTERS.get(share.provider)
        if adapter is None:
            unasked = Listing(ShareState.UNKNOWN, _NOT_ASKED, complete=False)
            return Visited(share, unasked, file_by_address(share), inquiry.record(share, unasked))
        listing = await inquiry.driven(inquire(adapter, share, self._budget))
        if listing.state is ShareState.UNKNOWN:
            inquiry.check(listing)
        file = ""
        if listing.state is ShareState.LIVE:
            file = await inquiry.driven(file_inquired(share, tuple(inquiry.said)))
        log.info("share_visited", provider=share.provider, state=listing.state.value)
        return Visited(share, listing, file, inquiry.record(share, listing))


@dataclass(slots=True)
class Inquiry:
    """The requests about one share. `said`: those that were answered, and how."""

    crawler: Crawler
    page: Page
    said: list[tuple[Ask, Reply]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    failure: Refusal | None = None

    async def driven(self, questions: Generator[Ask, Reply | None, T]) -> T:
        """Make the requests of an inquiry, to its end."""
        try:
            ask = next(questions)
            while True:
                ask = questions.send(await self._reply(ask))
        except StopIteration as ended:
            found: T = ended.value
            return found

    def check(self, listing: Listing) -> None:
        """Raise `ShareUnanswered` where it was the moment that was wrong."""
        if listing.reason == RATE_LIMITED:
            raise ShareUnanswered(RATE_LIMITED)
        if self.failure is not None and self.failure.temporary:
            raise ShareUnanswered(f"{self.failure.code}: {self.failure.reason}")

    def record(self, share: Share, listing: Listing) -> bytes:
        """Return what was asked, with its captures, and what was found, in JSON."""
        record = {
            "share": {"provider": share.provider, "id": share.id, "url": share.url},
            "state": listing.state.value,
            "reason": listing.reason,
            "title": listing.title or share.title,
            "owner": listing.owner,
            "owner_id": listing.owner_id,
            "expires": listing.expires,
            "complete": listing.complete,
            "unpack_password": share.unpack_password,
            "requests": self.requests,
            "entries": [
                {
                    "path": one.path,
                    "folder": one.is_folder,
                    "bytes": one.size_bytes,
                    "hash": one.hash,
                }
                for one in listing.entries
            ],
        }
        return json.dumps(record, ensure_ascii=False, indent=1).encode()

    async def _reply(self, ask: Ask) -> Reply | None:
        if is_there(self.page, ask.method, ask.url):
            reply = Reply(self.page.response.status, self.page.body)
        else:
            try:
                reply = await self._asked(ask)
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001  whatever it is, no reply came
                self.failure = explain(error)
                told = {"url": ask.url, "method": ask.method, "failure": self.failure.code}
                self.requests.append(told)
                return None
        self.said.append((ask, reply))
        return reply

    async def _asked(self, ask: Ask) -> Reply:
        request = Request(
            ask.url,
            method=ask.method,
            headers=dict(ask.headers),
            body=ask.body,
            meta={"download_maxsize": _REPLY_BYTES},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        response = await followed(self.crawler, request, self.requests)
        return Reply(response.status, response.body)
