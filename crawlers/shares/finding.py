"""Share links in legible text, whole or broken."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from crawlers.shares import hashes
from crawlers.shares.forms import FORMS, Form
from crawlers.shares.legible import Squeezed
from crawlers.shares.share import DIRECT, ED2K, MAGNET, TORRENT

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LINKS: Final = 2000
"""What one text may have; beyond it stands no post."""

_LONGEST_ID: Final = 128
_FEWEST: Final = 2
"""Different letters of an id; those with fewer stand for any («1xxxx»)."""
_LABEL: Final = re.compile(r"[提码密访验口]|pwd|pass|code|解压", re.IGNORECASE)
_GLUED: Final = re.compile(
    r"--|__|[-_]$|[-_][a-z0-9]{4}$|http|pwd|pass|code|www|pan\.", re.IGNORECASE
)
_START: Final = re.compile(r"https?|www|magnet|ed2k|pan\.|pwd|password", re.IGNORECASE)
_OF_ONE_LENGTH: Final = frozenset(
    {"baidu", "aliyun", "quark", "uc", "115", "123", "tianyi", "xunlei", "mobile139", "pikpak"}
    | {"gdrive", "magnet"}
)
_QUERY: Final = re.compile(
    r"(?:\.html?|(?:/[\w.%~-]{0,200}){1,3})?\/?[?&#][^\s\"'<>()\[\]{}「」【】\u3000-\u9fff\x1f]{1,400}"
)
_QUERY_CODE: Final = re.compile(
    r"[?&#](?:pwd|password|passwd|passcode|pass_code|accesscode|code|rlkey|p|%E6%8F%90%E5%8F%96%E7%A0%81)"
    r"[=:]([A-Za-z0-9]{1,30})",
    re.IGNORECASE,
)
_SPREAD_CODE: Final = re.compile(
    r"/?\?(?:public=1&)?(?:pwd|password|code)=([a-z0-9]{4})", re.IGNORECASE
)
_MEGA_KEY: Final = re.compile(r"[#!]([A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
_NO_HOST: Final = re.compile(
    r"(?<![\w.:/-])/?s/(1[\w-]{22}|1[A-Za-z0-9]{7})(?![\w-])(?=.{0,24}?(?:提取码|提取碼|密码|密碼|pwd|码))",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)
_BARE_ID: Final = re.compile(
    r"(?:百度|度盘|度娘|网盘|BD)[^\n\w]{0,4}(1(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{22})(?![\w-])",
    re.ASCII,
)
_LINK_BY_OWNER: Final = re.compile(
    r"(?:pan|yun)\.baidu\.com/(?:share|wap)/(?:link|home)\?([^\s\"'<>\x1f]{8,300})", re.IGNORECASE
)
_SHAREPOINT: Final = re.compile(
    r"([\w-]{1,63}\.sharepoint\.(?:com|cn)/:[a-z]:/[\w./%~-]{8,400})", re.ASCII | re.IGNORECASE
)
_TORRENT: Final = re.compile(
    r"https?://[^\s\"'<>\x1f\u3000-\u9fff]{4,600}?\.torrent(?:\?[\w=&%.~+-]{1,300})?(?![\w.])",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"(?:https?|ftp)://[^\s\"'<>]{4,2000}", re.IGNORECASE)
_BARE_HASH: Final = re.compile(
    r"(?:磁力|磁链|磁力链|磁力链接|种子|特征码|哈希|info_?hash|btih|hash)[^\n\w]{0,6}([0-9a-f]{40})(?![0-9a-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A share's link at `start:end` of a text. `code`: what the link itself says, "" for none.

    `takes` matches a code of the share, None where it takes none; `exact` whether the id has a
    length that is usual, so that it wasn't cut.
    """

    start: int
    end: int
    provider: str
    id: str
    url: str
    opened: str
    code: str = ""
    takes: re.Pattern[str] | None = None
    needs_code: bool = False
    exact: bool = True
    name: str = ""
    size_bytes: int | None = None


def links_in(text: str, *, wrapped: bool = True) -> list[Link]:
    """Return the share links of a legible text in order; with those that others wrap."""
    found = [*_by_server(Squeezed.of(text)), *_by_owner(text), *_by_hash(text)]
    found += _without_host(text)
    if wrapped:
        found += _wrapped(text)
    return _apart(sorted(found, key=lambda link: (link.start, -link.end)))[:MOST_LINKS]


def _apart(links: list[Link]) -> list[Link]:
    """Keep the first of links that overlap."""
    kept: list[Link] = []
    for link in links:
        if not kept or link.start >= kept[-1].end:
            kept.append(link)
        elif (link.exact, len(link.id)) > (kept[-1].exact, len(kept[-1].id)):
            kept[-1] = link
    return kept


def _by_server(squeezed: Squeezed) -> Iterator[Link]:
    lowered = squeezed.letters.lower()
    for form in FORMS:
        for found in form.anchor.finditer(lowered):
            if _is_host(squeezed, found.start(), found.end()):
                link = _link(squeezed, form, found.start(), found.end())
                if link is not None:
                    yield link


def _is_host(squeezed: Squeezed, start: int, end: int) -> bool:
    """Tell whether a host stands there by itself, if broken, then softly."""
    before = squeezed.letters[start - 1 : start]
    if before.isalnum() or before in {"-", "_"}:
        gap = squeezed.gap(start)
        if not gap:
            return False
    return all(squeezed.is_soft(squeezed.gap(cut)) for cut, _ in squeezed.pieces(start, end)[1:])


def _link(squeezed: Squeezed, form: Form, start: int, at: int) -> Link | None:
    if at >= len(squeezed.letters) or not squeezed.is_soft(squeezed.gap(at)):
        return None
    end = _end_of_id(squeezed, form, at)
    if end is None:
        return None
    id_ = form.prefix + squeezed.letters[at:end]
    exact = len(id_) in form.usual or not form.usual
    place = squeezed.end(end)
    if squeezed.text.startswith("..", place) and len(id_) != max(form.usual, default=0):
        return None
    code, after = _own_code(squeezed, form, end, place)
    return Link(
        start=squeezed.place(start),
        end=after,
        provider=form.provider,
        id=id_,
        url=form.url.replace("{id}", id_),
        opened=form.opened.replace("{id}", id_),
        code=code,
        takes=form.code,
        needs_code=form.needs_code,
        exact=exact,
    )


def _end_of_id(squeezed: Squeezed, form: Form, at: int) -> int | None:
    """Return where an id ends that begins at `at`, put together where it was broken."""
    run = re.compile(form.characters + f"{{1,{_LONGEST_ID}}}", re.ASCII).match(squeezed.letters, at)
    if run is None:
        return None
    pieces = squeezed.pieces(at, run.end())
    if not form.usual:
        found = form.id.match(squeezed.letters, at, pieces[0][1])
        return found.end() if found else None
    first = _cut(squeezed.letters, form, at, pieces[0][1])
    whole = first
    if first == pieces[0][1]:
        for start, end in pieces[1:]:
            gap = squeezed.gap(start)
            if not _continues(squeezed, form, gap, squeezed.letters[start:end]):
                break
            joined = _cut(squeezed.letters, form, at, end)
            if _is_id(squeezed.letters, form, at, joined) and _fits(form, joined - at):
                whole = joined
    return whole if _is_id(squeezed.letters, form, at, whole) else None


def _continues(squeezed: Squeezed, form: Form, gap: str, piece: str) -> bool:
    """Tell whether an id may go on after what stands between its pieces."""
    if _LABEL.search(gap) or not squeezed.is_soft(gap) or _START.match(piece):
        return False
    return bool(gap.strip()) or form.provider in _OF_ONE_LENGTH


def _cut(letters: str, form: Form, at: int, end: int) -> int:
    """Return where an id ends to which something else was glued."""
    for usual in form.usual:
        if end - at > usual - len(form.prefix) and _GLUED.match(
            letters, at + usual - len(form.prefix), end
        ):
            return at + usual - len(form.prefix)
    return end


def _fits(form: Form, length: int) -> bool:
    return length + len(form.prefix) in form.usual


def _is_id(letters: str, form: Form, at: int, end: int) -> bool:
    id_ = form.prefix + letters[at:end]
    return form.id.fullmatch(id_) is not None and len(set(id_[1:].lower())) > _FEWEST


def _own_code(squeezed: Squeezed, form: Form, end: int, place: int) -> tuple[str, int]:
    """Return the code that stands in a link itself, and where the link ends in the text."""
    text = squeezed.text
    if form.code is None:
        query = _QUERY.match(text, place)
        return "", query.end() if query else place
    if text.startswith(".html", place):
        place += len(".html")
    if form.provider == "mega":
        key = _MEGA_KEY.match(text, place)
        return (key[1], key.end()) if key else ("", place)
    query = _QUERY.match(text, place)
    if query is not None:
        said = _QUERY_CODE.search(query[0])
        if said and form.code.fullmatch(said[1]):
            return said[1], query.start() + said.end()
        fragment = re.search(r"#([A-Za-z0-9]{4})$", query[0])
        if fragment and form.code.fullmatch(fragment[1]):
            return fragment[1], query.end()
    spread = _SPREAD_CODE.match(squeezed.letters, end)
    if spread and form.code.fullmatch(spread[1]):
        return spread[1], squeezed.end(spread.end())
    return "", query.end() if query else place


_BAIDU: Final = FORMS[0]


def _by_owner(text: str) -> Iterator[Link]:
    """Links that name the owner and the share by numbers, and those of tenants' own hosts."""
    for found in _LINK_BY_OWNER.finditer(text):
        fields = dict(re.findall(r"\b(shareid|uk)=(\d{4,20})", found[1]))
        if len(fields) == len(("shareid", "uk")):
            id_ = f"{fields['shareid']}-{fields['uk']}"
            url = f"https://pan.baidu.com/share/link?shareid={fields['shareid']}&uk={fields['uk']}"
            yield Link(found.start(), found.end(), "baidu", id_, url, url, takes=_BAIDU.code)
    for found in _SHAREPOINT.finditer(text):
        url = "https://" + found[1]
        yield Link(found.start(), found.end(), "onedrive", found[1], url, url)


def _without_host(text: str) -> Iterator[Link]:
    for pattern in (_NO_HOST, _BARE_ID):
        for found in pattern.finditer(text):
            yield Link(
                start=found.start(1),
                end=found.end(1),
                provider="baidu",
                id=found[1],
                url=_BAIDU.url.replace("{id}", found[1]),
                opened=_BAIDU.opened.replace("{id}", found[1]),
                takes=_BAIDU.code,
            )


def _by_hash(text: str) -> Iterator[Link]:
    for found in hashes.MAGNET_LINK.finditer(text):
        if (one := hashes.magnet(found[0])) is not None:
            yield _magnet(one, found.start(), found.end())
    for found in _BARE_HASH.finditer(text):
        yield _magnet(hashes.Magnet(found[1].lower(), ""), found.start(1), found.end())
    for found in hashes.ED2K_LINK.finditer(text):
        if (file := hashes.ed2k(found[0])) is not None:
            yield Link(
                *found.span(),
                ED2K,
                file.hash,
                file.url,
                file.url,
                name=file.name,
                size_bytes=file.size_bytes,
            )
    for found in _TORRENT.finditer(text):
        yield Link(*found.span(), TORRENT, found[0], found[0], found[0])


def _magnet(one: hashes.Magnet, start: int, end: int) -> Link:
    return Link(
        start, end, MAGNET, one.id, one.url, one.url, name=one.name, size_bytes=one.size_bytes
    )


def _wrapped(text: str) -> Iterator[Link]:
    """Links within those of download programs."""
    for found in hashes.WRAPPED.finditer(text):
        inner = hashes.unwrapped(found[0])
        within = links_in(inner, wrapped=False) if inner else []
        if within:
            yield replace(within[0], start=found.start(), end=found.end())
        elif _ADDRESS.fullmatch(inner):
            yield Link(*found.span(), DIRECT, inner, inner, inner)
