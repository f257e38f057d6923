"""What is left of a text when everything a pirate may change at no cost is taken away.

One look-up table over code points: compatibility decomposition (NFKD, UAX #15) with marks dropped,
so that composed and decomposed writing agree; case folding; Traditional, regional and Japanese Han
folded to Simplified (OpenCC's dictionaries); confusables; and only letters, digits and Han kept.
Composition by neighbours never happens, so one character at a time loses nothing.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.text.confusables import CAPITALS, LETTERS, RADICALS, STROKES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

CODE_POINTS: Final = 0x110000
BLOCK: Final = 1 << 15
# Assigned letters that neither NFKD nor case folding changes, skipped for speed: extension A,
# unified ideographs, Hangul syllables (kept whole, not as jamo), extensions B–F and G–H.
_UNCHANGED: Final = (
    (0x3400, 0x4DC0),
    (0x4E00, 0xA000),
    (0xAC00, 0xD7A4),
    (0x20000, 0x2EBF0),
    (0x30000, 0x323B0),
)
# Blank though Unicode calls them letters: Hangul fillers, half-width filler, Khmer inherent vowels.
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5")
_SCANNED: Final = ((0, 0xE000), (0xF900, 0x20000), (0x2F800, 0x2FA20))


@dataclass(frozen=True, slots=True)
class Normalised:
    """Normalised characters and where each came from.

    `characters`: (n,) uint32 code points. `offsets`: (n,) int64, ascending, the code point of the
    text each was made from; a character that expands gives its offset several times.
    """

    characters: NDArray[np.uint32]
    offsets: NDArray[np.int64]

    def __getitem__(self, chosen: slice) -> Normalised:
        """Those of a slice."""
        return Normalised(self.characters[chosen], self.offsets[chosen])


@dataclass(frozen=True, slots=True)
class _Table:
    """`single`: (CODE_POINTS,) int32; 0 drops, −n stands for the n-th expansion.

    The n-th expansion is `expansions[begins[n] : begins[n] + lengths[n]]`.
    """

    single: NDArray[np.int32]
    expansions: NDArray[np.int32]
    begins: NDArray[np.int64]
    lengths: NDArray[np.int64]


def normalise(text: str) -> Normalised:
    """Fold a text to its bare characters; normalising the result again changes nothing."""
    return joined(list(normalised_blocks(text)))


def normalised_blocks(text: str) -> Iterator[Normalised]:
    """Fold a text some thousand characters at a time: what fits a cache costs a third."""
    table = _table()
    for start in range(0, len(text), BLOCK):
        written = text[start : start + BLOCK].encode("utf-32-le", "surrogatepass")
        folded = table.single.take(np.frombuffer(written, np.uint32), mode="clip")
        offsets = np.flatnonzero(folded != 0)  # faster than of the integers
        kept = folded.take(offsets, mode="clip")
        offsets += start
        if kept.size and kept.min() < 0:
            yield _expanded(kept, offsets, table)
        else:
            yield Normalised(kept.view(np.uint32), offsets)


def joined(pieces: Sequence[Normalised]) -> Normalised:
    """Pieces of one text, in order, as one."""
    if not pieces:
        return Normalised(np.zeros(0, np.uint32), np.zeros(0, np.int64))
    if len(pieces) == 1:
        return pieces[0]
    characters = np.concatenate([one.characters for one in pieces])
    return Normalised(characters, np.concatenate([one.offsets for one in pieces]))


def _expanded(kept: NDArray[np.int32], offsets: NDArray[np.int64], table: _Table) -> Normalised:
    lengths = np.where(kept < 0, table.lengths[np.maximum(-kept, 0)], 1)
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    characters = np.repeat(kept, lengths)
    several = np.flatnonzero(characters < 0)
    begins = table.begins[-characters[several]]
    characters[several] = table.expansions[begins + within[several]]
    return Normalised(characters.view(np.uint32), np.repeat(offsets, lengths))


@cache
def _table() -> _Table:
    single = np.zeros(CODE_POINTS, np.int32)
    for start, end in _UNCHANGED:
        single[start:end] = np.arange(start, end, dtype=np.int32)
    han = _han_folds()
    for written, read in han.items():
        single[ord(written)] = ord(read)
    expansions: list[str] = [""]
    for character in _scanned():
        folded = _fold(character, han)
        if len(folded) == 1:
            single[ord(character)] = ord(folded)
        elif folded:
            single[ord(character)] = -len(expansions)
            expansions.append(folded)
    lengths = np.array([len(one) for one in expansions], np.int64)
    joined = np.frombuffer("".join(expansions).encode("utf-32-le"), np.int32)
    return _Table(single, joined, np.cumsum(lengths) - lengths, lengths)


def _scanned() -> Iterator[str]:
    skipped = dict(_UNCHANGED)
    for start, end in _SCANNED:
        point = start
        while point < end:
            if point in skipped:
                point = skipped[point]
                continue
            yield chr(point)
            point += 1


def _fold(character: str, han: dict[str, str]) -> str:
    """Fold one character; "" drops it."""
    written = CAPITALS.get(character) or RADICALS.get(character) or character
    decomposed = unicodedata.normalize("NFKD", written).casefold()
    folded = unicodedata.normalize("NFKD", decomposed)
    return "".join(filter(None, (_bare(one, han) for one in folded)))


def _bare(one: str, han: dict[str, str]) -> str:
    if one in _BLANK:
        return ""
    category = unicodedata.category(one)
    if category[0] == "N":
        digit = unicodedata.digit(one, -1)
        return str(digit) if digit >= 0 else one if category == "Nl" else ""
    if category[0] != "L" or "\u02b0" <= one <= "\u02ff":  # modifier letters are like marks
        return ""
    one = LETTERS.get(one) or STROKES.get(one) or one
    return han.get(one, one)


def _han_folds() -> dict[str, str]:
    """Han character → the one that stands for all its spellings, by OpenCC's dictionaries.

    Pairs are joined both ways: a conversion to Taiwan's or Hong Kong's writing, or one that took
    another of several candidates, is undone though Traditional → Simplified alone would not.
    """
    root: dict[str, str] = {}

    def find(one: str) -> str:
        while (up := root.get(one, one)) != one:
            one = up
        return one

    for written, read in _pairs():
        root.setdefault(find(written), find(read))
        if find(written) != find(read):
            root[find(written)] = find(read)
    return {written: find(written) for written in root if find(written) != written}


def _pairs() -> Iterator[tuple[str, str]]:
    """(written, read) pairs: what is read stands nearer to Simplified."""
    for written, candidates in _dictionary("TSCharacters"):
        yield written, candidates[0]
    for simplified, traditional in _dictionary("STCharacters"):
        yield from ((one, simplified) for one in traditional)
    for region in ("TWVariants", "HKVariants"):
        for standard, variants in _dictionary(region):
            yield from ((one, standard) for one in variants)
    for standard, shinjitai in _dictionary("JPVariants"):
        # 欠 is 缺 in Japanese but a word of its own in Chinese: leave what GB 2312 has.
        yield from ((one, standard) for one in shinjitai if not _in_gb2312(one))


def _in_gb2312(character: str) -> bool:
    return bool(character.encode("gb2312", "ignore"))


def _dictionary(name: str) -> Iterator[tuple[str, list[str]]]:
    """Rows of one of OpenCC's dictionaries, read as data: the package itself isn't imported."""
    spec = importlib.util.find_spec("opencc")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("opencc", name="opencc")
    path = Path(spec.origin).parent / "dictionary" / f"{name}.txt"
    for row in path.read_text(encoding="utf-8").splitlines():
        key, _, values = row.partition("\t")
        candidates = [one for one in values.split() if len(one) == 1]
        if len(key) == 1 and candidates:
            yield key, candidates
