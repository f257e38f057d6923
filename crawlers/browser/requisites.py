"""What a page may ask for while it is shown, and what it is refused without asking anyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from index.sites import site_of

if TYPE_CHECKING:
    from crawlers.browser.options import BrowserOptions

BUILDING: Final = frozenset({"document", "script", "stylesheet", "xhr", "fetch"})
"""Kinds that a page is built from, as Chromium's DevTools name them."""

_SENDING: Final = frozenset({"xhr", "fetch"})
_SENT_BYTES = 64 * 1024
# A page is seen as it is without counting its visitors and without showing advertisements: a
# crawl shall neither earn anyone money nor spoil anyone's figures.
_NOT_SHOWN: Final = (
    *("doubleclick.net", "googlesyndication.com", "googletagmanager.com", "google-analytics.com"),
    *("googletagservices.com", "adservice.google.com", "facebook.net", "hotjar.com"),
    *("clarity.ms", "hm.baidu.com", "pos.baidu.com", "cpro.baidu.com", "cbjs.baidu.com"),
    *("cnzz.com", "umeng.com", "51.la", "tanx.com", "mmstat.com", "gdt.qq.com", "pingjs.qq.com"),
    *("tajs.qq.com", "growingio.com", "sensorsdata.cn", "exoclick.com", "popads.net"),
    *("propellerads.com", "juicyads.com", "adsterra.com", "mgid.com", "taboola.com"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A request that a page makes.

    `kind` is DevTools' resource type. `frame` is "page" for the page itself, "inner" for frames in
    it and "other" for windows that it opens.
    """

    method: str
    url: str
    kind: str
    navigates: bool
    frame: str
    body_bytes: int = 0


def refusal(asking: Asking, page_url: str, options: BrowserOptions) -> str | None:
    """Return why a request isn't made, by name; None when it may be.

    Addresses are not looked at here: who makes it checks those.
    """
    host = urlsplit(asking.url).hostname or ""
    if urlsplit(asking.url).scheme not in {"http", "https"}:
        return "scheme"
    if asking.frame == "other":
        return "window"
    if any(host == name or host.endswith(f".{name}") for name in _NOT_SHOWN):
        return "advertisement"
    if asking.kind not in BUILDING and not (asking.kind == "image" and options.screenshot):
        return asking.kind
    if asking.navigates and site_of(asking.url) != site_of(page_url):
        return "frame_of_other_site"
    return _refused_method(asking, page_url)


def _refused_method(asking: Asking, page_url: str) -> str | None:
    """Let data be sent to the page's own site only, and little of it: that is how some ask."""
    if asking.method in {"GET", "HEAD"}:
        return None
    small = asking.body_bytes <= _SENT_BYTES
    own = site_of(asking.url) == site_of(page_url)
    return (
        None if asking.method == "POST" and asking.kind in _SENDING and small and own else "sends"
    )
