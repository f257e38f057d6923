"""What pirates do to a text so that a search for its words fails; a reader hardly sees it."""

from __future__ import annotations

import html
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from opencc import OpenCC

if TYPE_CHECKING:
    from random import Random

_HAN_NOTICES: Final = (
    "一秒记住ωωω.biquge.com，更新快，无弹窗！",
    "（本章未完，请翻页）",
    "【新笔趣阁首发】",
)
_LATIN_NOTICES: Final = ("Read the latest chapters at novelhall!", "[Translated by freewebnovel]")
_SYMBOLS: Final = "⊥♂÷＊★～"
_ZERO_WIDTH: Final = "\u200b\u200c\u200d\u2060\ufeff\u202c"
_LOOKALIKES: Final = dict(zip("aceopxyi", "асеорхуі", strict=True))
_COMMON_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def excerpt(text: str, letters: int, chance: Random) -> str:
    """Cut a stretch with so many letters, from anywhere."""
    places = [at for at, one in enumerate(text) if one.isalnum()]
    start = chance.randrange(max(1, len(places) - letters))
    return text[places[start] : places[min(start + letters, len(places)) - 1] + 1]


def substituted(text: str, share: float, chance: Random) -> str:
    """Change a share of the letters to others of the same script."""
    places = [at for at, one in enumerate(text) if one.isalnum()]
    changed = list(text)
    for at in chance.sample(places, round(share * len(places))):
        changed[at] = chance.choice(_common_han() if text[at] >= "\u2e80" else _COMMON_LETTERS)
    return "".join(changed)


def reworded(text: str, share: float, chance: Random) -> str:
    """Change a share of the words to other words of the text."""
    words = text.split(" ")
    others = sorted({one for one in words if one.isalpha()})
    for at in chance.sample(range(len(words)), round(share * len(words))):
        words[at] = chance.choice(others)
    return " ".join(words)


def traditional(text: str, chance: Random) -> str:
    """Write it as Taiwan or Hong Kong does."""
    return str(OpenCC(chance.choice(("s2t", "s2tw", "s2hk"))).convert(text))


def full_width(text: str, chance: Random) -> str:  # noqa: ARG001 - all tricks are called alike
    """Write Latin letters and digits full width."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def lookalikes(text: str, chance: Random) -> str:
    """Write radicals for Han, and Cyrillic for half of the Latin letters that have a likeness."""
    radicals = _radicals()
    return "".join(
        radicals.get(one) or (_LOOKALIKES.get(one, one) if chance.random() < 0.5 else one)  # noqa: PLR2004
        for one in text
    )


def zero_width(text: str, chance: Random) -> str:
    """Put characters that aren't seen between all others."""
    return "".join(one + chance.choice(_ZERO_WIDTH) for one in text)


def symbols(text: str, chance: Random) -> str:
    """Put a symbol after every second or third character."""
    return "".join(one + (chance.choice(_SYMBOLS) if chance.random() < 0.4 else "") for one in text)  # noqa: PLR2004


def advertised(text: str, chance: Random) -> str:
    """Put the site's notices into it, every hundred characters or so."""
    notices = _HAN_NOTICES if _is_han(text) else _LATIN_NOTICES
    done, at = "", 0
    while at < len(text):
        length = chance.randint(60, 140)
        done += text[at : at + length] + chance.choice(notices)
        at += length
    return done


def shuffled(text: str, chance: Random) -> str:
    """Put its paragraphs, of 80 letters at least, in another order."""
    paragraphs = [""]
    for line in text.split("\n"):
        paragraphs[-1] += line + "\n"
        if sum(map(str.isalnum, paragraphs[-1])) >= 80:  # noqa: PLR2004
            paragraphs.append("")
    chance.shuffle(paragraphs)
    return "".join(paragraphs)


def decoyed(text: str, chance: Random) -> str:
    """Put text that isn't seen between the characters, by rules of several kinds."""
    hidden = (
        '<span class="a1">{}</span>',
        '<i style="font-size:0">{}</i>',
        '<b style="position:absolute;left:-9999px">{}</b>',
        '<em style="color:#fff">{}</em>',
        '<span class="a2 a3">{}</span>',
        '<u style="opacity:0">{}</u>',
    )
    source = _common_han() if _is_han(text) else _COMMON_LETTERS
    body = ""
    for one in text:
        body += html.escape(one)
        if chance.random() < 0.15:  # noqa: PLR2004
            body += chance.choice(hidden).format("".join(chance.choices(source, k=3)))
    style = (
        "body{background:#fff;color:#222} .a1{display:none} .a3{visibility:visible}"
        " span.a2.a3{visibility:hidden !important} .a2{visibility:visible}"
    )
    return _page(style, _lines(body))


def generated(text: str, chance: Random) -> str:
    """Leave words to the style sheet: attr() and strings in ::before and ::after."""
    rules: list[str] = []
    body, at = "", 0
    while at < len(text):
        size = chance.randint(1, 3)
        piece, number = text[at : at + size], len(rules)
        at += size
        if chance.random() > 0.3 or "\n" in piece or not piece.strip():  # noqa: PLR2004
            body += html.escape(piece)
        elif chance.random() < 0.5:  # noqa: PLR2004
            body += f'<s class="t" data-w="{html.escape(piece)}"></s>'
        else:
            escaped = "".join(f"\\{ord(one):06x}" for one in piece)
            rules.append(f'.k{number}::after{{content:"{escaped}"}}')
            body += f'<s class="k{number}"></s>'
    style = ".t::before{content:attr(data-w)}" + "".join(rules)
    return _page(style, _lines(body))


def reordered(text: str, chance: Random) -> str:
    """Write pieces in another order than a flex container shows them."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        size = chance.randint(4, 12)
        pieces.append(f'<span style="order:{len(pieces) + 1}">{html.escape(text[at : at + size])}')
        at += size
    chance.shuffle(pieces)
    rows = "".join(f"{one}</span>" for one in pieces)
    return _page(".f{display:flex;flex-wrap:wrap}", f'<div class="f">{rows}</div>')


def pictured(text: str, chance: Random) -> str:
    """Put little pictures for a fifth of the characters, named after what they show."""
    body = ""
    for one in text:
        if one.isalnum() and chance.random() < 0.2:  # noqa: PLR2004
            body += f'<img src="/zi/{one}.png">' if chance.random() < 0.5 else f'<img alt="{one}">'  # noqa: PLR2004
        else:
            body += html.escape(one)
    return _page("", _lines(body))


def _page(style: str, body: str) -> str:
    return (
        f"<!doctype html><html><head><meta charset=utf-8><style>{style}</style></head><body>"
        f"<ul><li><a href='/'>Home 首页</a></ul>{body}</body></html>"
    )


def _lines(body: str) -> str:
    return "".join(f"<p>{line}</p>" for line in body.split("\n") if line.strip())


def _is_han(text: str) -> bool:
    return sum(one >= "\u2e80" for one in text) > len(text) // 3


@cache
def _common_han() -> str:
    """GB 2312, level 1: the 3,755 most common characters."""
    codes = bytes(
        byte for row in range(0xB0, 0xD8) for at in range(0xA1, 0xFF) for byte in (row, at)
    )
    return codes.decode("gb2312", "ignore")


@cache
def _radicals() -> dict[str, str]:
    radicals = map(chr, range(0x2F00, 0x2FD6))
    return {unicodedata.normalize("NFKC", one): one for one in radicals}
