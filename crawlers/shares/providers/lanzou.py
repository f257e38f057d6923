"""Lanzou (蓝奏云): a page for each share, whose own form takes the code and lists a folder.

The page's script names the fields of the form; they are read, no script is run. A page that sets a
script to solve in place of the share (`acw_sc__v2`) ends the inquiry.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import parse_qsl, urlencode, urljoin

from crawlers.shares.providers.contract import (
    CHALLENGED,
    UNREADABLE,
    Ask,
    Entry,
    Reading,
    ShareState,
    joined,
    records,
    word,
)
from crawlers.shares.providers.messages import is_challenge, state_said

if TYPE_CHECKING:
    from crawlers.shares.providers.contract import Reply
    from crawlers.shares.share import Share

_MOST_CHARACTERS: Final = 400_000
_REMARK: Final = re.compile(
    r"<!--.{0,20000}?-->|/\*.{0,20000}?\*/|(?<![:'\"])//[^\n]{0,2000}", re.DOTALL
)
_FORM: Final = re.compile(r"data\s{0,4}:\s{0,4}\{([^{}]{1,2000})\}")
_FORM_TEXT: Final = re.compile(r"data\s{0,4}:\s{0,4}'([\w&=%.-]{1,1000})'")
_FIELD: Final = re.compile(r"'(\w{1,30})'\s{0,4}:\s{0,4}(?:'([^']{0,500})'|([\w$]{1,60}))")
_VARIABLE: Final = re.compile(
    r"(?:var\s|[;\n])\s{0,4}([\w$]{1,60})\s{0,4}=\s{0,4}['\"]?([^'\";\n]{0,500})['\"]?;"
)
_TARGET: Final = re.compile(r"url\s{0,4}:\s{0,4}'(/(?:ajaxm|filemoreajax)\.php[^']{0,200})'")
_TITLE: Final = re.compile(r"<title>([^<]{1,300}?)(?:\s-\s蓝奏云)?</title>", re.IGNORECASE)
_NAME: Final = re.compile(
    r"id=\"filenajax\"[^>]{0,200}>([^<]{1,300})<|class=\"n_box_3fn\"[^>]{0,200}>([^<]{1,300})<"
    r"|var\s{1,4}filename\s{0,4}=\s{0,4}'([^']{1,300})'"
)
_SIZE: Final = re.compile(
    r"大小[^0-9<]{0,20}(?:<[^>]{0,100}>)?[^0-9<]{0,10}([0-9.]{1,10})\s?([BKMG])", re.IGNORECASE
)
_FOLDER: Final = re.compile(
    r"(?:folderlink|mbxfolder)[^<>]{0,200}>?\s{0,20}(?:<a[^<>]{0,200}?)?href=\"/?([\w/]{3,40})\"[^<>]{0,200}>"
    r"(?:\s{0,20}<[^>]{0,100}>)?\s{0,20}([^<\s][^<]{0,199})<",
    re.IGNORECASE,
)
_LOCKED: Final = re.compile(r"输入密码|passwddiv|pwdload|id=\"pwd\"")
_OFF: Final = re.compile(r"class=[\"']off[\"'][^>]{0,200}>(.{1,1000})", re.DOTALL)
_TAGS: Final = re.compile(r"<[^<>]{0,2000}>")
_SHORT_PAGE: Final = 1500
_POWERS: Final = {"B": 0, "K": 10, "M": 20, "G": 30}
_GOT: Final = 1
_NO_MORE: Final = 2
_WRONG: Final = 3


class Lanzou:
    """Reads shares of lanzou's many hosts."""

    provider: ClassVar[str] = "lanzou"

    def first(self, share: Share) -> Ask:
        """Ask for the share's page."""
        return Ask(share.url, "page")

    def read(self, share: Share, ask: Ask, reply: Reply) -> Reading:
        """Read the page, or what its form answers."""
        if ask.step == "page":
            return _page(share, ask, reply.text()[:_MOST_CHARACTERS])
        if is_challenge(reply.text()):
            return Reading(ShareState.UNKNOWN, CHALLENGED)
        return _file(ask, reply) if ask.step == "file" else _folder(share, ask, reply)


def _page(share: Share, ask: Ask, markup: str) -> Reading:
    text = _REMARK.sub("", markup)
    if "acw_sc__v2" in markup:
        return Reading(ShareState.UNKNOWN, CHALLENGED)
    title = _title(text)
    fields, target = _form(text), _TARGET.search(text)
    if target is None and not _LOCKED.search(text) and (size := _SIZE.search(text)) and title:
        entry = Entry(share.id, joined(ask.path, title), is_folder=False, size_bytes=_size(size))
        return Reading(ShareState.LIVE, title=title, entries=(entry,))
    if target is None:
        words = _gone(text)
        state = state_said(words) or (ShareState.NEEDS_CODE if _LOCKED.search(text) else None)
        return Reading(state or ShareState.UNKNOWN, words if state else UNREADABLE)
    if _LOCKED.search(text) and not share.code:
        return Reading(ShareState.NEEDS_CODE, title=title)
    folders = tuple(
        Entry(found[1], joined(ask.path, unescape(found[2]).strip()), is_folder=True)
        for found in _FOLDER.finditer(text)
    )
    step = "file" if target[1].startswith("/ajaxm") else "folder"
    said = _submitted(share, ask, target[1], fields, step, 1)
    deeper = tuple(
        Ask(urljoin(share.url, f"/{one.id}"), "page", path=one.path, depth=ask.depth + 1)
        for one in folders
    )
    return Reading(title=title, entries=folders, asks=(said, *deeper))


def _gone(text: str) -> str:
    """Return what a page says in place of a share; the links around one («举报») say nothing."""
    off = _OFF.search(text)
    said = off[1] if off else text if len(text) < _SHORT_PAGE else ""
    return " ".join(_TAGS.sub(" ", said).split())[:200]


def _submitted(
    share: Share, ask: Ask, target: str, fields: dict[str, str], step: str, page: int
) -> Ask:
    """Return the page's form, filled with the code and the page that is wanted."""
    filled = dict(fields)
    if step == "file":
        filled["p"] = share.code
    else:
        filled |= {"pg": str(page), "pwd": share.code}
    return Ask(
        urljoin(share.url, target),
        step,
        method="POST",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": share.url,
            "X-Requested-With": "XMLHttpRequest",
        },
        body=urlencode(filled).encode(),
        path=ask.path,
        depth=ask.depth,
        page=str(page),
        token=urlencode({**fields, "_target": target}),
    )


def _file(ask: Ask, reply: Reply) -> Reading:
    said = reply.json()
    message = word(said.get("inf"))
    if said.get("zt") == _GOT:
        entry = Entry("", joined(ask.path, message), is_folder=False)
        return Reading(ShareState.LIVE, title=message, entries=(entry,) if message else ())
    return Reading(state_said(message) or ShareState.UNKNOWN, message or UNREADABLE)


def _folder(share: Share, ask: Ask, reply: Reply) -> Reading:
    said = reply.json()
    status, message = said.get("zt"), word(said.get("info"))
    if status == _NO_MORE:
        return Reading(ShareState.LIVE)
    if status != _GOT:
        state = ShareState.WRONG_CODE if status == _WRONG else state_said(message)
        return Reading(state or ShareState.UNKNOWN, message or UNREADABLE)
    entries = tuple(
        Entry(
            id=word(file.get("id")),
            path=joined(ask.path, word(file.get("name_all"))),
            is_folder=False,
            size_bytes=_size(re.match(r"([0-9.]{1,10})\s?([BKMG])", word(file.get("size")))),
        )
        for file in records(said.get("text"))
    )
    fields = dict(parse_qsl(ask.token, keep_blank_values=True))
    target = fields.pop("_target", "")
    more = _submitted(share, ask, target, fields, "folder", int(ask.page) + 1)
    return Reading(ShareState.LIVE, entries=entries, asks=(more,) if entries and target else ())


def _form(text: str) -> dict[str, str]:
    """Return the fields of the page's form: the longest one, its variables resolved."""
    written = max(_FORM.findall(text), key=len, default="")
    if not written:
        found = _FORM_TEXT.search(text)
        pairs = [pair.partition("=") for pair in found[1].split("&")] if found else []
        return {name: value for name, _, value in pairs}
    variables = dict(_VARIABLE.findall(text))
    return {
        name: quoted if not bare else (bare if bare.isdigit() else variables.get(bare, ""))
        for name, quoted, bare in _FIELD.findall(written)
    }


def _title(text: str) -> str:
    named = _NAME.search(text)
    if named:
        return unescape(next(filter(None, named.groups()))).strip()
    titled = _TITLE.search(text)
    return unescape(titled[1]).strip() if titled else ""


def _size(found: re.Match[str] | None) -> int | None:
    if found is None:
        return None
    try:
        return int(float(found[1]) * (1 << _POWERS[found[2].upper()]))
    except ValueError:
        return None
