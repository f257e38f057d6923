"""Gathering: from a list of segments to one file of the film, with what is needed to know it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from crawlers.errors import CrawlError, PartsUnreachable, UnplayableList
from crawlers.media import dash, hls
from crawlers.media.packets import undisguised
from crawlers.media.sampling import Appetite, sampled
from crawlers.media.stream import Piece, Stream, chosen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.media.downloads import Downloads, Fetched
    from crawlers.media.stream import Key, Segment, Variant

_LIST_BYTES = 8 * 2**20
_SEGMENT_BYTES = 24 * 2**20
_KEY_BYTES = 16
_MOST_FAILURES = 5
_MOST_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Gathered:
    """A film's file as `chunks` to be joined, and a record in JSON of what it is made of."""

    chunks: tuple[bytes, ...]
    record: bytes

    @property
    def size_bytes(self) -> int:
        """Return the size of the file."""
        return sum(len(one) for one in self.chunks)


def is_list(body: bytes) -> bool:
    """Tell whether a body is a list of segments."""
    return hls.is_hls(body) or dash.is_dash(body)


class Gathering:
    """Gathers films of one crawl, few at a time: each is held in memory until it is kept."""

    def __init__(self, downloads: Downloads, appetite: Appetite, *, sound: bool) -> None:
        self._downloads = downloads
        self._appetite = appetite
        self._sound = sound
        self._at_once = asyncio.Semaphore(_MOST_AT_ONCE)

    async def gather(self, body: bytes, url: str, *, referrer: str | None) -> Gathered:
        """Follow a list to its segments and join some of them.

        Raises `UnplayableList` for one without segments that anybody may play, `PartsUnreachable`
        and other `CrawlError`s when none can be had.
        """
        async with self._at_once:
            one = _Film(self._downloads, self._appetite, url, referrer, sound=self._sound)
            return await one.gathered(body)


@dataclass(slots=True)
class _Film:
    downloads: Downloads
    appetite: Appetite
    url: str
    referrer: str | None
    sound: bool
    lists: list[dict[str, Any]] = field(default_factory=list)
    inits: dict[Piece, Fetched] = field(default_factory=dict)
    keys: dict[str, Fetched] = field(default_factory=dict)
    wholes: dict[str, Fetched] = field(default_factory=dict)
    failures: list[CrawlError] = field(default_factory=list)
    taken: int = 0

    async def gathered(self, body: bytes) -> Gathered:
        stream = await self._stream(body)
        if not stream.segments:
            locked = f"{stream.locked} segments need a licence" if stream.locked else "no segments"
            raise UnplayableList(f"{self.url[:300]}: {locked}")
        parts: dict[int, tuple[bytes, Fetched]] = {}
        for number in sampled(stream.segments, self.appetite):
            segment = stream.segments[number]
            try:
                parts[number] = await self._segment(segment)
            except CrawlError as error:
                self.failures.append(error)
                is_busy = isinstance(error, PartsUnreachable) and error.busy
                if is_busy or len(self.failures) > _MOST_FAILURES + len(parts):
                    break
            if self.taken >= self.appetite.size_bytes:
                break
        if not parts:
            raise self.failures[-1]
        numbers = sorted(parts)
        chunks = self._joined([(stream.segments[one], parts[one][0]) for one in numbers])
        return Gathered(tuple(chunks), self._record(stream, parts))

    async def _stream(self, body: bytes) -> Stream:
        """Return the stream of a list, of whichever kind; a master's by its cheapest rendition."""
        if dash.is_dash(body):
            return await self._dash(body)
        found = hls.read(body.decode("utf-8", "replace"), self.url)
        if isinstance(found, hls.Master):
            offered = found.sounds if self.sound and found.sounds else found.variants
            if not offered:
                raise UnplayableList(f"{self.url[:300]}: no renditions")
            variant = chosen(offered, sound=self.sound)
            media = await self._list(variant)
            found = hls.read(media.body.decode("utf-8", "replace"), variant.url)
        if isinstance(found, hls.Master):
            raise UnplayableList(f"{self.url[:300]}: lists of lists")
        return found

    async def _dash(self, body: bytes) -> Stream:
        offered = {one.offered: one.stream for one in dash.read(body, self.url)}
        if not offered:
            raise UnplayableList(f"{self.url[:300]}: nothing that is there as a whole and open")
        variant = chosen(tuple(offered), sound=self.sound)
        stream = offered[variant]
        self.lists.append({"url": variant.url, "bits_s": variant.bits_s, "height": variant.height})
        if stream.index is not None:
            index = await self._get(stream.index, _LIST_BYTES)
            stream = dash.with_index(stream, index.body)
        return stream

    async def _list(self, variant: Variant) -> Fetched:
        found = await self._get(Piece(variant.url), _LIST_BYTES)
        self.lists.append(
            {
                "url": variant.url,
                "bits_s": variant.bits_s,
                "height": variant.height,
                "capture": found.capture,
            }
        )
        return found

    async def _segment(self, segment: Segment) -> tuple[bytes, Fetched]:
        """Fetch a segment, with what opens it and what goes before it, and open it."""
        if segment.init is not None and segment.init not in self.inits:
            self.inits[segment.init] = await self._get(segment.init, _SEGMENT_BYTES)
        if segment.key is not None and segment.key.url not in self.keys:
            self.keys[segment.key.url] = await self._get(Piece(segment.key.url), _LIST_BYTES)
        found = await self._get(segment.piece, _SEGMENT_BYTES)
        body = found.body
        if segment.key is not None:
            body = opened(body, self.keys[segment.key.url].body, segment.key)
        return body if segment.init is not None else undisguised(body), found

    async def _get(self, piece: Piece, most_bytes: int) -> Fetched:
        known = self.wholes.get(piece.url)
        if known is not None and known.whole is not None:
            return replace(known, body=known.whole[piece.start : piece.end])
        found = await self.downloads.get(piece, referrer=self.referrer, most_bytes=most_bytes)
        if found.whole is not None:
            self.wholes[piece.url] = found
        self.taken += len(found.whole or found.body)
        return found

    def _joined(self, parts: list[tuple[Segment, bytes]]) -> Iterator[bytes]:
        before: Piece | None = None
        for segment, body in parts:
            if segment.init is not None and segment.init != before:
                yield self.inits[segment.init].body
                before = segment.init
            yield body

    def _record(self, stream: Stream, parts: dict[int, tuple[bytes, Fetched]]) -> bytes:
        record = {
            "list": self.url,
            "renditions": self.lists,
            "seconds": round(stream.seconds, 3),
            "segments": len(stream.segments),
            "ended": stream.ended,
            "locked": stream.locked,
            "before": [_told(piece, found) for piece, found in self.inits.items()],
            "keys": [_told(Piece(url), found) for url, found in self.keys.items()],
            "taken": [
                {
                    **_told(stream.segments[number].piece, parts[number][1]),
                    "at_s": round(stream.segments[number].at_s, 3),
                    "seconds": round(stream.segments[number].seconds, 3),
                }
                for number in sorted(parts)
            ],
            "failed": [{"code": one.code, "reason": one.reason} for one in self.failures],
        }
        return json.dumps(record, ensure_ascii=False, indent=1).encode()


def opened(body: bytes, secret: bytes, key: Key) -> bytes:
    """Decrypt a segment (RFC 8216 §4.3.2.4: AES-128, CBC, PKCS7). Raises `UnplayableList`."""
    if len(secret) != _KEY_BYTES or len(body) % _KEY_BYTES:
        raise UnplayableList(f"{key.url[:300]}: no key for these segments")
    decryptor = Cipher(algorithms.AES(secret), modes.CBC(key.iv)).decryptor()
    plain = decryptor.update(body) + decryptor.finalize()
    padding = plain[-1] if plain else 0
    return plain[:-padding] if 0 < padding <= _KEY_BYTES else plain


def _told(piece: Piece, found: Fetched) -> dict[str, Any]:
    told: dict[str, Any] = {"url": piece.url, "bytes": len(found.body), "capture": found.capture}
    if piece.start is not None:
        told["range"] = [piece.start, piece.start + len(found.body)]
    return told
