"""Xunlei (迅雷云盘) and PikPak, which answer alike: a share with its code, then its folders.

Where the service wants a captcha's token, the inquiry ends: none is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from crawlers.shares.providers.contract import (
    CHALLENGED,
    UNREADABLE,
    Ask,
    Entry,
    Reading,
    ShareState,
    joined,
    number,
    records,
    within,
    word,
)
from crawlers.shares.providers.messages import is_challenge, state_said

if TYPE_CHECKING:
    from typing import Any

    from crawlers.shares.providers.contract import Reply
    from crawlers.shares.share import Share

_PAGE: Final = 100
_OK: Final = "OK"
_STATES: Final = {
    "PASS_CODE_EMPTY": ShareState.NEEDS_CODE,
    "PASS_CODE_ERROR": ShareState.WRONG_CODE,
    "DELETED": ShareState.CANCELLED,
    "CANCELED": ShareState.CANCELLED,
    "CANCELLED": ShareState.CANCELLED,
    "EXPIRED": ShareState.EXPIRED,
    "NOT_FOUND": ShareState.NOT_FOUND,
    "SENSITIVE_RESOURCE": ShareState.BANNED,
    "SENSITIVE_WORD": ShareState.BANNED,
}


class Xunlei:
    """Reads shares of one of the two; `api` and `home` are where it answers and is shown."""

    def __init__(self, provider: str, api: str, home: str) -> None:
        self.provider = provider
        self._api = f"{api}/drive/v1/share"
        self._headers = {"Origin": home, "Referer": f"{home}/"}

    def first(self, share: Share) -> Ask:
        """Ask for the share with its code."""
        return self._top(share, "")

    def read(self, share: Share, ask: Ask, reply: Reply) -> Reading:
        """Read the share or a folder."""
        said = reply.json()
        status = word(said.get("share_status"))
        if word(said.get("error")) or not said or (status and status != _OK):
            return _refused(share, said, status)
        token = word(said.get("pass_code_token")) or ask.token
        entries = tuple(_entry(ask, file) for file in records(said.get("files")))
        asks = [
            self._folder(share, entry.id, entry.path, ask.depth + 1, token, "")
            for entry in entries
            if entry.is_folder
        ]
        if after := word(said.get("next_page_token")):
            asks.insert(0, self._after(share, ask, token, after))
        user = within(said, "user_info")
        return Reading(
            state=ShareState.LIVE if status == _OK or entries or ask.path else ShareState.UNKNOWN,
            reason="" if status == _OK or entries or ask.path else UNREADABLE,
            title=word(said.get("title")),
            owner=word(user.get("nickname")),
            owner_id=word(user.get("user_id")),
            entries=entries,
            asks=tuple(asks),
        )

    def _top(self, share: Share, after: str) -> Ask:
        query = {
            "share_id": share.id,
            "pass_code": share.code,
            "limit": str(_PAGE),
            "pass_code_token": "",
            "page_token": after,
            "thumbnail_size": "SIZE_SMALL",
        }
        return Ask(f"{self._api}?{urlencode(query)}", "list", headers=self._headers, page=after)

    def _folder(
        self, share: Share, folder: str, path: str, depth: int, token: str, after: str
    ) -> Ask:
        query = {
            "share_id": share.id,
            "parent_id": folder,
            "pass_code_token": token,
            "limit": str(_PAGE),
            "page_token": after,
            "thumbnail_size": "SIZE_SMALL",
        }
        return Ask(
            f"{self._api}/detail?{urlencode(query)}",
            "list",
            headers=self._headers,
            folder=folder,
            path=path,
            depth=depth,
            page=after,
            token=token,
        )

    def _after(self, share: Share, ask: Ask, token: str, after: str) -> Ask:
        if not ask.folder:
            return self._top(share, after)
        return self._folder(share, ask.folder, ask.path, ask.depth, token, after)


def _entry(ask: Ask, file: dict[str, Any]) -> Entry:
    is_folder = word(file.get("kind")) == "drive#folder"
    gcid = word(file.get("hash")).lower()
    return Entry(
        id=word(file.get("id")),
        path=joined(ask.path, word(file.get("name"))),
        is_folder=is_folder,
        size_bytes=None if is_folder else number(file.get("size")),
        hash=f"gcid:{gcid}" if gcid else "",
    )


def _refused(share: Share, said: dict[str, Any], status: str) -> Reading:
    error = word(said.get("error"))
    message = word(said.get("share_status_text") or said.get("error_description"))
    reason = message or status or error or UNREADABLE
    if is_challenge(f"{error} {message}"):
        return Reading(ShareState.UNKNOWN, CHALLENGED)
    state = _STATES.get(status) or state_said(f"{status} {error}") or state_said(message)
    if state is ShareState.WRONG_CODE and not share.code:
        state = ShareState.NEEDS_CODE
    return Reading(state or ShareState.UNKNOWN, reason)


XUNLEI: Final = Xunlei("xunlei", "https://api-pan.xunlei.com", "https://pan.xunlei.com")
PIKPAK: Final = Xunlei("pikpak", "https://api-drive.mypikpak.com", "https://mypikpak.com")
