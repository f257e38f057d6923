"""Asking extractors: yt-dlp says what it wants fetched, and the crawl's engine fetches it.

So addresses, robots.txt, pace, sizes and capture hold for an extractor as for any visit.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

import structlog
from pydantic import ValidationError
from scrapy import Request, signals
from scrapy.http.request import NO_CALLBACK

from crawlers.beside import followed, is_there, leave_alone, told_of
from crawlers.errors import CrawlError
from crawlers.extractors.errors import (
    ExtractorEndless,
    ExtractorFailed,
    ExtractorRefused,
    ExtractorsMissing,
)
from crawlers.extractors.messages import ASK, KNOWN, TOLD, Answer, Ask, Told
from crawlers.extractors.process import MOST_PAGES, ExtractorProcess
from crawlers.extractors.refusals import POSING
from crawlers.outcomes import Refusal, explain, judge
from index.documents import Failure
from index.errors import Unavailable

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.spiders.pages import Page

log = structlog.get_logger()

_MOST_AT_ONCE: Final = 2
_MOST_REQUESTS: Final = 20
_REPLY_BYTES: Final = 8 * 2**20
_SILENCE_S: Final = 40.0
_PLAIN: Final = frozenset(
    {"accept", "accept-language", "content-type", "origin", "range", "referer", "x-requested-with"}
)
"""Headers that an extractor may set."""
_OURS: Final = frozenset(
    {"user-agent", "accept-encoding", "accept-charset", "connection", "content-length"}
)
"""Those that are the crawl's to set, whatever it says; any other is a key of some kind."""
_NOT_HANDED_ON: Final = frozenset({b"Set-Cookie", b"Content-Encoding", b"Content-Length"})


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extractor said, and a record in JSON of it and of what was asked for; or neither."""

    told: Told
    record: bytes | None


class Extractors:
    """Reads pages of one crawl, few at a time."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._at_once = asyncio.Semaphore(_MOST_AT_ONCE)
        self._idle: list[ExtractorProcess] = []
        self._missing: ExtractorsMissing | None = None
        crawler.signals.connect(self.close, signal=signals.spider_closed)

    async def read(self, page: Page) -> Extraction:
        """Return what is known of a page; why not is part of it. Raises `Unavailable`."""
        async with self._at_once:
            conversation = None
            try:
                process = await self._process()
                conversation = _Conversation(self._crawler, page, process)
                told = await conversation.told()
            except CrawlError as error:
                failure = Failure(code=error.code, reason=error.reason)
                key = conversation.extractor if conversation else ""
                told = Told(extractor=key, failure=failure)
            if conversation is not None and process.alive:
                self._idle.append(process)
        if told.failure is not None:
            log.info("page_not_extracted", url=page.url, **told.failure.model_dump())
        return Extraction(told, conversation.record(told) if conversation else None)

    async def close(self) -> None:
        """End the processes."""
        idle, self._idle = self._idle, []
        for process in idle:
            await asyncio.to_thread(process.stop)

    async def _process(self) -> ExtractorProcess:
        while self._idle:
            process = self._idle.pop()
            if process.alive and process.pages < MOST_PAGES:
                return process
            await asyncio.to_thread(process.stop)
        if self._missing is not None:
            raise self._missing
        try:
            return await asyncio.to_thread(ExtractorProcess)
        except ExtractorsMissing as error:
            self._missing = error
            log.warning("extractors_missing", reason=error.reason)
            raise


@dataclass(slots=True)
class _Conversation:
    """About one page. `asked`: the requests made for it. `why`: what the last of them failed by."""

    crawler: Crawler
    page: Page
    process: ExtractorProcess
    extractor: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    why: Refusal | None = None
    refused: ExtractorRefused | None = None

    async def told(self) -> Told:
        """Hear what the extractor says. Raises `ExtractorError`, `Unavailable`."""
        is_over = False
        try:
            told = await self._held()
            is_over = True
        except ValidationError as error:
            raise ExtractorFailed(f"{error.error_count()} things that it says are none") from error
        except OSError as error:
            raise self.process.death() from error
        finally:
            if not is_over:
                await asyncio.to_thread(self.process.kill)
        if self.refused is not None and not any(one.offers for one in told.films):
            raise self.refused
        if told.failure is not None and self.why is not None:
            reason = f"{self.why.code} ({self.why.reason}); {told.failure.reason}"
            failure = told.failure.model_copy(update={"reason": reason})
            return told.model_copy(update={"failure": failure})
        return told

    def record(self, told: Told) -> bytes | None:
        """Return what was asked and told, in JSON; None of a page that no extractor knows."""
        if not self.extractor:
            return None
        record = {
            "extractor": self.extractor,
            "software": f"yt-dlp/{yt_dlp_version()}",
            "page": self.page.url,
            "asked": self.asked,
            "told": told.model_dump(mode="json", exclude_none=True),
        }
        return json.dumps(record, ensure_ascii=False, indent=1).encode()

    async def _held(self) -> Told:
        self.process.pages += 1
        await asyncio.to_thread(self.process.tell, self.page.url.encode())
        while True:
            letter, words = await asyncio.to_thread(self.process.heard, _SILENCE_S)
            if letter == KNOWN:
                self.extractor = words.decode()
            elif letter == ASK:
                answer = await self._answer(Ask.model_validate_json(words))
                message = answer.model_dump_json().encode()
                await asyncio.to_thread(self.process.tell, message)
            elif letter == TOLD:
                return Told.model_validate_json(words)
            elif letter is None:
                raise ExtractorEndless(f"says nothing for {_SILENCE_S:g} s")
            else:
                raise self.process.death()

    async def _answer(self, ask: Ask) -> Answer:
        if is_there(self.page, ask.method, ask.url):
            response = self.page.response
            self.asked.append(told_of(response.request or Request(response.url), response))
            return _answer_of(response)
        if len(self.asked) >= _MOST_REQUESTS:
            raise ExtractorEndless(f"wants more than {_MOST_REQUESTS} requests")
        names = {name.lower() for name in ask.headers}
        if keys := names - _PLAIN - _OURS:
            shown = ", ".join(sorted(keys))[:100]
            self.refused = ExtractorRefused(f"{shown}: {POSING}")
            return Answer(failure=shown)
        headers = {name: said for name, said in ask.headers.items() if name.lower() in _PLAIN}
        try:
            return await self._fetched(ask, headers)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, no answer came
            self.why = explain(error)
            told = {"url": ask.url, "method": ask.method, "failure": self.why.code}
            self.asked.append(told)
            return Answer(failure=f"{self.why.code}: {self.why.reason}")

    async def _fetched(self, ask: Ask, headers: dict[str, str]) -> Answer:
        request = Request(
            ask.url,
            method=ask.method,
            headers=headers,
            body=ask.body,
            meta={"download_maxsize": _REPLY_BYTES},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        response = await followed(self.crawler, request, self.asked)
        refusal = judge(response)
        if isinstance(refusal, Refusal):
            self.why = refusal
            await leave_alone(self.crawler, response.url, refusal)
        return _answer_of(response)


def yt_dlp_version() -> str:
    """Return which yt-dlp is installed, "" where none is."""
    try:
        return version("yt-dlp")
    except PackageNotFoundError:
        return ""


def _answer_of(response: Response) -> Answer:
    headers = {
        name.decode("latin-1"): b", ".join(said).decode("latin-1")
        for name, said in response.headers.items()
        if name not in _NOT_HANDED_ON
    }
    # Its body is as it is: only what comes from the other side is in base64.
    return Answer.model_construct(
        status=response.status, url=response.url, headers=headers, body=response.body, failure=""
    )
