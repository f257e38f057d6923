"""115: one request for a share with its code, folder by folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import urlencode

from crawlers.shares.providers.contract import (
    LOGIN,
    UNREADABLE,
    Ask,
    Entry,
    Reading,
    ShareState,
    hashed,
    joined,
    number,
    records,
    within,
    word,
)
from crawlers.shares.providers.messages import state_said

if TYPE_CHECKING:
    from typing import Any

    from crawlers.shares.providers.contract import Reply
    from crawlers.shares.share import Share

_PAGE: Final = 100
_ERRORS: Final = {
    4100008: ShareState.WRONG_CODE,
    4100009: ShareState.BANNED,
    4100010: ShareState.CANCELLED,
    4100012: ShareState.NEEDS_CODE,
    4100018: ShareState.EXPIRED,
    990001: ShareState.UNKNOWN,
}
_LOGIN: Final = 990001
_SHARED: Final = 1
_IN_REVIEW: Final = 0
_PAST: Final = 7


class Pan115:
    """Reads shares of 115.com."""

    provider: ClassVar[str] = "115"

    def first(self, share: Share) -> Ask:
        """Ask for the top folder."""
        return _list(share, "", "", 0, 0)

    def read(self, share: Share, ask: Ask, reply: Reply) -> Reading:
        """Read a folder."""
        said = reply.json()
        if said.get("state") is not True:
            return _refused(share, said)
        data = within(said, "data")
        info = within(data, "shareinfo")
        entries = tuple(_entry(ask, file) for file in records(data.get("list")))
        state = _state(data, info) if not entries else ShareState.LIVE
        offset = number(ask.page) or 0
        asks = [
            _list(share, entry.id, entry.path, ask.depth + 1, 0)
            for entry in entries
            if entry.is_folder
        ]
        if entries and offset + len(entries) < (number(data.get("count")) or 0):
            asks.insert(0, _list(share, ask.folder, ask.path, ask.depth, offset + len(entries)))
        user = within(data, "userinfo")
        return Reading(
            state=state,
            reason=word(info.get("forbid_reason")),
            title=word(info.get("share_title")),
            owner=word(user.get("user_name")),
            owner_id=word(user.get("user_id")),
            expires=word(info.get("expire_time")),
            entries=entries,
            asks=tuple(asks),
        )


def _list(share: Share, folder: str, path: str, depth: int, offset: int) -> Ask:
    query = {
        "share_code": share.id,
        "receive_code": share.code,
        "cid": folder,
        "offset": str(offset),
        "limit": str(_PAGE),
    }
    return Ask(
        f"https://115cdn.com/webapi/share/snap?{urlencode(query)}",
        "list",
        headers={"Referer": f"https://115cdn.com/s/{share.id}"},
        folder=folder,
        path=path,
        depth=depth,
        page=str(offset),
    )


def _entry(ask: Ask, file: dict[str, Any]) -> Entry:
    is_folder = word(file.get("fc")) == "0" or not file.get("fid")
    return Entry(
        id=word(file.get("cid") if is_folder else file.get("fid")),
        path=joined(ask.path, word(file.get("n"))),
        is_folder=is_folder,
        size_bytes=number(file.get("s")),
        hash=hashed("sha1", file.get("sha")),
    )


def _state(data: dict[str, Any], info: dict[str, Any]) -> ShareState:
    said = number(data.get("share_state")) or number(info.get("share_state"))
    if said == _SHARED:
        return ShareState.LIVE
    if said == _PAST:
        return ShareState.EXPIRED
    reason = state_said(word(info.get("forbid_reason")))
    return reason or (ShareState.UNKNOWN if said in {None, _IN_REVIEW} else ShareState.BANNED)


def _refused(share: Share, said: dict[str, Any]) -> Reading:
    message = word(said.get("error") or said.get("msg"))
    errno = said.get("errno") or said.get("errNo")
    if errno == _LOGIN:
        return Reading(ShareState.UNKNOWN, LOGIN)
    state = _ERRORS.get(errno) if isinstance(errno, int) else None
    state = state or state_said(message) or ShareState.UNKNOWN
    if state is ShareState.WRONG_CODE and not share.code:
        state = ShareState.NEEDS_CODE
    return Reading(state, message or (f"errno {errno}" if errno else UNREADABLE))
