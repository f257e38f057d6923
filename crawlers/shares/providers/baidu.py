"""Baidu (百度网盘): `share/verify` with a code gives a key, `share/list` lists with it.

Numbers of errors as public checkers of links read them: 0 live, -9 and -12 the code, 105 no such
share, 115 forbidden, 117 expired, 145 and -7 withdrawn, -62 asks for a captcha.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import quote, urlencode

from crawlers.shares.providers.baidu_md5 import plain_md5
from crawlers.shares.providers.contract import (
    CHALLENGED,
    RATE_LIMITED,
    UNREADABLE,
    Ask,
    Entry,
    Reading,
    ShareState,
    hashed,
    number,
    records,
    word,
)
from crawlers.shares.providers.messages import is_challenge, state_said

if TYPE_CHECKING:
    from typing import Any

    from crawlers.shares.providers.contract import Reply
    from crawlers.shares.share import Share

_HOME: Final = "https://pan.baidu.com"
_COMMON: Final = {"web": "1", "app_id": "250528", "channel": "chunlei", "clienttype": "0"}
_PAGE: Final = 100
_CODE: Final = frozenset({-9, -12})
_STATES: Final = {
    105: ShareState.NOT_FOUND,
    115: ShareState.BANNED,
    117: ShareState.EXPIRED,
    145: ShareState.CANCELLED,
    -7: ShareState.CANCELLED,
    -21: ShareState.CANCELLED,
}
_REASONS: Final = {-62: CHALLENGED, -63: CHALLENGED, -130: RATE_LIMITED, 112: RATE_LIMITED}


class Baidu:
    """Reads shares of pan.baidu.com."""

    provider: ClassVar[str] = "baidu"

    def first(self, share: Share) -> Ask:
        """Ask for the key that a code gives; without a code, for the list."""
        if not share.code:
            return _list(share, "", "", 0)
        query = urlencode({**_key(share), **_COMMON})
        return Ask(
            f"{_HOME}/share/verify?{query}",
            "verify",
            method="POST",
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": share.url,
            },
            body=urlencode({"pwd": share.code, "vcode": "", "vcode_str": ""}).encode(),
        )

    def read(self, share: Share, ask: Ask, reply: Reply) -> Reading:
        """Read what verifying or listing brought."""
        said = reply.json()
        errno = said.get("errno")
        if errno != 0:
            return _refused(share, reply, said)
        if ask.step == "verify":
            return Reading(asks=(_list(share, "", word(said.get("randsk")), 0),))
        return _listed(share, ask, said)


def _refused(share: Share, reply: Reply, said: dict[str, Any]) -> Reading:
    errno = said.get("errno")
    message = word(said.get("errmsg") or said.get("show_msg") or said.get("err_msg"))
    if isinstance(errno, int) and errno in _CODE:
        state = ShareState.WRONG_CODE if share.code else ShareState.NEEDS_CODE
        return Reading(state, message or f"errno {errno}")
    if isinstance(errno, int) and errno in _STATES:
        return Reading(_STATES[errno], message or f"errno {errno}")
    if isinstance(errno, int) and errno in _REASONS:
        return Reading(ShareState.UNKNOWN, _REASONS[errno])
    if is_challenge(reply.text()):
        return Reading(ShareState.UNKNOWN, CHALLENGED)
    state_of_message = state_said(message) if message else None
    reason = message or (f"errno {errno}" if errno is not None else UNREADABLE)
    return Reading(state_of_message or ShareState.UNKNOWN, reason)


def _listed(share: Share, ask: Ask, said: dict[str, Any]) -> Reading:
    files = records(said.get("list"))
    is_first = not ask.path and ask.page.startswith("1:")
    owner = ask.page.partition(":")[2]
    if not owner:
        owner = f"{word(said.get('share_id') or said.get('shareid'))}-{word(said.get('uk'))}"
    entries, asks = [], []
    for file in files:
        path = word(file.get("path"))
        name = word(file.get("server_filename")) or posixpath.basename(path)
        is_folder = word(file.get("isdir")) == "1"
        shown = f"{ask.path}/{name}" if ask.path else name
        entries.append(
            Entry(
                id=word(file.get("fs_id")),
                path=shown,
                is_folder=is_folder,
                size_bytes=None if is_folder else number(file.get("size")),
                hash=hashed("md5", plain_md5(word(file.get("md5")))),
            )
        )
        if is_folder and path:
            asks.append(_list(share, path, ask.token, ask.depth + 1, shown=shown, owner=owner))
    if len(files) >= _PAGE:
        asks.insert(0, _next(share, ask))
    return Reading(
        state=ShareState.CANCELLED if is_first and not files else ShareState.LIVE,
        reason="empty" if is_first and not files else "",
        title=posixpath.basename(word(said.get("title"))),
        owner_id=word(said.get("uk")),
        entries=tuple(entries),
        asks=tuple(asks),
    )


def _key(share: Share) -> dict[str, str]:
    """Return what names a share: its short address, or share and owner by their numbers."""
    number_, _, owner = share.id.partition("-")
    if number_.isdigit() and owner.isdigit():
        return {"shareid": number_, "uk": owner}
    return {"surl": share.id[1:]}


def _list(
    share: Share,
    folder: str,
    key: str,
    depth: int,
    *,
    shown: str = "",
    owner: str = "",
    page: int = 1,
) -> Ask:
    query = {**_COMMON, "page": str(page), "num": str(_PAGE), "order": "name", "showempty": "0"}
    names = _key(share)
    query |= {"shorturl": names["surl"]} if "surl" in names else names
    query |= {"dir": folder, "root": "0"} if folder else {"root": "1"}
    number_, _, uk = owner.partition("-")
    if folder and number_ and uk:
        query |= {"shareid": number_, "uk": uk}
    headers = {"Referer": share.url}
    if key:
        headers["Cookie"] = f"BDCLND={quote(key, safe='%')}"
    return Ask(
        f"{_HOME}/share/list?{urlencode(query)}",
        "list",
        headers=headers,
        folder=folder,
        path=shown,
        depth=depth,
        page=f"{page}:{owner}",
        token=key,
    )


def _next(share: Share, ask: Ask) -> Ask:
    page, _, owner = ask.page.partition(":")
    return _list(
        share, ask.folder, ask.token, ask.depth, shown=ask.path, owner=owner, page=int(page) + 1
    )
