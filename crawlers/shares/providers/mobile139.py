"""China Mobile (移动云盘): one request for a share with its code, folder by folder.

Where the service answers in cipher, the inquiry ends: nothing is deciphered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from crawlers.shares.providers.contract import (
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
    within,
    word,
)
from crawlers.shares.providers.messages import state_said

if TYPE_CHECKING:
    from typing import Any

    from crawlers.shares.providers.contract import Reply
    from crawlers.shares.share import Share

_API: Final = "https://share-kd-njs.yun.139.com/yun-share/richlifeApp/devapp/IOutLink"
_PAGE: Final = 200


class Mobile139:
    """Reads shares of yun.139.com and caiyun.139.com."""

    provider: ClassVar[str] = "mobile139"

    def first(self, share: Share) -> Ask:
        """Ask for the top folder."""
        return _list(share, "root", "", 0, 1)

    def read(self, share: Share, ask: Ask, reply: Reply) -> Reading:
        """Read a folder."""
        said = reply.json()
        code, message = word(said.get("resultCode")), word(said.get("desc"))
        if not said:
            return Reading(ShareState.UNKNOWN, UNREADABLE)
        if code != "0" or not isinstance(said.get("data"), dict):
            state = state_said(message) or ShareState.UNKNOWN
            if state is ShareState.WRONG_CODE and not share.code:
                state = ShareState.NEEDS_CODE
            return Reading(state, message or f"resultCode {code}")
        return _listed(share, ask, within(said, "data"))


def _list(share: Share, folder: str, path: str, depth: int, start: int) -> Ask:
    request = {
        "account": "",
        "linkID": share.id,
        "passwd": share.code,
        "caSrt": 1,
        "coSrt": 1,
        "srtDr": 0,
        "bNum": start,
        "pCaID": folder,
        "eNum": start + _PAGE - 1,
    }
    said = {
        "getOutLinkInfoReq": request,
        "commonAccountInfo": {"account": "", "accountType": 1},
    }
    return posted(
        f"{_API}/getOutLinkInfoV6",
        "list",
        said,
        folder=folder,
        path=path,
        depth=depth,
        page=str(start),
    )


def _listed(share: Share, ask: Ask, data: dict[str, Any]) -> Reading:
    folders = [
        Entry(
            word(one.get("path") or one.get("caID")),
            joined(ask.path, word(one.get("caName"))),
            is_folder=True,
        )
        for one in records(data.get("caLst"))
    ]
    files = [
        Entry(
            id=word(one.get("path") or one.get("coID")),
            path=joined(ask.path, word(one.get("coName"))),
            is_folder=False,
            size_bytes=number(one.get("coSize")),
            hash=hashed("md5", one.get("md5") or one.get("digest")),
        )
        for one in records(data.get("coLst"))
    ]
    asks = [_list(share, folder.id, folder.path, ask.depth + 1, 1) for folder in folders]
    start = int(ask.page)
    if len(files) + len(folders) >= _PAGE:
        asks.insert(0, _list(share, ask.folder, ask.path, ask.depth, start + _PAGE))
    return Reading(
        state=ShareState.LIVE,
        title=word(data.get("lkName")),
        owner=word(data.get("nickName")),
        entries=(*folders, *files),
        asks=tuple(asks),
    )
