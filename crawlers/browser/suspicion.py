"""Whether a page looks as if scripts had still to build it, from what was downloaded alone."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from crawlers.browser.looking import look
from crawlers.spiders.pages import is_tangled

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode


class Suspicion(StrEnum):
    """How a page looks: without content, as if something were still to come, or complete.

    DRAWN: with pictures that are at no address, since scripts draw them, or in tiles.
    """

    DRAWN = "drawn"
    SHELL = "shell"
    HINTS = "hints"
    NONE = "none"


_FEW: Final = 200
_SOME: Final = 1_500
"""Characters of text that a shell, and a page of hints, has at most."""
_MOSTLY_SCRIPT: Final = 10
_LONG_SCRIPT: Final = 2_000
# Where the frameworks put what they build.
_ROOTS: Final = (
    "#app, #root, #__next, #__nuxt, #___gatsby, #svelte, #q-app, #main-app, #app-root, #react-root,"
    " #container-app, app-root, [data-reactroot], [ng-app], [data-v-app], [id^=mount]"
)
_FRAMEWORKS: Final = re.compile(
    r"__NEXT_DATA__|__NUXT__|__INITIAL_STATE__|__APOLLO_STATE__|webpackJsonp|webpackChunk"
    r"|ng-version=|data-server-rendered|data-reactroot|/_next/static/|/_nuxt/|chunk-vendors"
    r"|type=[\"']module[\"']|vue(?:\.runtime)?(?:\.global)?(?:\.prod)?(?:\.min)?\.js"
    r"|react(?:-dom)?(?:\.production)?(?:\.min)?\.js",
    re.IGNORECASE,
)
_WANTS_SCRIPTS: Final = re.compile(
    r"javascript|启用.{0,6}脚本|啟用.{0,6}腳本|开启.{0,6}js|浏览器.{0,8}不支持", re.IGNORECASE
)
_LOADING: Final = re.compile(
    r"加载中|載入中|正在加载|正在載入|数据加载|内容加载|请稍[候后]|loading\s?(?:\.{2,}|…|content|data)?",
    re.IGNORECASE,
)
_LATER: Final = (
    ".skeleton, .loading, .spinner, .infinite-scroll, .load-more, [data-infinite-scroll],"
    " [v-cloak], [data-lazy-content], [hx-get], [x-data], [data-controller]"
)
_GOES_ON: Final = re.compile(
    r"(?:window|document|self|top|parent)?\.?location(?:\.href)?\s*=[^=]"
    r"|location\.(?:replace|assign|reload)\s*\(|http-equiv\s*=\s*[\"']?refresh",
    re.IGNORECASE,
)
_WRITES: Final = re.compile(
    r"document\.write(?:ln)?\s*\(|\.innerHTML\s*=|insertAdjacentHTML|eval\s*\(\s*function\s*\(p,a,c,k"
    r"|createElement\s*\(|CryptoJS|\batob\s*\(|decodeURIComponent\s*\(\s*escape",
    re.IGNORECASE,
)

_DRAWS: Final = re.compile(
    r"<canvas\b|\.drawImage\s{0,4}\(|\.putImageData\s{0,4}\(|getContext\s{0,4}\(\s{0,4}[\"']2d"
    r"|scramble_?id|data-(?:scramble|tiles)|openseadragon",
    re.IGNORECASE,
)
_TILE: Final = re.compile(
    r"<\w{1,10}\s[^<>]{0,300}?background(?:-position)?\s{0,4}:[^;<>]{0,300}?-\d{1,5}px"
    r"|<img\b[^<>]{0,300}?position\s{0,4}:\s{0,4}absolute",
    re.IGNORECASE,
)
_FEWEST_TILES: Final = 4
_MEDIA: Final = re.compile(r"<(?:video|audio)\b", re.IGNORECASE)
_EMPTY_PLAYERS: Final = (
    "video:not([src]):not([data-src]):not(:has(source)),"
    " audio:not([src]):not([data-src]):not(:has(source))"
)


def suspicion(markup: str, url: str) -> Suspicion:
    """Say how a page looks."""
    if is_tangled(markup):
        return Suspicion.NONE
    if _is_drawn(markup):
        return Suspicion.DRAWN
    characters = len(look(markup, url).text)
    if characters > _SOME:
        return Suspicion.HINTS if _awaits_medium(markup) else Suspicion.NONE
    tree = LexborHTMLParser(markup)
    scripts = tree.css("script")
    script = "\n".join(_code(one) for one in scripts)
    if characters <= _FEW and _is_shell(tree, markup, script, characters):
        return Suspicion.SHELL
    hints = (
        _warns(tree),
        tree.css_first(_LATER) is not None,
        _LOADING.search(_visible(tree)) is not None,
        bool(scripts) and _FRAMEWORKS.search(markup) is not None,
        _WRITES.search(script) is not None,
        _awaits_medium(markup),
    )
    return Suspicion.HINTS if any(hints) else Suspicion.NONE


def _awaits_medium(markup: str) -> bool:
    """Whether a player stands there that scripts have still to tell what it plays."""
    if _MEDIA.search(markup) is None:
        return False
    return LexborHTMLParser(markup).css_first(_EMPTY_PLAYERS) is not None


def _is_drawn(markup: str) -> bool:
    tiles = sum(1 for _ in islice(_TILE.finditer(markup), _FEWEST_TILES))
    return tiles == _FEWEST_TILES or _DRAWS.search(markup) is not None


def _is_shell(tree: LexborHTMLParser, markup: str, script: str, characters: int) -> bool:
    bundles = tree.css("script[src]")
    mostly_script = len(script) > max(_LONG_SCRIPT, _MOSTLY_SCRIPT * characters)
    return (
        (bool(bundles or script) and any(_is_empty(root) for root in tree.css(_ROOTS)))
        or (_warns(tree) and bool(bundles or script))
        or _GOES_ON.search(script) is not None
        or tree.css_first('meta[http-equiv="refresh" i]') is not None
        or (bool(bundles) and _FRAMEWORKS.search(markup) is not None)
        or (_WRITES.search(script) is not None and not tree.css("a[href]"))
        or mostly_script
    )


def _warns(tree: LexborHTMLParser) -> bool:
    """Whether it tells those without scripts that they see nothing."""
    return any(_WANTS_SCRIPTS.search(one.html or "") for one in tree.css("noscript"))


def _is_empty(root: LexborNode) -> bool:
    return len(root.text(deep=True).split()) <= 1


def _code(script: LexborNode) -> str:
    data = (script.attributes.get("type") or "").casefold() in {
        "application/ld+json",
        "application/json",
    }
    return "" if data else script.text(deep=True)


def _visible(tree: LexborHTMLParser) -> str:
    return tree.body.text(deep=True)[:_SOME] if tree.body else ""
