"""Aliyun Drive (阿里云盘): what anyone may see of a share, a token for its code, its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from crawlers.shares.providers.contract import (
    RATE_LIMITED,
    UNREADABLE,
    Ask,
    Entry,
    Reading,
    ShareState,
    hashed,
    joined,
    number,
    posted,
    records,
    word,
)
from crawlers.shares.providers.messages import state_said

if TYPE_CHECKING:
    from typing import Any

    from crawlers.shares.providers.contract import Reply
    from crawlers.shares.share import Share

_API: Final = "https://api.alipan.com"
_PAGE: Final = 200
_TOO_MANY: Final = 429


class Aliyun:
    """Reads shares of alipan.com and aliyundrive.com."""

    provider: ClassVar[str] = "aliyun"

    def first(self, share: Share) -> Ask:
        """Ask for what is shown before a code is given."""
        return posted(
            f"{_API}/adrive/v3/share_link/get_share_by_anonymous?share_id={share.id}",
            "about",
            {"share_id": share.id},
        )

    def read(self, share: Share, ask: Ask, reply: Reply) -> Reading:
        """Read what is shown, the token, or a list."""
        said = reply.json()
        if code := word(said.get("code")):
            return _refused(share, code, word(said.get("message")))
        if reply.status == _TOO_MANY or not said:
            reason = RATE_LIMITED if reply.status == _TOO_MANY else UNREADABLE
            return Reading(ShareState.UNKNOWN, reason)
        if ask.step == "about":
            return _about(share, said)
        if ask.step == "token":
            token = word(said.get("share_token"))
            if not token:
                return Reading(ShareState.UNKNOWN, UNREADABLE)
            return Reading(asks=(_list(share, token, "root", "", 0, ""),))
        return _listed(share, ask, said)


def _refused(share: Share, code: str, message: str) -> Reading:
    if "SharePwd" in code:
        state = ShareState.WRONG_CODE if share.code else ShareState.NEEDS_CODE
        return Reading(state, message or code)
    return Reading(state_said(code) or state_said(message) or ShareState.UNKNOWN, message or code)


def _about(share: Share, said: dict[str, Any]) -> Reading:
    entries = tuple(
        Entry(
            id=word(file.get("file_id")),
            path=joined("", word(file.get("file_name"))),
            is_folder=word(file.get("type")) == "folder",
        )
        for file in records(said.get("file_infos"))
    )
    title = word(said.get("share_title") or said.get("share_name"))
    if not title and "has_pwd" not in said and not entries:
        return Reading(ShareState.UNKNOWN, UNREADABLE)
    is_locked = said.get("has_pwd") is True and not share.code
    token = {"share_id": share.id, "share_pwd": share.code}
    return Reading(
        state=ShareState.NEEDS_CODE if is_locked else None,
        title=title,
        owner=word(said.get("creator_name")),
        owner_id=word(said.get("creator_id")),
        expires=word(said.get("expiration")),
        entries=entries if is_locked else (),
        asks=()
        if is_locked
        else (posted(f"{_API}/v2/share_link/get_share_token", "token", token),),
    )


def _list(share: Share, token: str, folder: str, path: str, depth: int, marker: str) -> Ask:
    said = {
        "share_id": share.id,
        "parent_file_id": folder,
        "limit": _PAGE,
        "order_by": "name",
        "order_direction": "ASC",
        "marker": marker,
    }
    return posted(
        f"{_API}/adrive/v3/file/list",
        "list",
        said,
        headers={"X-Share-Token": token},
        folder=folder,
        path=path,
        depth=depth,
        page=marker,
        token=token,
    )


def _listed(share: Share, ask: Ask, said: dict[str, Any]) -> Reading:
    entries = tuple(
        Entry(
            id=word(file.get("file_id")),
            path=joined(ask.path, word(file.get("name"))),
            is_folder=word(file.get("type")) == "folder",
            size_bytes=number(file.get("size")),
            hash=hashed("sha1", file.get("content_hash")),
        )
        for file in records(said.get("items"))
    )
    asks = [
        _list(share, ask.token, entry.id, entry.path, ask.depth + 1, "")
        for entry in entries
        if entry.is_folder
    ]
    if marker := word(said.get("next_marker")):
        asks.insert(0, _list(share, ask.token, ask.folder, ask.path, ask.depth, marker))
    return Reading(ShareState.LIVE, entries=entries, asks=tuple(asks))
