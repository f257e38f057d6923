"""Shares in what a page says: its text, its addresses, its scripts, its pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crawlers.shares.encodings import decoded
from crawlers.shares.finding import Link, links_in
from crawlers.shares.legible import legible
from crawlers.shares.markup import streams
from crawlers.shares.naming import size_beside, title_beside
from crawlers.shares.pairing import paired
from crawlers.shares.share import Share

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_CHARACTERS: Final = 1_000_000
"""How much of a text is read: no post is longer."""

_MOST_MARKUP: Final = 8 * MOST_CHARACTERS
_BEGINNING: Final = 5


def shares_in_text(text: str) -> list[Share]:
    """Return the shares that a plain text names, each once, in order."""
    return [share for _, share in _distinct(_named(text)[0])]


def shares_on_page(html: str, url: str = "") -> list[Share]:
    """Return the shares that a page names, each once: those its reader sees first.

    `url` is what the page's own links are relative to. Raises `TooLarge` where the markup is
    nested beyond any page for people.
    """
    read = [_named(text) for text in streams(html[:_MOST_MARKUP], url)]
    named = _distinct(one for named, _ in read for one in named)
    locked = [place for place, (link, share) in enumerate(named) if link.takes and not share.code]
    codes = read[0][1] or read[1][1]
    if len(locked) == len(codes) == 1:  # the page's script leads to what its text has the code of
        link, share = named[locked[0]]
        if link.takes is not None and link.takes.fullmatch(codes[0]):
            named[locked[0]] = link, _opened(link, share, codes[0])
    return [share for _, share in named]


def _named(text: str) -> tuple[list[tuple[Link, Share]], list[str]]:
    """Return the shares of a text in order, and the codes that opened none of them."""
    plain = decoded(legible(text[:MOST_CHARACTERS]))
    pairing = paired(plain, _whole_ones(links_in(plain)))
    named: list[tuple[Link, Share]] = []
    title = ""
    for place, link in enumerate(pairing.links):
        title = title_beside(plain, pairing.links, place, title)
        size_bytes = size_beside(plain, pairing.links, place)
        password = pairing.passwords.get(link.start, "")
        named.append((link, _share(link, password, title, size_bytes)))
    return named, pairing.left


def _opened(link: Link, share: Share, code: str) -> Share:
    return replace(share, code=code, address=link.opened.replace("{code}", code))


def _share(link: Link, password: str, title: str, size_bytes: int | None) -> Share:
    return Share(
        provider=link.provider,
        id=link.id,
        url=link.url,
        code=link.code,
        address=link.opened.replace("{code}", link.code) if link.code else link.url,
        unpack_password=password,
        title=title,
        size_bytes=size_bytes,
    )


def _whole_ones(links: list[Link]) -> list[Link]:
    """Leave out links that are the beginning of another: shown shortened, or cut."""
    known: dict[str, list[str]] = {}
    for link in links:
        known.setdefault(link.provider, []).append(link.id)
    return [
        link
        for link in links
        if link.exact
        or not any(
            len(id_) > len(link.id) and id_.startswith(link.id) for id_ in known[link.provider]
        )
    ]


def _distinct(named: Iterable[tuple[Link, Share]]) -> list[tuple[Link, Share]]:
    """Return each share once, with what is said of it anywhere.

    What begins as one that was seen, but has another length than ids have, is that one with the
    decoys of the page in it.
    """
    known: dict[tuple[str, str], tuple[Link, Share]] = {}
    beginnings: set[tuple[str, str]] = set()
    for link, share in named:
        key, beginning = (share.provider, share.id), (share.provider, share.id[:_BEGINNING])
        if key in known:
            known[key] = known[key][0], _completed(known[key][1], share)
        elif beginning not in beginnings or link.exact:
            known[key] = link, share
            beginnings.add(beginning)
    return list(known.values())


def _completed(first: Share, other: Share) -> Share:
    opened = first if first.code else other
    return replace(
        first,
        code=opened.code,
        address=opened.address,
        unpack_password=first.unpack_password or other.unpack_password,
        title=first.title or other.title,
        size_bytes=first.size_bytes if first.size_bytes is not None else other.size_bytes,
    )
