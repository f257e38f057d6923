"""Cloud shares: from the posts of a site to what lies in the shares that they name."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urljoin, urlsplit
from weakref import WeakKeyDictionary

from scrapy.utils.datatypes import LocalCache

from crawlers.examination.codes import QR
from crawlers.leasing import LEASE, leasing_of
from crawlers.links import canonical
from crawlers.outcomes import Moved, judge
from crawlers.shares.links import shares_in_text, shares_on_page
from crawlers.shares.providers.contract import ShareState
from crawlers.shares.share import DIRECT, TORRENT, Share
from crawlers.shares.torrents import read_torrent
from crawlers.sightings import HOPS, showing
from crawlers.spiders.base import LONGEST_TITLE, SHOWN_FACTS, titled
from crawlers.spiders.cloudshare.facts import (
    HASH_LINKS,
    facts_of_named,
    facts_of_share,
    facts_of_torrent,
    names_of_share,
    names_of_torrent,
    title_of,
    works_named,
)
from crawlers.spiders.cloudshare.visits import ShareVisits
from crawlers.spiders.pages import Page, decode
from crawlers.spiders.web import WebSpider
from fingerprints.errors import FingerprintError, TooLarge
from index.sites import account_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy.http import Response

    from crawlers.frontier.contract import Discovery, Lease
    from crawlers.spiders.cloudshare.visits import Visited
    from index.documents import Sighting

ROLE: Final = "share"
SHARE: Final = "share"
"""Where a discovery's context has the share that it is."""
_GONE: Final = frozenset({404, 410})
_TEXTS: Final = frozenset({"text/plain", "application/json", "text/markdown", "text/csv"})
_SHORTENERS: Final = frozenset(
    {"t.cn", "dwz.cn", "url.cn", "suo.im", "mrw.so", "985.so", "0x9.me", "is.gd", "bit.ly"}
)
_DOWNLOAD_HOST: Final = re.compile(r"download\d{0,6}\.mediafire\.com")
_NOTE_BYTES: Final = 256 * 2**10
"""How large a text may be that names shares: no novel."""
_MOST_KNOWN: Final = 20_000
_MORE_CODES: Final = 3
"""How many other codes of one share are believed: whoever posts more has us guess."""
_MOST_FILES: Final = 100
_FROM_FOLDERS: Final = "lanzou"
_OF_ORIGIN: Final = ("provider:", "share:", "owner:", "owner_id:")
"""What of a share goes along with its files, which lie on other hosts."""


class CloudshareSpider(WebSpider):
    """Follows a site's pages, visits each share that they name once, and fetches public files.

    Codes are those that stand beside the links. Magnet and ed2k links are noted, never fetched.
    """

    name = "cloudshare"

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Scrapy's signature
        super().__init__(*args, **kwargs)
        self._named: WeakKeyDictionary[Response, list[Share]] = WeakKeyDictionary()
        self._visited: WeakKeyDictionary[Response, Visited] = WeakKeyDictionary()
        self._codes = LocalCache[str, str](_MOST_KNOWN)
        self._locked = LocalCache[str, set[str]](_MOST_KNOWN)

    def takes(self, response: Response) -> bool:
        """Tell whether a response is the page of a share: what it is, its provider says better."""
        share = share_at(response.meta[LEASE].discovery)
        if share is None or share.provider == TORRENT:
            return False
        return response.status in _GONE or isinstance(judge(response), Moved)

    async def sighting(self, page: Page) -> Sighting:
        """Keep the body and say what was seen; of a share, what its provider says, too.

        Raises `ShareUnanswered`.
        """
        share = share_at(page.lease.discovery)
        if share is not None and share.provider != TORRENT:
            return await self._share(share, page)
        sighting = await super().sighting(page)
        if share is not None:
            return await self._torrent(sighting, page.body)
        named = await asyncio.to_thread(self.named_on, page)
        self._named[page.response] = named
        for one in named:
            if one.code:
                self._codes[one.url] = one.code
        return showing(sighting, facts_of_named(named))

    def media(self, page: Page) -> Iterator[Discovery]:
        """Return the shares that a page names and the files it leads to, then its pictures."""
        yield from self.shares(page)
        yield from self.behind_short_links(page, (url for _, url in page.anchors))
        yield from super().media(page)

    def behind_short_links(self, page: Page, urls: Iterable[str]) -> Iterator[Discovery]:
        """Return those of the addresses that only say by looking behind them what they are."""
        for url in dict.fromkeys(urls):
            if urlsplit(url).netloc in _SHORTENERS:
                yield self.found(page, url, role="media")

    def listed(self, page: Page) -> Iterable[Discovery]:
        """Return the files of a share that anyone may have, or the shares that a text names."""
        visited = self._visited.get(page.response)
        return self._files(page, visited) if visited is not None else self.shares(page)

    def revealed(self, response: Response, lease: Lease, sighting: Sighting) -> Iterable[Discovery]:
        """Return the shares that codes in a picture name."""
        words = [fact.removeprefix(QR) for fact in sighting.facts if fact.startswith(QR)]
        page = Page(response, lease)
        for share in shares_in_text("\n".join(words)) if words else ():
            if share.provider not in {*HASH_LINKS, DIRECT}:
                found = self._queued(page, share)
                if found is not None:
                    yield found

    def named_on(self, page: Page) -> list[Share]:
        """Return the shares that a page names, in order."""
        return _named_on(page)

    def _is_followed(self, page: Page) -> bool:
        here = page.lease.discovery
        return here.role != ROLE and not _pointed_at(here) and super()._is_followed(page)

    async def _share(self, share: Share, page: Page) -> Sighting:
        if not share.code and (code := self._codes.get(share.url)):
            share = replace(share, code=code)
        visited = await self._visits.visit(share, page)
        self._visited[page.response] = visited
        if visited.listing.state in {ShareState.NEEDS_CODE, ShareState.WRONG_CODE}:
            self._locked.setdefault(share.url, set()).add(share.code)
        store = leasing_of(self.crawler).store
        record = await asyncio.to_thread(store.blobs.put, visited.record)
        sighting = (await super().sighting(page)).model_copy(update={"gathered": record})
        if title := title_of(visited):
            sighting = sighting.model_copy(update={"title": title[:LONGEST_TITLE]})
        if visited.listing.owner_id:
            owner = account_at(urlsplit(share.url).netloc, visited.listing.owner_id)
            sighting = sighting.model_copy(update={"offered_on": owner})
        works = await asyncio.to_thread(works_named, store.records, names_of_share(visited))
        return showing(
            sighting, (*facts_of_share(visited), *(f"names_work:{one}" for one in works))
        )

    async def _torrent(self, sighting: Sighting, body: bytes) -> Sighting:
        try:
            torrent = await asyncio.to_thread(read_torrent, body)
        except FingerprintError:
            return sighting
        records = leasing_of(self.crawler).store.records
        works = await asyncio.to_thread(works_named, records, names_of_torrent(torrent))
        named = sighting.model_copy(update={"title": torrent.name[:LONGEST_TITLE]})
        return showing(named, (*facts_of_torrent(torrent), *(f"names_work:{one}" for one in works)))

    def shares(self, page: Page) -> Iterator[Discovery]:
        """Return the shares that a page names, to be visited, and the files that links wrap."""
        if page.response not in self._named:
            self._named[page.response] = self.named_on(page)
        for share in self._named[page.response]:
            if share.provider in HASH_LINKS:
                continue
            if share.provider == DIRECT:
                if (url := canonical(share.url)) is not None:
                    yield self.found(page, url, role="media", context=titled(share.title))
            elif (found := self._queued(page, share)) is not None:
                yield found

    def _queued(self, page: Page, share: Share) -> Discovery | None:
        """Return a share as it waits; one that was locked waits again when its code is learned."""
        url = canonical(share.url)
        tried = self._locked.get(share.url)
        if tried is not None and share.code not in {"", *tried} and len(tried) <= _MORE_CODES:
            tried.add(share.code)
            url = canonical(f"{share.url}{'&' if '?' in share.url else '?'}pwd={share.code}")
        if url is None:
            return None
        told = {name: value for name, value in asdict(share).items() if value not in ("", None)}
        context = {SHARE: told, **titled(share.title)}
        found = self.found(page, url, role=ROLE, context=context)
        return replace(found, depth=page.lease.discovery.depth)

    def _files(self, page: Page, visited: Visited) -> Iterator[Discovery]:
        share, listing = visited.share, visited.listing
        origin = [one for one in facts_of_share(visited) if one.startswith(_OF_ORIGIN)]
        context = {**titled(title_of(visited)), SHOWN_FACTS: origin}
        size_bytes = (
            listing.entries[0].size_bytes if len(listing.entries) == 1 else share.size_bytes
        )
        if visited.file and (url := canonical(visited.file)) and self._is_small(size_bytes):
            yield self.found(page, url, role="media", context=context)
        if share.provider == "mediafire" and page.is_markup and not page.is_tangled:
            for _, url in page.anchors:
                if _DOWNLOAD_HOST.fullmatch(urlsplit(url).netloc):
                    yield self.found(page, url, role="media", context=context)
        if share.provider == _FROM_FOLDERS:
            files = [one for one in listing.entries if one.id and not one.is_folder]
            for one in files[:_MOST_FILES]:
                url = canonical(urljoin(share.url, f"/{one.id}"))
                if url and url != page.url and self._is_small(one.size_bytes):
                    single = Share(share.provider, one.id, url, address=url, title=one.name)
                    if (found := self._queued(page, single)) is not None:
                        yield found

    def _is_small(self, size_bytes: int | None) -> bool:
        return size_bytes is None or size_bytes <= self.plan.max_body_bytes

    @cached_property
    def _visits(self) -> ShareVisits:
        return ShareVisits(self.crawler)


def share_at(discovery: Discovery) -> Share | None:
    """Return the share that a discovery is, None where it is something else."""
    told = discovery.context.get(SHARE)
    if isinstance(told, dict):
        return Share(**cast("dict[str, Any]", told))  # as `_queued` wrote it
    return next((one for one in _pointed_at(discovery) if one.url == discovery.url), None)


def _pointed_at(discovery: Discovery) -> list[Share]:
    """Return the shares that a starting address, or the end of a redirect, is an address of."""
    if discovery.depth and HOPS not in discovery.context:
        return []
    host = urlsplit(discovery.url).netloc
    found = shares_in_text(discovery.url)
    is_there = bool(found) and not shares_in_text(f"x{discovery.url.partition(host)[2]}")
    return [one for one in found if is_there and one.provider not in {*HASH_LINKS, DIRECT}]


def _named_on(page: Page) -> list[Share]:
    """Return the shares that a page names, none where its markup is beyond reading."""
    shares = _pointed_at(page.lease.discovery)
    if page.is_markup:
        try:
            if not page.is_tangled:
                shares += shares_on_page(page.text, page.url)
        except TooLarge:
            pass
    elif page.media_type in _TEXTS and len(page.body) <= _NOTE_BYTES:
        shares += shares_in_text(decode(page.body))
    return list({(one.provider, one.id): one for one in reversed(shares)}.values())[::-1]
