"""Films: what players, their scripts and lists of segments lead to."""

from __future__ import annotations

from typing import ClassVar

from crawlers.spiders.streaming.spider import StreamingSpider


class VideoSpider(StreamingSpider):
    """Follows a site to its films, be they files or come in segments."""

    name = "video"
    kinds: ClassVar[frozenset[str]] = frozenset({"video", "stream", ""})
    sound: ClassVar[bool] = False
