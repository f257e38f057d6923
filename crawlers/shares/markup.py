"""Markup as text in which the addresses of attributes stand where their elements do."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin

from selectolax.lexbor import LexborHTMLParser

from crawlers.shares.legible import HARD, words
from fingerprints.contract import Limits
from fingerprints.errors import TooLarge
from fingerprints.text.page import page_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

DEEPEST: Final = Limits().markup_depth
_MOST_ATTRIBUTES: Final = 5000
_MOST_MARKS: Final = 5000
_LONGEST_VALUE: Final = 8192
_MARK: Final = re.compile("\ue000(\\d{1,5})\ue001")
_HINT: Final = re.compile(
    r"baidu|ali(?:pan|yundrive)|q[uo]ark|\.uc\.cn|115|anxia|123|189\.cn|lanz|lanosso|woozooo|xunlei|139\.com|10086"
    r"|weiyun|pikpak|ctfile|pipipan|545c|089|474b|590m|t00y|dufile|u062|306t|400gb|n802|ct4t|feij|jianguoyun"
    r"|cowtransfer|c-t\.work|wenshushu|wss|ws28|wenxiaozhan|mega\.|google|dropbox|mediafire|1drv|sharepoint|tera"
    r"|box\.com|gofile|pixeldrain|1fichier|rapidgator|rg\.to|magnet:|ed2k:|thunder:|flashget:|qqdl:|\.torrent"
    r"|aHR0c|cGFuL|bWFnbmV0|ZWQya|d3d3L",
    re.IGNORECASE,
)
_CODE_NAME: Final = re.compile(
    r"(?:pwd|passw|passcode|code|tiquma|clipboard|copy|mima)", re.IGNORECASE
)
_CODE_VALUE: Final = re.compile(r"\s*[A-Za-z0-9]{4}\s*")
_BLOCKS: Final = words(
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol option p"
    " pre section summary table tbody tfoot thead title tr ul"
)
_CELLS: Final = frozenset({"td", "th"})
_SILENT: Final = frozenset({"script", "style", "template", "head", "iframe", "object"})
_VOID: Final = words("area base br col embed hr img input link meta param source track wbr")
_TABULAR: Final = frozenset({"table", "tbody", "thead", "tfoot", "tr", "select", "ul", "ol", "dl"})
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([/\"'nrt\\]))")
_CONTROL: Final = {"n": "\n", "r": "\n", "t": " "}
_TAG: Final = re.compile(
    r"<(/?[a-zA-Z][a-zA-Z0-9]{0,15})((?:[^<>\"']|\"[^\"]{0,4096}\"|'[^']{0,4096}'){0,64})>"
)
_HREF: Final = re.compile(
    r"(?:href|src|data-[a-z-]{1,20})\s{0,4}=\s{0,4}[\"']([^\"']{4,4096})[\"']"
)


def streams(html: str, url: str = "") -> list[str]:
    """Return what a page says as texts, the one its reader sees first. Raises `TooLarge`.

    Addresses in attributes stand before their element's text, between `HARD`. After the visible
    text comes the whole text, whatever is hidden, then what each script says, then the metadata.
    """
    _check(html)
    tree = LexborHTMLParser(html)
    said = _marked(tree, url)

    def filled(text: str) -> str:
        return _MARK.sub(lambda found: HARD + said[int(found[1])] + HARD, text)

    whole = filled(_whole(tree))
    seen = (
        filled(page_text(tree.html or "", depth_limit=DEEPEST))
        if said or _HINT.search(whole)
        else ""
    )
    return [seen, whole, *_scripts(tree), *_metadata(tree)]


def _check(html: str) -> None:
    """Raise `TooLarge` where a parser's work would grow with the square of the markup's."""
    for tag in html.split("<"):
        if len(tag) > _MOST_ATTRIBUTES:
            head = tag.partition(">")[0]
            if max(head.count("="), len(head.split())) > _MOST_ATTRIBUTES:
                raise TooLarge("markup_attributes", _MOST_ATTRIBUTES)
    if html.count("<") - html.count("</") > DEEPEST:
        page_text(html, depth_limit=DEEPEST)  # which checks before it parses


def _marked(tree: LexborHTMLParser, url: str) -> list[str]:
    """Put marks into the tree where attributes say something; return what they stand for."""
    said: list[str] = []
    top = tree.body or tree.root
    if top is None:
        return said
    for node in [node for node in top.traverse(include_text=False) if node.is_element_node]:
        values = list(_values(node, url))
        if not values or len(said) >= _MOST_MARKS:
            continue
        _mark(node, f"\ue000{len(said)}\ue001")
        said.append(f"{HARD} ".join(values))
    return said


def _values(node: LexborNode, url: str) -> Iterator[str]:
    """Return what an element's attributes say of shares: addresses, and codes by their name."""
    if node.tag in _SILENT:
        return
    addresses, codes = [], []
    for name, value in node.attributes.items():
        if not value or name in {"class", "style", "id"}:
            continue
        value = value[:_LONGEST_VALUE]  # noqa: PLW2901  what goes beyond says nothing
        if _HINT.search(value):
            addresses.append(_address(value, url if name == "href" else ""))
        elif _CODE_VALUE.fullmatch(value):
            if name == "value" and node.tag == "input":
                yield value.strip()
            elif _CODE_NAME.search(name):
                codes.append(value.strip())
    yield from addresses
    yield from (f"pwd: {code}" for code in codes)


def _address(value: str, url: str) -> str:
    value = unescape(value)
    if url and re.search(r"\.torrent(?:\?|$)", value, re.IGNORECASE):
        return urljoin(url, value)
    if "%" in value and not value.lower().startswith(("magnet:", "ed2k:")):
        value = unquote(unquote(value))
    return unescaped(value)


def _mark(node: LexborNode, mark: str) -> None:
    if node.tag in _VOID:
        node.insert_before(mark)
    elif node.tag in _TABULAR:
        inner = node.css_first("td, th, li, option, dd, dt")
        (inner or node).insert_child(mark)
        if inner is not None:
            _first(inner)
    else:
        node.insert_before(mark)


def _first(node: LexborNode) -> None:
    """Move what was put last into an element to its front."""
    last, first = node.last_child, node.child
    if last is not None and first is not None and last.mem_id != first.mem_id:
        first.insert_before(last)
        last.decompose()


def _whole(tree: LexborHTMLParser) -> str:
    """Return all text of a page but that of scripts, whatever is hidden."""
    top = tree.body or tree.root
    if top is None:
        return ""
    pieces: list[str] = []
    for node in top.traverse(include_text=True):
        if node.is_text_node:
            parent = node.parent
            if parent is None or parent.tag not in _SILENT:
                pieces.append(re.sub(r"[ \t\n\r\f]+", " ", node.text_content or ""))
        elif node.tag in _BLOCKS:
            pieces.append("\n")
        elif node.tag in _CELLS:
            pieces.append(" ")
    return "".join(pieces)


def _scripts(tree: LexborHTMLParser) -> Iterator[str]:
    """Return what scripts say of shares, their escapes undone and their tags taken out."""
    for node in tree.css("script, template, noscript"):
        text = node.text(deep=True) or node.html or ""
        if _HINT.search(text):
            yield without_tags(unescaped(unescaped(text)))


def _metadata(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css("meta[content]"):
        content = node.attributes.get("content") or ""
        if _HINT.search(content):
            yield unescaped(content[:_LONGEST_VALUE])


def unescaped(text: str) -> str:
    r"""Undo the escapes of JavaScript and JSON strings (`\/`, `\u002F`, `\n`)."""
    if "\\" not in text:
        return text

    def plain(found: re.Match[str]) -> str:
        if found[1] or found[2]:
            return chr(int(found[1] or found[2], 16))
        return _CONTROL.get(found[3], found[3])

    return _ESCAPE.sub(plain, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def without_tags(text: str) -> str:
    """Put the addresses of tags in place of the tags, for markup within a script."""
    if "<" not in text:
        return text

    def plain(found: re.Match[str]) -> str:
        addresses = "".join(f"{HARD}{value}{HARD}" for value in _HREF.findall(found[2]))
        return ("\n" if found[1].lower().strip("/") in _BLOCKS else "") + addresses

    return unescape(_TAG.sub(plain, text))
