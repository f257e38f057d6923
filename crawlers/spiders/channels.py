"""The spider of each channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawlers.spiders.apps.spider import AppsSpider
from crawlers.spiders.cloudshare.spider import CloudshareSpider
from crawlers.spiders.literature.spider import LiteratureSpider
from crawlers.spiders.paged.comics import ComicsSpider
from crawlers.spiders.paged.documents import DocumentsSpider
from crawlers.spiders.social.spider import SocialSpider
from crawlers.spiders.streaming.music import MusicSpider
from crawlers.spiders.streaming.video import VideoSpider
from crawlers.spiders.web import WebSpider
from index.documents import Channel

if TYPE_CHECKING:
    from crawlers.spiders.base import MarqueSpider

_SPIDERS: dict[Channel, type[MarqueSpider]] = {
    Channel.WEB: WebSpider,
    Channel.LITERATURE: LiteratureSpider,
    Channel.MUSIC: MusicSpider,
    Channel.VIDEO: VideoSpider,
    Channel.APPS: AppsSpider,
    Channel.CLOUDSHARE: CloudshareSpider,
    Channel.COMICS: ComicsSpider,
    Channel.DOCUMENTS: DocumentsSpider,
    Channel.SOCIAL: SocialSpider,
}


def spider_for(channel: Channel) -> type[MarqueSpider]:
    """Return the spider of a channel."""
    return _SPIDERS[channel]
