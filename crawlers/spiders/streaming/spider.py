"""What the channels of films and of music have in common: pages, their players, and lists."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

from crawlers.capture.middleware import keep
from crawlers.extractors.asking import Extractors
from crawlers.extractors.messages import Told
from crawlers.leasing import leasing_of
from crawlers.links import canonical, is_trap, same_site
from crawlers.media import hls
from crawlers.media.downloads import Downloads
from crawlers.media.gathering import Gathering, is_list
from crawlers.media.sampling import Appetite
from crawlers.sightings import showing
from crawlers.spiders.base import SHOWN_FACTS, played_on, titled
from crawlers.spiders.pages import decode, words_of
from crawlers.spiders.streaming.extracted import (
    called,
    facts_of,
    facts_of_page,
    media_of_film,
)
from crawlers.spiders.streaming.media_names import LISTS, kind_of
from crawlers.spiders.streaming.players import media_of
from crawlers.spiders.streaming.playlists import (
    is_feed,
    is_playlist,
    media_in_feed,
    media_in_playlist,
    pages_in_feed,
)
from crawlers.spiders.streaming.scripts import Medium, in_json
from crawlers.spiders.web import WebSpider
from fingerprints.media_type import sniff

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy.http import Response

    from crawlers.frontier.contract import Discovery
    from crawlers.spiders.pages import Page
    from index.documents import Sighting

_HEAD_BYTES = 4096
_JSON_BYTES = 16 * 2**20
_ARTIST = re.compile(
    r"(?:歌手|演唱|原唱|艺人|Artist|Singer)\s{0,3}[:：]\s{0,3}([^\s|｜/,，]{1,40})", re.IGNORECASE
)
_ARTIST_WITHIN = 4_000


class StreamingSpider(WebSpider):
    """Follows a site to what its pages play; a list of segments is one sighting of its film."""

    name = "streaming"
    kinds: ClassVar[frozenset[str]]
    """What the channel is of; "" stands for media whose kind no page tells."""
    sound: ClassVar[bool]
    appetite: ClassVar[Appetite] = Appetite()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Scrapy's signature
        super().__init__(*args, **kwargs)
        self._told: WeakKeyDictionary[Response, Told] = WeakKeyDictionary()

    async def sighting(self, page: Page) -> Sighting:
        """Keep the body; of a list of segments, the film that is made of some of them.

        Raises a `CrawlError` when a list leads to no film.
        """
        if not is_list(page.body):
            return await self._read(await super().sighting(page), page)
        referrer = page.lease.discovery.referrer or page.url
        film = await self._gathering.gather(page.body, page.response.url, referrer=referrer)
        blobs = leasing_of(self.crawler).store.blobs
        payload = await asyncio.to_thread(blobs.put_all, film.chunks)
        record = await asyncio.to_thread(blobs.put, film.record)
        return self.seen(
            page,
            media_type=sniff(film.chunks[0][:_HEAD_BYTES]),
            size_bytes=film.size_bytes,
            payload=payload,
            gathered=record,
        )

    def media(self, page: Page) -> Iterator[Discovery]:
        """Return what a page plays or offers, with what it is called."""
        shown = _called(page)
        for one in (*media_of(page), *map(Medium, played_on(page))):
            if one.kind in self.kinds or kind_of(one.url) == "stream":
                yield self._medium(page, one, shown)
        yield from self._extracted(page)

    def links(self, page: Page) -> Iterator[Discovery]:
        """Return the pages and lists of the same site that a page leads to, but no media."""
        for _, url in page.anchors:
            if LISTS.search(url.partition("?")[0]):
                yield self.found(page, url)
        for element in page.tree.css('link[rel~="alternate" i][type*="xml" i][href]'):
            url = page.link(element.attributes.get("href")) or ""
            if same_site(page.url, url):
                yield self.found(page, url)
        for element in page.tree.css("meting-js[api]"):
            yield from self._interface(page, dict(element.attributes))
        yield from (one for one in super().links(page) if kind_of(one.url) is None)

    def listed(self, page: Page) -> Iterable[Discovery]:
        """Return what a list of songs, a feed or an interface's answer leads to."""
        yield from super().listed(page)
        if is_list(page.body):
            yield from self._sound_apart(page)
        if is_list(page.body) or page.lease.discovery.role == "media":
            return
        if is_feed(page.body):
            for url in filter(None, map(page.link_of_body, pages_in_feed(page.body))):
                if same_site(page.url, url) and not is_trap(url) and kind_of(url) is None:
                    yield self.found(page, url)
            media = media_in_feed(page.body)
        elif is_playlist(page.body):
            media = media_in_playlist(decode(page.body))
        else:
            media = _of_interface(page)
        for one in media:
            if page.link_of_body(one.url) is not None:
                yield self._medium(page, one, "", listed=True)

    async def _read(self, sighting: Sighting, page: Page) -> Sighting:
        """Have a page's extractor, if there is one, say what it knows."""
        if not (self.plan.extractors and self._is_followed(page)):
            return sighting
        found = await self._extractors.read(page)
        self._told[page.response] = found.told
        changes: dict[str, Any] = {"unextracted": found.told.failure}
        if found.record is not None:
            changes["gathered"] = await keep(self.crawler, found.record)
        return showing(sighting.model_copy(update=changes), facts_of_page(found.told))

    def _extracted(self, page: Page) -> Iterator[Discovery]:
        """Return what a page's extractor says that it plays, and where it leads."""
        told = self._told.get(page.response, Told())
        for film in told.films:
            context = {**titled(called(film)), SHOWN_FACTS: list(facts_of(film))}
            for address in media_of_film(film, sound=self.sound):
                if (url := canonical(address)) is not None:
                    yield self.found(page, url, role="media", context=context)
        for address in told.pages:
            url = canonical(address)
            if url is not None and same_site(page.url, url) and not is_trap(url):
                yield self.found(page, url)

    def _sound_apart(self, page: Page) -> Iterator[Discovery]:
        """Return the sound of a film whose list has it apart: a second witness, by itself."""
        found = hls.read(decode(page.body), page.response.url) if hls.is_hls(page.body) else None
        if isinstance(found, hls.Master) and not self.sound:
            urls = (page.link_of_body(one.url) for one in found.sounds[:1])
            for url in filter(None, urls):
                yield self.found(page, url, role="media", context=page.lease.discovery.context)

    def _medium(self, page: Page, one: Medium, shown: str, *, listed: bool = False) -> Discovery:
        url = (page.link_of_body(one.url) or one.url) if listed else one.url
        title = one.shown or shown
        if one.title and not one.artist and shown and one.title not in shown:
            title = f"{one.title} - {shown}"
        return self.found(page, url, role="media", context=titled(title))

    def _interface(self, page: Page, said: dict[str, str | None]) -> Iterator[Discovery]:
        """Return the interface that a MetingJS player asks for its songs."""
        address = said.get("api") or ""
        for name in ("server", "type", "id", "auth"):
            address = address.replace(f":{name}", said.get(name) or "")
        address = address.replace(":r", "0")
        if (url := page.link(address)) is not None and same_site(page.url, url):
            yield self.found(page, url)

    @cached_property
    def _extractors(self) -> Extractors:
        return Extractors(self.crawler)

    @cached_property
    def _gathering(self) -> Gathering:
        most_bytes = min(self.appetite.size_bytes, self.plan.max_body_bytes)
        appetite = replace(self.appetite, size_bytes=most_bytes)
        return Gathering(Downloads(self.crawler), appetite, sound=self.sound)

    def _is_followed(self, page: Page) -> bool:
        is_other = is_feed(page.body) or is_playlist(page.body) or _is_json(page.body)
        return super()._is_followed(page) and not is_other


def _of_interface(page: Page) -> Iterator[Medium]:
    """Yield the media of an answer in JSON."""
    if not _is_json(page.body) or len(page.body) > _JSON_BYTES:
        return
    try:
        document = json.loads(page.body)
    except (ValueError, RecursionError):
        return
    yield from in_json(document)


def _is_json(body: bytes) -> bool:
    return body[:200].lstrip()[:1] in {b"{", b"["}


def _called(page: Page) -> str:
    """Return what a page calls what it plays: `title - artist`, where it shows both."""
    heading = page.tree.css_first("h1")
    title = page.reading.one("title") or (words_of(heading) if heading else "")
    title = title or page.meta("og:title") or page.title
    body = page.tree.body
    text = body.text(deep=True, separator=" ")[:_ARTIST_WITHIN] if body else ""
    found = _ARTIST.search(text)
    artist = page.reading.one("artist") or page.meta("music:musician", "og:music:artist")
    artist = artist or (found[1] if found else "")
    return f"{title} - {artist}" if artist and artist not in title else title
