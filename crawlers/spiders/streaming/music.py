"""Music: songs as files, in players' lists, in feeds, and as streams of sound."""

from __future__ import annotations

from typing import ClassVar

from crawlers.spiders.streaming.spider import StreamingSpider


class MusicSpider(StreamingSpider):
    """Follows a site to its songs; what they are called there goes with them."""

    name = "music"
    kinds: ClassVar[frozenset[str]] = frozenset({"audio", "stream", ""})
    sound: ClassVar[bool] = True
