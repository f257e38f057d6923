"""Quark (夸克) and UC, which answer alike: a token for a share and its code, then lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

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
    within,
    word,
)
from crawlers.shares.providers.messages import state_said

if TYPE_CHECKING:
    from typing import Any

    from crawlers.shares.providers.contract import Reply
    from crawlers.shares.share import Share

_PAGE: Final = 50
_TOO_MANY: Final = 429
_NEEDS_CODE: Final = 41008
_WRONG_CODE: Final = 41007
_STATES: Final = {
    41004: ShareState.CANCELLED,
    41005: ShareState.BANNED,
    41006: ShareState.NOT_FOUND,
    41009: ShareState.CANCELLED,
    41010: ShareState.BANNED,
    41011: ShareState.EXPIRED,
    41012: ShareState.CANCELLED,
}


class Quark:
    """Reads shares of one of the two; `api` and `common` are where it answers and to whom."""

    def __init__(self, provider: str, api: str, common: dict[str, str]) -> None:
        self.provider = provider
        self._api = f"{api}/1/clouddrive/share/sharepage"
        self._common = common

    def first(self, share: Share) -> Ask:
        """Ask for a token, with the code where there is one."""
        return posted(
            f"{self._api}/token?{urlencode(self._common)}",
            "token",
            {"pwd_id": share.id, "passcode": share.code},
            headers={"Referer": share.url},
        )

    def read(self, share: Share, ask: Ask, reply: Reply) -> Reading:
        """Read a token or a list."""
        said = reply.json()
        code = said.get("code")
        if code != 0:
            return _refused(share, reply, code, word(said.get("message")))
        data = within(said, "data")
        if ask.step == "token":
            return self._opened(share, data)
        return self._listed(share, ask, data, within(said, "metadata"))

    def _opened(self, share: Share, data: dict[str, Any]) -> Reading:
        token = word(data.get("stoken"))
        if not token:
            return Reading(ShareState.UNKNOWN, UNREADABLE)
        return Reading(
            title=word(data.get("title")),
            owner=word(within(data, "author").get("nick_name")),
            owner_id=word(within(data, "author").get("member_id")),
            expires=word(data.get("expired_at")),
            asks=(self._list(share, token, "0", "", 0, 1),),
        )

    def _list(self, share: Share, token: str, folder: str, path: str, depth: int, page: int) -> Ask:
        query = self._common | {
            "pwd_id": share.id,
            "stoken": token,
            "pdir_fid": folder,
            "force": "0",
            "_page": str(page),
            "_size": str(_PAGE),
            "_fetch_total": "1",
            "_sort": "file_type:asc,file_name:asc",
        }
        return Ask(
            f"{self._api}/detail?{urlencode(query)}",
            "list",
            headers={"Referer": share.url},
            folder=folder,
            path=path,
            depth=depth,
            page=str(page),
            token=token,
        )

    def _listed(
        self, share: Share, ask: Ask, data: dict[str, Any], about: dict[str, Any]
    ) -> Reading:
        entries = tuple(
            Entry(
                id=word(file.get("fid")),
                path=joined(ask.path, word(file.get("file_name"))),
                is_folder=file.get("dir") is True,
                size_bytes=None if file.get("dir") is True else number(file.get("size")),
                hash=hashed("md5", file.get("md5")),
            )
            for file in records(data.get("list"))
        )
        asks = [
            self._list(share, ask.token, entry.id, entry.path, ask.depth + 1, 1)
            for entry in entries
            if entry.is_folder
        ]
        page = int(ask.page)
        if entries and page * _PAGE < (number(about.get("_total")) or 0):
            asks.insert(0, self._list(share, ask.token, ask.folder, ask.path, ask.depth, page + 1))
        is_empty = not entries and not ask.path and page == 1
        return Reading(
            state=ShareState.CANCELLED if is_empty else ShareState.LIVE,
            reason="empty" if is_empty else "",
            entries=entries,
            asks=tuple(asks),
        )


def _refused(share: Share, reply: Reply, code: object, message: str) -> Reading:
    reason = message or (f"code {code}" if code is not None else UNREADABLE)
    if code in (_NEEDS_CODE, _WRONG_CODE):
        state = ShareState.WRONG_CODE if share.code else ShareState.NEEDS_CODE
        return Reading(state, reason)
    if isinstance(code, int) and code in _STATES:
        return Reading(_STATES[code], reason)
    if reply.status == _TOO_MANY:
        return Reading(ShareState.UNKNOWN, RATE_LIMITED)
    return Reading(state_said(message) or ShareState.UNKNOWN, reason)


QUARK: Final = Quark("quark", "https://drive-h.quark.cn", {"pr": "ucpro", "fr": "pc"})
UC: Final = Quark("uc", "https://pc-api.uc.cn", {"pr": "UCBrowser", "fr": "pc"})
