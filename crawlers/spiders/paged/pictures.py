"""The pages of a comic or document that a page of a site shows: its pictures, in reading order.

Pages of one chapter are alike: they lie in one folder but for numbers, stand in no menu, and lead
nowhere, but perhaps to the next page. Covers that lead to other books do.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from crawlers.links import same_site
from crawlers.spiders.paged.packed import from_base64, opened
from crawlers.spiders.paged.picture_lists import completed, picture_lists, shape
from crawlers.spiders.web import is_medium

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selectolax.lexbor import LexborNode

    from crawlers.spiders.pages import Page

_FEWEST: Final = 3
_MOST_PICTURES: Final = 20_000
_MOST_LEVELS: Final = 12
_LEAST_SIDE: Final = 120
_SCRIPT_CHARACTERS: Final = 1_000_000
_LAZY: Final = (
    *("data-original", "data-src", "data-lazy-src", "data-lazy", "data-echo", "data-url"),
    *("data-actualsrc", "data-original-src", "data-cfsrc", "data-pagespeed-lazy-src", "lazysrc"),
    *("data-image", "data-img", "data-full", "zoomfile", "file", "_src", "z-image-loader-url"),
)
_SETS: Final = ("data-srcset", "data-lazy-srcset", "srcset")
_PLACEHOLDER: Final = re.compile(
    r"^data:|^about:|(?:^|[/_-])(?:loading|lazy(?:load)?|blank|placeholder|pixel|spacer|grey|gray"
    r"|transparent|default|none|1x1)(?:[-_.\w]{0,20})?\.(?:gif|png|jpe?g|svg|webp)",
    re.IGNORECASE,
)
_FURNITURE: Final = re.compile(
    r"(?:^|[/_.-])(?:logo|avatar|icons?|favicon|qr|qrcode|ads?|banner|gravatar|emoji|emot|smiley"
    r"|button|btn|weixin|wechat|header|footer|captcha|thumb|thumbs|cover|covers)(?:[/_.-]|\d|$)",
    re.IGNORECASE,
)
_OUTSIDE: Final = frozenset({"header", "footer", "nav", "aside", "button"})
_READERS: Final = re.compile(
    r"manga|manhua|comic|chapter|reader|viewer|page[-_]?(?:img|image|pic)|cp_?img|mh?img|mainpic"
    r"|content|docpage|preview|pic_?main|bigimg|image",
    re.IGNORECASE,
)
_WITH_LISTS: Final = "[data-pages], [data-images], [data-imgs], [data-pics], input[value*='.']"
_LIST_ATTRIBUTES: Final = ("data-pages", "data-images", "data-imgs", "data-pics", "value")
_MOST_LISTS: Final = 20
_LONGEST_SET: Final = 20_000
_SIZE: Final = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)[wx]")


@dataclass(frozen=True, slots=True)
class _Shown:
    element: LexborNode
    url: str
    linked: str | None


def pictures_in_order(page: Page, *, is_chapter: bool) -> list[str]:
    """Return the addresses of the pages that a page shows; none where it shows no such thing.

    `is_chapter`: it is known to, so that one picture will do, and lists in scripts are believed. A
    profile that finds only some of them is not.
    """
    found = _in_order(page, is_chapter=is_chapter)
    told = list(dict.fromkeys(page.reading.every("pictures")))
    return told if len(told) > len(found) and set(found) <= set(told) else found


def _in_order(page: Page, *, is_chapter: bool) -> list[str]:
    shown = [one for one in _shown(page) if not _is_furniture(one)]
    in_page = _together(page, shown)
    listed = _listed(page, [one.url for one in shown]) if is_chapter else []
    if len(listed) > max(len(in_page), 1):
        return listed
    if len(in_page) >= _FEWEST or (is_chapter and len(in_page) > 1):
        return in_page
    return _main_one(page, shown) if is_chapter else []


def leading_elsewhere(page: Page) -> int:
    """Return how many pictures of a page lead to other pages of its site: a list has many."""
    targets = (page.link(one.linked) for one in _shown(page) if one.linked)
    return sum(url is not None and url != page.url and same_site(url, page.url) for url in targets)


def address_of(attributes: Mapping[str, str | None]) -> str:
    """Return where a picture is that may be loaded late, by the attributes of its element."""
    src = (attributes.get("src") or "").strip()
    src = "" if _PLACEHOLDER.search(src) else src
    for name in _LAZY:
        said = (attributes.get(name) or "").strip()
        if said and not _PLACEHOLDER.search(said) and (is_medium(said) or not is_medium(src)):
            return said
    for name in _SETS:
        if said := _largest(attributes.get(name) or ""):
            return said
    for name, value in attributes.items():
        said = (value or "").strip()
        if name.startswith("data-") and (opened(said) != said or is_medium(said)):
            return said
    return src


def _shown(page: Page) -> Iterator[_Shown]:
    known: set[str] = set()
    for element in page.tree.css("img, amp-img")[:_MOST_PICTURES]:
        url = page.link(opened(address_of(element.attributes)))
        around = _around(element)
        if url is None or around is None or _is_small(element.attributes):
            continue
        whole = page.link(around) if around else None
        if whole is not None and is_medium(whole):
            url, around = whole, ""  # it leads to the picture itself, larger
        if url not in known:
            known.add(url)
            yield _Shown(element, url, around or None)


def _around(element: LexborNode) -> str | None:
    """Return where the link leads that a picture stands in, "" for none; None for furniture."""
    node, href = element.parent, ""
    for _ in range(_MOST_LEVELS):
        if node is None or node.tag == "body":
            break
        if node.tag in _OUTSIDE:
            return None
        if node.tag == "a" and not href:
            href = node.attributes.get("href") or ""
        node = node.parent
    return href


def _together(page: Page, shown: list[_Shown]) -> list[str]:
    """Return the largest number of pictures in one folder that lead nowhere else."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for one in shown:
        if one.linked is None or page.link(one.linked) in {None, page.url}:
            groups[shape(one.url)].append(one.url)
    return max(groups.values(), key=len, default=[])


def _listed(page: Page, shown: list[str]) -> list[str]:
    """Return the longest list of pictures in the page's scripts, or in its elements' data."""
    lists = [one for text in _scripts(page) for one in picture_lists(text)]
    for found in sorted(lists, key=lambda one: -len(one.names)):
        if _FURNITURE.search(found.names[0]):
            continue
        urls = (page.link(address) for address in completed(found, shown))
        return list(dict.fromkeys(url for url in urls if url is not None))
    return []


def _scripts(page: Page) -> Iterator[str]:
    left = _SCRIPT_CHARACTERS
    for element in page.tree.css("script"):
        src = element.attributes.get("src")
        text = _carried(src) if src else element.text(deep=True)
        yield text[:left]
        left = max(left - len(text), 0)
    for element in page.tree.css(_WITH_LISTS)[:_MOST_LISTS]:
        for name in _LIST_ATTRIBUTES:
            text = (element.attributes.get(name) or "")[:left]
            left -= len(text)
            if text:
                yield json.dumps(text)


def _carried(src: str) -> str:
    """Return the script that an address carries in itself, as those that load scripts late do."""
    form, _, said = src[:_SCRIPT_CHARACTERS].partition(",")
    if not form.startswith("data:") or "javascript" not in form:
        return ""
    text = unquote(said)
    return from_base64(text) if form.endswith(";base64") else text


def _main_one(page: Page, shown: list[_Shown]) -> list[str]:
    """Return the picture that a page is there for: marked as such, or the first of a chapter."""
    marked = [one for one in shown if _is_marked(one.element)]
    is_listed = page.lease.discovery.role == "chapter"
    alone = [one for one in shown if one.linked is None] if is_listed else []
    for one in (*marked, *alone):
        target = page.link(one.linked) if one.linked else None
        if target is None or same_site(target, page.url):
            return [one.url]
    return []


def _is_marked(element: LexborNode) -> bool:
    node: LexborNode | None = element
    for _ in range(3):
        if node is None or node.tag == "body":
            return False
        said = node.attributes
        if _READERS.search(f"{said.get('id') or ''} {said.get('class') or ''}"):
            return True
        node = node.parent
    return False


def _is_furniture(one: _Shown) -> bool:
    said = one.element.attributes
    names = f"{said.get('id') or ''} {said.get('class') or ''}"
    return bool(_FURNITURE.search(urlsplit(one.url).path) or _FURNITURE.search(names))


def _is_small(said: Mapping[str, str | None]) -> bool:
    sides = (said.get(name) or "" for name in ("width", "height"))
    return any(one.isdecimal() and int(one[:6]) < _LEAST_SIDE for one in sides)


def _largest(srcset: str) -> str:
    """Return the address of the largest picture of a `srcset` (HTML §4.8.4.2.1)."""
    best, most = "", -1.0
    for candidate in re.split(r",\s+|,(?=https?:|/)", srcset[:_LONGEST_SET]):
        words = candidate.split()
        found = _SIZE.fullmatch(words[1]) if len(words) > 1 else None
        size = float(found[1]) if found else 0.0
        if words and size > most and not _PLACEHOLDER.search(words[0]):
            best, most = words[0].rstrip(","), size
    return best
