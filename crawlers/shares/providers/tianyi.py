"""Tianyi (天翼云盘): what a share is, its number by the code, then its folders.

Its public responses come as JSON where that is asked for, as XML otherwise; both are read.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any, ClassVar, Final
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
    from crawlers.shares.providers.contract import Reply
    from crawlers.shares.share import Share

_API: Final = "https://cloud.189.cn/api/open/share"
_HEADERS: Final = {"Accept": "application/json;charset=UTF-8", "Sign-Type": "1"}
_PAGE: Final = 60
_TAG: Final = re.compile(r"<([A-Za-z]\w{0,40})>([^<>]{0,2000})</\1>")
_STATES: Final = {
    "ShareInfoNotFound": ShareState.NOT_FOUND,
    "ShareNotFound": ShareState.NOT_FOUND,
    "FileNotFound": ShareState.CANCELLED,
    "ShareExpiredError": ShareState.EXPIRED,
    "ShareAuditNotPass": ShareState.BANNED,
    "ShareAuditWaiting": ShareState.UNKNOWN,
    "ShareCreateDenied": ShareState.BANNED,
    "ErrorAccessCode": ShareState.WRONG_CODE,
}


class Tianyi:
    """Reads shares of cloud.189.cn."""

    provider: ClassVar[str] = "tianyi"

    def first(self, share: Share) -> Ask:
        """Ask what the share is."""
        query = urlencode({"shareCode": share.id})
        return Ask(f"{_API}/getShareInfoByCodeV2.action?{query}", "about", headers=_HEADERS)

    def read(self, share: Share, ask: Ask, reply: Reply) -> Reading:
        """Read what it is, whether the code opens it, or a folder."""
        said = _said(reply)
        code = said.get("res_code", said.get("code"))
        if code not in (0, "0", None) or not said:
            return _refused(share, word(code), word(said.get("res_message", said.get("message"))))
        if ask.step == "about":
            return _about(share, said)
        if ask.step == "check":
            return _checked(share, ask, said)
        return _listed(share, ask, said)


def _said(reply: Reply) -> dict[str, Any]:
    return reply.json() or {
        name: unescape(value) for name, value in _TAG.findall(reply.text()[:100_000])
    }


def _refused(share: Share, code: str, message: str) -> Reading:
    state = _STATES.get(code) or state_said(code) or state_said(message) or ShareState.UNKNOWN
    if state is ShareState.WRONG_CODE and not share.code:
        state = ShareState.NEEDS_CODE
    return Reading(state, message or code or UNREADABLE)


def _about(share: Share, said: dict[str, Any]) -> Reading:
    if not (said.get("shareId") or said.get("fileName") or said.get("needAccessCode")):
        return Reading(ShareState.UNKNOWN, UNREADABLE)
    needs_code = word(said.get("needAccessCode")) == "1"
    is_folder = word(said.get("isFolder")).lower() in {"true", "1"} or said.get("isFolder") is True
    about = Reading(
        title=word(said.get("fileName")),
        owner=word(within(said, "creator").get("nickName")),
        owner_id=word(within(said, "creator").get("ownerId")),
        expires=word(said.get("expireTime")),
    )
    top = Ask(
        "",
        "",
        folder=word(said.get("fileId")),
        token=f"{word(said.get('shareId'))}:{word(said.get('shareMode')) or '1'}",
    )
    if needs_code and not share.code:
        return _with(about, state=ShareState.NEEDS_CODE)
    if needs_code:
        query = urlencode({"shareCode": share.id, "accessCode": share.code})
        token = f"{top.token}:{int(is_folder)}"
        check = Ask(
            f"{_API}/checkAccessCode.action?{query}",
            "check",
            headers=_HEADERS,
            folder=top.folder,
            path=about.title,
            token=f"{token}:{number(said.get('fileSize')) or 0}",
        )
        return _with(about, asks=(check,))
    if not is_folder:
        return _with(about, state=ShareState.LIVE, entries=(_file(said, about.title),))
    return _with(about, state=ShareState.LIVE, asks=(_list(share, top, top.folder, "", 0, 1),))


def _with(about: Reading, **more: Any) -> Reading:  # noqa: ANN401  the fields of a reading
    return Reading(
        title=about.title,
        owner=about.owner,
        owner_id=about.owner_id,
        expires=about.expires,
        **more,
    )


def _checked(share: Share, ask: Ask, said: dict[str, Any]) -> Reading:
    share_number, mode, is_folder, size = ask.token.split(":")
    share_number = word(said.get("shareId")) or share_number
    if not share_number:
        return Reading(ShareState.WRONG_CODE, word(said.get("res_message")))
    if is_folder == "0":
        entry = Entry(ask.folder, ask.path, is_folder=False, size_bytes=int(size) or None)
        return Reading(ShareState.LIVE, entries=(entry,))
    top = Ask("", "", token=f"{share_number}:{mode}")
    return Reading(ShareState.LIVE, asks=(_list(share, top, ask.folder, "", 0, 1),))


def _file(said: dict[str, Any], name: str) -> Entry:
    return Entry(
        id=word(said.get("fileId")),
        path=joined("", name),
        is_folder=False,
        size_bytes=number(said.get("fileSize")),
    )


def _list(share: Share, ask: Ask, folder: str, path: str, depth: int, page: int) -> Ask:
    share_number, mode = ask.token.split(":")[:2]
    query = {
        "pageNum": str(page),
        "pageSize": str(_PAGE),
        "fileId": folder,
        "shareDirFileId": folder,
        "isFolder": "true",
        "shareId": share_number,
        "shareMode": mode,
        "orderBy": "filename",
        "descending": "false",
        "accessCode": share.code,
    }
    return Ask(
        f"{_API}/listShareDir.action?{urlencode(query)}",
        "list",
        headers=_HEADERS,
        folder=folder,
        path=path,
        depth=depth,
        page=str(page),
        token=ask.token,
    )


def _listed(share: Share, ask: Ask, said: dict[str, Any]) -> Reading:
    listed = within(said, "fileListAO")
    folders = [
        Entry(word(one.get("id")), joined(ask.path, word(one.get("name"))), is_folder=True)
        for one in records(listed.get("folderList"))
    ]
    files = [
        Entry(
            id=word(one.get("id")),
            path=joined(ask.path, word(one.get("name"))),
            is_folder=False,
            size_bytes=number(one.get("size")),
            hash=hashed("md5", one.get("md5")),
        )
        for one in records(listed.get("fileList"))
    ]
    asks = [_list(share, ask, folder.id, folder.path, ask.depth + 1, 1) for folder in folders]
    page = int(ask.page)
    if (files or folders) and page * _PAGE < (number(listed.get("count")) or 0):
        asks.insert(0, _list(share, ask, ask.folder, ask.path, ask.depth, page + 1))
    return Reading(ShareState.LIVE, entries=(*folders, *files), asks=tuple(asks))
