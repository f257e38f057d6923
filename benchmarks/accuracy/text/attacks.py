"""Copies of a text as pirates make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.suite import Attack
from benchmarks.accuracy.text import fonts, tricks
from benchmarks.accuracy.text.originals import language

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from benchmarks.accuracy.suite import Make, Original

    Trick = Callable[[str, Random], str]

_TRICKED: Final = 300


def _excerpt(letters: int, share: float = 0.0) -> Make:
    def make(original: Original, folder: Path, chance: Random) -> Path:
        text = tricks.excerpt(_read(original), letters, chance)
        return _written(folder, tricks.substituted(text, share, chance))

    return make


def _reworded(letters: int, share: float) -> Make:
    def make(original: Original, folder: Path, chance: Random) -> Path:
        text = tricks.excerpt(_read(original), letters, chance)
        return _written(folder, tricks.reworded(text, share, chance))

    return make


def _tricked(trick: Trick) -> Make:
    def make(original: Original, folder: Path, chance: Random) -> Path:
        text = tricks.excerpt(_read(original), _TRICKED, chance)
        return _written(folder, trick(text, chance))

    return make


def _whole(trick: Trick) -> Make:
    def make(original: Original, folder: Path, chance: Random) -> Path:
        return _written(folder, trick(_read(original), chance))

    return make


def _all_at_once(text: str, chance: Random) -> str:
    text = tricks.advertised(tricks.substituted(text, 0.05, chance), chance)
    return tricks.decoyed(tricks.symbols(tricks.shuffled(text, chance), chance), chance)


def _read(original: Original) -> str:
    return original.path.read_text(encoding="utf-8")


def _written(folder: Path, text: str) -> Path:
    ending = "html" if text.startswith("<!doctype") else "txt"
    path = folder / f"copy.{ending}"
    path.write_text(text, encoding="utf-8")
    return path


def _is_chinese(original: Original) -> bool:
    return language(original) == "zh"


def _is_english(original: Original) -> bool:
    return language(original) == "en"


ATTACKS: Final = (
    Attack("letters", 60, 0.99, _excerpt(60)),
    Attack("letters", 120, 0.99, _excerpt(120)),
    Attack("120 letters, share changed", 0.05, 0.98, _excerpt(120, 0.05)),
    Attack("120 letters, share changed", 0.1, 0.98, _excerpt(120, 0.1)),
    Attack("300 letters, share changed", 0.15, 0.99, _excerpt(300, 0.15)),
    Attack("300 letters, share changed", 0.2, None, _excerpt(300, 0.2)),
    Attack("300 letters, share of words changed", 0.1, 0.98, _reworded(300, 0.1), _is_english),
    Attack("traditional", None, 0.99, _tricked(tricks.traditional), _is_chinese),
    Attack("full width", None, 0.99, _tricked(tricks.full_width), _is_english),
    Attack("lookalikes", None, 0.99, _tricked(tricks.lookalikes)),
    Attack("zero width", None, 0.99, _tricked(tricks.zero_width)),
    Attack("symbols between", None, 0.99, _tricked(tricks.symbols)),
    Attack("advertised", None, 0.99, _tricked(tricks.advertised)),
    Attack("hidden decoys", None, 0.99, _tricked(tricks.decoyed)),
    Attack("generated text", None, 0.99, _tricked(tricks.generated)),
    Attack("flex order", None, 0.99, _tricked(tricks.reordered)),
    Attack("font, private code points", None, 0.95, _tricked(fonts.remapped)),
    Attack("font, permuted characters", None, 0.95, _tricked(fonts.permuted)),
    Attack("characters as named pictures", None, 0.95, _tricked(tricks.pictured)),
    Attack("characters as drawn pictures", None, 0.95, _tricked(fonts.drawn)),
    Attack("shuffled paragraphs", None, 0.99, _whole(tricks.shuffled)),
    Attack("all at once", None, 0.95, _whole(_all_at_once)),
)
