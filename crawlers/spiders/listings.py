"""File servers whose pages scripts build: the listings of OpenList and AList.

Their interface answers a GET, too (`/api/fs/list?path=…`: OpenList, server/handles/fsread.go). An
answer is read as the page of links that a visitor would see: every channel takes what is its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.spiders.pages import Page

ABOVE: Final = "folder_above"
"""Where a folder's context has the digest of the one that it is in."""
_SIGNS: Final = b"openlist", b"alist"
_SHELL: Final = re.compile(
    r"""\b(?:OPENLIST|ALIST)_CONFIG\b|<meta\s[^>]{0,99}content=["']?(?:OpenList|AList)\b""",
    re.IGNORECASE,
)
_SHELL_CHARACTERS: Final = 20_000
_INTERFACE: Final = "/api/fs/list"
_MOST_ENTRIES: Final = 5_000
_BODY_BYTES: Final = 8 * 2**20
_LONGEST_NAME: Final = 255
_DIGEST_CHARACTERS: Final = 16
_DEEPEST: Final = 20


class Listing(NamedTuple):
    """A folder: `markup` of links to what is in it, `digest` to tell its entries from others'."""

    markup: str
    digest: str


def interface_of(page: Page) -> str | None:
    """Return the address at which the folder of a server's page is listed; None for other pages."""
    beginning = page.text[:_SHELL_CHARACTERS]
    letters = beginning.encode("utf-8", "replace").lower()  # a fraction of what the pattern costs
    if not any(sign in letters for sign in _SIGNS) or _SHELL.search(beginning) is None:
        return None
    return page.link(_listing(unquote(urlsplit(page.url).path).rstrip("/") or "/"))


def listing_of(page: Page) -> Listing | None:
    """Return the folder that is an interface's answer; None for other pages, and empty ones.

    A folder that holds what the one above it does is none: its server lists one for every path.
    """
    parts = urlsplit(page.url)
    if parts.path != _INTERFACE or len(page.body) > _BODY_BYTES:
        return None
    entries = _entries(page.body)
    digest = _digest(entries)
    folder = parse_qs(parts.query).get("path", ["/"])[0].rstrip("/")
    links = "\n".join(_links(folder, entries))
    if not links or page.lease.discovery.context.get(ABOVE) == digest:
        return None
    return Listing(f"<!DOCTYPE html><title>{escape(folder)}</title>\n{links}", digest)


def _digest(entries: list[dict[str, Any]]) -> str:
    names = [one["name"] for one in entries]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()[:_DIGEST_CHARACTERS]


def _entries(body: bytes) -> list[dict[str, Any]]:
    try:
        content = json.loads(body)["data"]["content"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return []
    listed = content[:_MOST_ENTRIES] if isinstance(content, list) else []
    return [one for one in listed if isinstance(one, dict) and _is_name(one.get("name"))]


def _is_name(said: object) -> bool:
    if not isinstance(said, str) or not 0 < len(said) <= _LONGEST_NAME:
        return False
    return "/" not in said and not any("\ud800" <= sign <= "\udfff" for sign in said)


def _links(folder: str, entries: list[dict[str, Any]]) -> Iterator[str]:
    for one in entries:
        name, sign = one["name"], one.get("sign")
        path = f"{folder}/{name}"
        signed = f"?sign={quote(sign)}" if isinstance(sign, str) and sign.isascii() and sign else ""
        if path.count("/") > _DEEPEST:
            return
        address = _listing(path) if one.get("is_dir") is True else f"/d{quote(path)}{signed}"
        yield f'<p><a href="{escape(address)}">{escape(name)}</a></p>'


def _listing(path: str) -> str:
    return f"{_INTERFACE}?path={quote(path, safe='')}"
