"""123 (123云盘): what a share is, then its folders page by page, with the code where it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import urlencode

from crawlers.shares.providers.contract import (
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

_HOME: Final = "https://www.123pan.com"
_PAGE: Final = 100
_MOST_PAGES: Final = 1000
_FORBIDDEN: Final = 403
_WRONG_CODE: Final = 5103
_LAST: Final = "-1"


class Pan123:
    """Reads shares of 123pan.com and its other hosts."""

    provider: ClassVar[str] = "123"

    def first(self, share: Share) -> Ask:
        """Ask what the share is."""
        return Ask(f"{_HOME}/api/share/info?{urlencode({'shareKey': share.id})}", "about")

    def read(self, share: Share, ask: Ask, reply: Reply) -> Reading:
        """Read what it is, or a folder. That a request is refused says nothing of the share."""
        said = reply.json()
        if reply.status == _FORBIDDEN or said.get("code") == _FORBIDDEN:
            return Reading(ShareState.UNKNOWN, "forbidden")
        if said.get("code") != 0:
            return _refused(share, said)
        data = within(said, "data")
        return _about(share, data) if ask.step == "about" else _listed(share, ask, data)


def _refused(share: Share, said: dict[str, Any]) -> Reading:
    message = word(said.get("message"))
    code = said.get("code")
    state = ShareState.WRONG_CODE if code == _WRONG_CODE else state_said(message)
    if state is ShareState.WRONG_CODE and not share.code:
        state = ShareState.NEEDS_CODE
    reason = message or (f"code {code}" if code is not None else UNREADABLE)
    return Reading(state or ShareState.UNKNOWN, reason)


def _about(share: Share, data: dict[str, Any]) -> Reading:
    is_locked = data.get("HasPwd") is True and not share.code
    is_past = data.get("Expired") is True
    state = ShareState.EXPIRED if is_past else ShareState.NEEDS_CODE if is_locked else None
    return Reading(
        state=state,
        title=word(data.get("ShareName")),
        owner=word(data.get("UserNickName")),
        owner_id=word(data.get("UserID")),
        expires=word(data.get("Expiration")),
        asks=() if state else (_list(share, "0", "", 0, 1, "0"),),
    )


def _list(share: Share, folder: str, path: str, depth: int, page: int, after: str) -> Ask:
    query = {
        "limit": str(_PAGE),
        "next": after,
        "orderBy": "file_name",
        "orderDirection": "asc",
        "shareKey": share.id,
        "SharePwd": share.code,
        "ParentFileId": folder,
        "Page": str(page),
    }
    return Ask(
        f"{_HOME}/b/api/share/get?{urlencode(query)}",
        "list",
        folder=folder,
        path=path,
        depth=depth,
        page=str(page),
    )


def _listed(share: Share, ask: Ask, data: dict[str, Any]) -> Reading:
    entries = tuple(
        Entry(
            id=word(file.get("FileId")),
            path=joined(ask.path, word(file.get("FileName"))),
            is_folder=file.get("Type") == 1,
            size_bytes=None if file.get("Type") == 1 else number(file.get("Size")),
            hash=hashed("md5", file.get("Etag")),
        )
        for file in records(data.get("InfoList"))
    )
    asks = [
        _list(share, entry.id, entry.path, ask.depth + 1, 1, "0")
        for entry in entries
        if entry.is_folder
    ]
    after = word(data.get("Next")) or _LAST
    page = int(ask.page)
    if entries and after != _LAST and page < _MOST_PAGES:
        asks.insert(0, _list(share, ask.folder, ask.path, ask.depth, page + 1, after))
    return Reading(ShareState.LIVE, entries=entries, asks=tuple(asks))
