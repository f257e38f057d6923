"""What an address is by its form, so that it is visited as that: share, app, film, book."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from crawlers.shares.links import shares_in_text
from crawlers.shares.share import DIRECT
from crawlers.spiders.cloudshare.facts import HASH_LINKS
from crawlers.spiders.literature.book_files import BOOK_FILE
from crawlers.spiders.social.wechat import is_wechat
from crawlers.spiders.social.weibo import is_weibo
from crawlers.spiders.streaming.media_names import kind_of
from crawlers.spiders.web import is_medium
from index.documents import Channel

if TYPE_CHECKING:
    from crawlers.spiders.streaming.media_names import Kind

_APP: Final = re.compile(r"\.(?:apk|xapk|apks|apkm|aab|ipa|hap|exe|msi|dmg)$", re.IGNORECASE)
_PLAYED: Final[dict[Kind, Channel]] = {
    "audio": Channel.MUSIC,
    "video": Channel.VIDEO,
    "stream": Channel.VIDEO,
}


class Form(NamedTuple):
    """As what an address is visited: by which channel's spider, in which role."""

    channel: Channel
    role: str = "page"


def form_of(url: str, channel: Channel) -> Form:
    """Return as what a crawl of a channel visits an address."""
    path = urlsplit(url).path
    if is_share(url):
        return Form(Channel.CLOUDSHARE)
    if is_wechat(url) or is_weibo(url):
        return Form(Channel.SOCIAL)
    if _APP.search(path):
        return Form(Channel.APPS, "media")
    if (kind := kind_of(url)) is not None:
        is_music = kind == "stream" and channel is Channel.MUSIC
        return Form(Channel.MUSIC if is_music else _PLAYED[kind], "media")
    if BOOK_FILE.search(path) or is_medium(url):
        return Form(channel, "media")
    return Form(channel)


def is_share(url: str) -> bool:
    """Tell whether an address is that of a cloud share."""
    found = shares_in_text(url)
    host = urlsplit(url).netloc
    # What is named in a query stands behind the host: `?url=https://pan…`.
    behind = shares_in_text(f"x{url.partition(host)[2]}") if found and host else []
    return any(one.provider not in {*HASH_LINKS, DIRECT} for one in found) and not behind
