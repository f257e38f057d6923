"""Platforms and forums: posts with whose they are, what they show, and the shares they name."""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urljoin, urlsplit
from weakref import WeakKeyDictionary

from crawlers.errors import Challenged
from crawlers.leasing import LEASE, leasing_of
from crawlers.links import canonical
from crawlers.outcomes import Moved, judge
from crawlers.shares.links import shares_on_page
from crawlers.sightings import OFFERED_ON
from crawlers.spiders.base import SHOWN_FACTS, titled
from crawlers.spiders.cloudshare.spider import ROLE, CloudshareSpider, share_at
from crawlers.spiders.pages import words_of
from crawlers.spiders.social import wechat, weibo
from crawlers.spiders.social.pages import Reading, is_wall_address, read, wall
from crawlers.spiders.social.posts import Medium
from crawlers.spiders.streaming.media_names import kind_of
from crawlers.spiders.streaming.spider import StreamingSpider
from crawlers.spiders.web import WebSpider, is_medium

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from pydantic import JsonValue
    from scrapy.http import Response

    from crawlers.frontier.contract import Discovery
    from crawlers.shares.share import Share
    from crawlers.spiders.pages import Page
    from crawlers.spiders.social.posts import Post
    from index.documents import Sighting

_PICTURE_ATTRIBUTES: Final = (
    *("zoomfile", "file", "data-src", "data-original", "data-actualsrc", "data-url", "src"),
)
_FILE: Final = re.compile(
    r"\.(?:txt|epub|mobi|azw3?|pdf|docx?|zip|rar|7z|apk|mp3|m4a|flac|wav|mp4|mkv|torrent)"
    r"(?:\s{0,2}[(（].{0,40})?$",
    re.IGNORECASE,
)
_ATTACHMENT: Final = re.compile(r"[?&]mod=attachment&|/attachments?/|download/file\.php|/uploads/")
_ORNAMENT: Final = re.compile(
    r"/(?:smil(?:ie|ey)s?|emo(?:ji|tions?|ticon)s?|avatars?|ranks?|static/image)/|none\.gif$|spacer"
    r"|^data:|uc_server/|/emoticon/",
    re.IGNORECASE,
)
_CHORE: Final = re.compile(
    r"[?&](?:action|do)=(?:reply|edit|printable|report|rate|favorite|login|newthread|comment|reg)"
    r"|[?&]mod=(?:post|misc|logging|register|space|spacecp|redirect|ajax|rss|collection|relatekw)"
    r"|[?&](?:authorid|ordertype|mobile|reply_to|view_post_id|hilit|fromuid)="
    r"|/(?:login|register|logout|signup|lost-password|misc|help|goto|members?)(?:[/?.]|$)"
    r"|(?:ucp|posting|memberlist|members?|report|newreply|newthread|sendmessage|register)\.php"
    r"|/space-uid-|//(?:t|telegram)\.me/(?!s/)",
    re.IGNORECASE,
)
_NEXT: Final = (
    "a.nxt[href], a[rel~=next i][href], .arrow.next a[href], a.pageNav-jump--next[href],"
    " .pgs .nxt[href], a.next[href], .l_pager a.next[href], a.tme_messages_more[href]"
)
_MOST_MEDIA: Final = 1_000
_MOST_LOOKED_AT: Final = 20_000


class SocialSpider(CloudshareSpider, StreamingSpider):
    """Reads posts: each picture, film, voice and share goes on with whose post shows it.

    Nobody logs in, and no test is answered: what stands behind one is `challenged`.
    """

    name = "social"
    kinds: ClassVar[frozenset[str]] = frozenset({"audio", "video", "stream", ""})
    sound: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Scrapy's signature
        super().__init__(*args, **kwargs)
        self._readings: WeakKeyDictionary[Response, Reading] = WeakKeyDictionary()

    def takes(self, response: Response) -> bool:
        """Tell whether a response is a visit: of a share, or one that ended at a wall."""
        return super().takes(response) or _is_turned_away(response)

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Sighting | Discovery]:  # noqa: ANN401
        """Yield what was seen and where it leads; from a wall, where the same is public."""
        here = response.meta[LEASE].discovery
        if _is_turned_away(response):
            for url in weibo.public_forms(here.url):
                if url != here.url:
                    yield replace(here, url=url, referrer=here.url, depth=here.depth)
        async for item in super().parse(response):
            yield item

    async def sighting(self, page: Page) -> Sighting:
        """Keep the body, and say whose post it is. Raises `Challenged`, `ShareUnanswered`."""
        here = page.lease.discovery
        if here.role in {"media", ROLE} or share_at(here) is not None:
            return await super().sighting(page)
        if _is_turned_away(page.response):
            raise Challenged("the platform sends its visitors to log in")
        if why := await asyncio.to_thread(wall, page):
            raise Challenged(why)
        reading = await asyncio.to_thread(read, page)
        self._readings[page.response] = reading
        sighting = await super().sighting(page)
        facts = tuple(dict.fromkeys((*reading.facts, *sighting.shown_facts)))
        sighting = sighting.model_copy(
            update={
                "shown_facts": facts,
                "offered_on": reading.account or sighting.offered_on,
                "title": sighting.title or reading.title,
            }
        )
        return await self._made(sighting, page, reading) if reading.document else sighting

    def named_on(self, page: Page) -> list[Share]:
        """Return the shares that a page names, or the posts that its markup doesn't show."""
        reading = self._readings.get(page.response)
        if reading is None or not reading.document:
            return super().named_on(page)
        return shares_on_page(reading.document, page.url)

    def media(self, page: Page) -> Iterator[Discovery]:
        """Return the shares and the media of a page's posts; of a page without any, all media."""
        reading = self._readings.get(page.response, Reading())
        if not reading.posts:
            yield from super().media(page)
            yield from WebSpider.media(self, page)
            return
        yield from self.shares(page)
        yield from self._posted(page, reading)
        if not _is_platform(page.url):
            yield from StreamingSpider.media(self, page)

    def links(self, page: Page) -> Iterator[Discovery]:
        """Return a platform's further posts, or a forum's pages but those for members."""
        reading = self._readings.get(page.response, Reading())
        yield from self._onward(page, reading)
        if wechat.is_wechat(page.url):
            urls = filter(None, (wechat.leads_to(url) for _, url in page.anchors))
            yield from (self.found(page, url) for url in dict.fromkeys(urls) if url != page.url)
        elif not weibo.is_weibo(page.url):
            further = {page.link(one.attributes.get("href")) for one in page.tree.css(_NEXT)}
            for one in super().links(page):
                if _CHORE.search(one.url) is None:
                    yield _beside(page, one) if one.url in further else one

    def listed(self, page: Page) -> Iterable[Discovery]:
        """Return what an answer's posts show and lead to, or what a list or a share does."""
        reading = self._readings.get(page.response)
        if reading is None or not (reading.posts or reading.onward):
            yield from CloudshareSpider.listed(self, page)
            yield from StreamingSpider.listed(self, page)
            return
        yield from self.shares(page)
        yield from self._posted(page, reading)
        yield from self._onward(page, reading)

    async def _made(self, sighting: Sighting, page: Page, reading: Reading) -> Sighting:
        """Return a sighting whose payload is a page of the posts, with the record of that."""
        blobs = leasing_of(self.crawler).store.blobs
        payload = await asyncio.to_thread(blobs.put, reading.document.encode())
        record = reading.record(page, hashlib.sha256(page.body).hexdigest())
        gathered = await asyncio.to_thread(blobs.put, record)
        return sighting.model_copy(
            update={
                "payload": payload,
                "gathered": gathered,
                "media_type": "text/html",
                "title": reading.title or sighting.title,
            }
        )

    def _posted(self, page: Page, reading: Reading) -> Iterator[Discovery]:
        links = (one for post in reading.posts for one in post.element.css("a[href]"))
        addresses = (one.attributes.get("href") or "" for one in islice(links, _MOST_MEDIA))
        urls = (canonical(address) for address in addresses)
        yield from self.behind_short_links(page, filter(None, urls))
        base = page.base if page.is_markup else page.response.url
        seen: set[str] = set()
        for post, medium in islice(_media_of(reading), _MOST_LOOKED_AT):
            url = canonical(urljoin(base, medium.url)) if medium.url else None
            if url is None or url in seen or _ORNAMENT.search(medium.url):
                continue
            seen.add(url)
            if len(seen) > _MOST_MEDIA:
                return
            yield self.found(page, url, role="media", context=_told(post, reading, medium))

    def _onward(self, page: Page, reading: Reading) -> Iterator[Discovery]:
        for url, account in reading.onward:
            told: dict[str, JsonValue] = {}
            if account:
                told = {OFFERED_ON: account, SHOWN_FACTS: [f"account:{account}"]}
            yield self.found(page, url, context=told)
        for url in reading.further:
            yield _beside(page, self.found(page, url))


def _told(post: Post, reading: Reading, medium: Medium) -> dict[str, JsonValue]:
    """Return what goes along with a medium: whose post shows it, and what that says."""
    title = medium.title or post.title or reading.title
    told: dict[str, JsonValue] = {SHOWN_FACTS: list(post.every_fact())}
    told |= titled(title)
    if account := post.account or reading.account:
        told[OFFERED_ON] = account
    return told


def _media_of(reading: Reading) -> Iterator[tuple[Post, Medium]]:
    for post in (*reading.posts, *reading.originals):
        for medium in (*_in_tags(post), *post.media):
            yield post, medium


def _in_tags(post: Post) -> Iterator[Medium]:
    """Yield what each of a post's own tags shows or offers; without address, where it is nothing.

    So it can be told how many were looked at: posts that stand in each other have the same tags.
    """
    for one in post.element.css("img"):
        said = one.attributes
        yield Medium(next(filter(None, map(said.get, _PICTURE_ATTRIBUTES)), None) or "")
    for one in post.element.css("audio, video, source, embed"):
        yield Medium(one.attributes.get("src") or one.attributes.get("data-src") or "")
    for one in post.element.css("a[href]"):
        address, words = one.attributes.get("href") or "", words_of(one)[:200]
        path = urlsplit(address).path if "//" not in address[8:] else address
        is_file = _FILE.search(words) is not None and _ATTACHMENT.search(address) is not None
        offers = is_file or _FILE.search(path) or is_medium(address) or kind_of(address)
        yield Medium(address if offers else "", words)


def _beside(page: Page, found: Discovery) -> Discovery:
    """Return another page of the same thread or list: turning pages leads no further away."""
    return replace(found, depth=page.lease.discovery.depth)


def _is_platform(url: str) -> bool:
    return wechat.is_wechat(url) or weibo.is_weibo(url)


def _is_turned_away(response: Response) -> bool:
    """Tell whether a platform sends its visitor to log in, or to be tested."""
    here = response.meta[LEASE].discovery
    if here.role == "media" or not _is_platform(here.url):
        return False
    if weibo.is_weibo(here.url) and (
        response.status == weibo.WALL_STATUS or weibo.is_wall(response.url, response.body)
    ):
        return True
    moved = judge(response)
    return isinstance(moved, Moved) and is_wall_address(urljoin(response.url, moved.location))
