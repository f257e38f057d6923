"""Files that a share's provider hands to anyone: no login, no client, no captcha.

Few do. Most providers want a member's client for every download; of those only what their public
lists say is known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from crawlers.shares.providers import ADAPTERS
from crawlers.shares.providers.contract import Ask, word

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from crawlers.shares.providers.contract import Reply
    from crawlers.shares.share import Share

_LANZOU: Final = "lanzou"
_FRAME: Final = re.compile(
    r"<iframe[^>]{0,300}?src=[\"'](/fn\?[^\"'<>]{1,2000})[\"']", re.IGNORECASE
)
_MOST_CHARACTERS: Final = 400_000
_DROPBOX_FILES: Final = re.compile(r"https://www\.dropbox\.com/(?:s|scl/fi)/")


def file_by_address(share: Share) -> str:
    """Return where the file of a share lies, as its address tells; "" where it doesn't."""
    if share.provider == "dropbox" and _DROPBOX_FILES.match(share.url):
        address = share.address or share.url
        return f"{address}{'&' if '?' in address else '?'}dl=1"
    if share.provider == "pixeldrain" and share.id.startswith("u/"):
        return f"https://pixeldrain.com/api/file/{share.id.removeprefix('u/')}"
    if share.provider == "gdrive":
        return f"https://drive.google.com/uc?export=download&id={share.id}"
    return ""


def file_inquired(
    share: Share, said: Sequence[tuple[Ask, Reply]]
) -> Generator[Ask, Reply | None, str]:
    """Yield what is still to be asked to learn where a share's one file lies, and return that.

    `said` is what an inquiry brought. "" where the provider hands the file to nobody.
    """
    if share.provider != _LANZOU:
        return file_by_address(share)
    for ask, reply in said:
        if ask.step == "file" and (address := _lanzou_file(reply)):
            return address
    page = next((reply for ask, reply in said if ask.step == "page"), None)
    frame = _FRAME.search(page.text()[:_MOST_CHARACTERS]) if page else None
    if frame is None:
        return ""
    inner = Ask(urljoin(share.url, frame[1]), "page")
    shown = yield inner
    form = next(iter(ADAPTERS[_LANZOU].read(share, inner, shown).asks), None) if shown else None
    answer = (yield form) if form is not None and form.step == "file" else None
    return _lanzou_file(answer) if answer is not None else ""


def _lanzou_file(reply: Reply) -> str:
    said = reply.json()
    host, path = word(said.get("dom")), word(said.get("url"))
    is_given = (
        said.get("zt") == 1 and host.startswith(("http://", "https://")) and path not in ("", "0")
    )
    return f"{host}/file/{path}" if is_given else ""
