"""How pirates disguise a text: each trick takes paragraphs and gives them back as HTML.

The same words, trick and seed give the same page.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from opencc import OpenCC

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_SYMBOLS = "⊥♂÷∮▲§"
_ADVERTISEMENTS = (
    "一秒记住【演示书屋】，更新快，无弹窗！",
    "手机用户请浏览阅读，更优质的阅读体验。",
    "天才一秒记住本站地址，最快更新，免费阅读！",
    "喜欢本书的朋友请收藏本站，方便下次阅读。",
    "Read the newest chapters first on our site, free of charge.",
)
_LOOKALIKES = str.maketrans(
    "aceopxywAEOPBHKMTX0123456789曰未土己入干",
    "асеорхуωАЕОРВНКМТХ𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗日末士已人千",
)
HIDDEN_CLASS = "rd-x"
"""The class that a chapter's own style sheet hides."""


class TextDisguise(NamedTuple):
    """One trick; `change` takes paragraphs and gives HTML fragments, one a paragraph."""

    name: str
    change: Callable[[Sequence[str], Random], list[str]]

    def apply(self, paragraphs: Sequence[str], *, seed: str) -> list[str]:
        """Disguise paragraphs; equal seeds give equal results."""
        return self.change(paragraphs, Random(f"{self.name} {seed}"))  # noqa: S311 - no secret


def _each(change: Callable[[str, Random], str]) -> Callable[[Sequence[str], Random], list[str]]:
    def apply(paragraphs: Sequence[str], dice: Random) -> list[str]:
        return [html.escape(change(paragraph, dice)) for paragraph in paragraphs]

    return apply


def _plain(words: str, _dice: Random) -> str:
    return words


def _traditional(words: str, _dice: Random) -> str:
    return str(_converter().convert(words))


def _wide(words: str, _dice: Random) -> str:
    return words.translate(_wide_forms())


def _lookalike(words: str, _dice: Random) -> str:
    return words.translate(_LOOKALIKES)


def _sprinkled(marks: str, share: float) -> Callable[[str, Random], str]:
    def change(words: str, dice: Random) -> str:
        return "".join(
            character + (dice.choice(marks) if dice.random() < share else "") for character in words
        )

    return change


def _advertised(words: str, dice: Random) -> str:
    sentences = re.split(r"(?<=[。！？.!?])", words)
    spoilt = (
        sentence + (dice.choice(_ADVERTISEMENTS) if dice.random() < 0.15 else "")  # noqa: PLR2004
        for sentence in sentences
    )
    return "".join(spoilt)


def _combined(words: str, dice: Random) -> str:
    return _sprinkled(_ZERO_WIDTH + _SYMBOLS, 0.1)(
        _advertised(_traditional(words, dice), dice), dice
    )


def _decoyed(paragraphs: Sequence[str], dice: Random) -> list[str]:
    """Put what no reader sees between the clauses."""
    return [
        "".join(
            html.escape(clause) + (_decoy(dice) if dice.random() < 0.4 else "")  # noqa: PLR2004
            for clause in re.split(r"(?<=[，。；,.;])", paragraph)
        )
        for paragraph in paragraphs
    ]


def _decoy(dice: Random) -> str:
    words = "".join(dice.choices("的一是在不了有和人这中大为上个国我以要他", k=dice.randint(4, 12)))
    return dice.choice(
        (
            f'<span style="display:none">{words}</span>',
            f'<i style="font-size:0">{words}</i>',
            f'<b class="{HIDDEN_CLASS}">{words}</b>',
        )
    )


def _shuffled(paragraphs: Sequence[str], dice: Random) -> list[str]:
    return [html.escape(paragraph) for paragraph in dice.sample(paragraphs, len(paragraphs))]


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


@cache
def _wide_forms() -> dict[int, int]:
    """Kangxi radicals and full-width letters, by the character that NFKC makes of them."""
    forms = (*range(0x2F00, 0x2FD6), *range(0xFF10, 0xFF5B))
    return {ord(unicodedata.normalize("NFKC", chr(form))): form for form in forms}


TEXT_DISGUISES = (
    TextDisguise("plain", _each(_plain)),
    TextDisguise("traditional", _each(_traditional)),
    TextDisguise("zero-width", _each(_sprinkled(_ZERO_WIDTH, 0.3))),
    TextDisguise("advertised", _each(_advertised)),
    TextDisguise("decoyed", _decoyed),
    TextDisguise("symbols", _each(_sprinkled(_SYMBOLS, 0.2))),
    TextDisguise("wide", _each(_wide)),
    TextDisguise("shuffled", _shuffled),
    TextDisguise("lookalike", _each(_lookalike)),
    TextDisguise("combined", _each(_combined)),
)
"""Every trick, the honest copy first."""
