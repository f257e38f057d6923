"""What tells a page's body from what stands around it, line by line.

Shallow traits of text: its length, its links, its marks, and those of its neighbours
(Kohlschütter, Fankhauser and Nejdl, WSDM 2010); how much text the elements around it hold, and how
much of it leads elsewhere (Sun, Song and Liu, SIGIR 2011); and what they are called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from fingerprints.text.outline import NOWHERE
from fingerprints.text.telling import SAYS, STEMS

S = TypeVar("S", bound=np.generic)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from fingerprints.text.outline import Element, Line, Outline

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_STEM: Final = {stem: number for number, stem in enumerate(dict.fromkeys(STEMS))}
_STEM_COUNT: Final = len(_STEM)
_AROUND: Final = (
    *("article", "main", "aside", "footer", "header", "form", "table", "ul", "ol", "figure"),
    *("blockquote", "section", "nav", "label", "details", "dl", "address", "fieldset"),
)
_TAGS: Final = (
    *("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "div", "blockquote", "pre", "dd"),
    *("dt", "figcaption", "article", "section", "body", "header", "footer", "main", "caption"),
)
_BEGINS: Final = (
    *("a", "em", "i", "strong", "b", "span", "cite", "time", "label", "small", "font", "q"),
)
_LETTERS: Final = (10, 20, 40, 80, 160, 320)
_SHARES: Final = (0.001, 0.2, 0.5, 0.9)
_AMOUNTS: Final = (50, 150, 400, 1000, 2500, 6000)
_PARTS: Final = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
_PLACES: Final = (0.03, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97)
_MARKS: Final = (1, 2, 4)
_LONG: Final = 80
_MOST_GAIN: Final = 600
_SMALL_COSTS: Final = 8.0
_LINK_COSTS: Final = 10.0
_LONGEST_STEM: Final = 14
_WHOLE: Final = 3
"""Stems so short stand for whole words only."""
_CJK: Final = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_MARK: Final = re.compile(r"[.,;:!?。，、；：！？…“”«»\"]")
_ENDED: Final = re.compile(r"[.!?。！？…”’»\"')）』」]\s*$")
_CAPITAL: Final = re.compile(r"[A-ZÀ-ÞА-Я]")
_DIGIT: Final = re.compile(r"\d")
_LONGEST_SAID: Final = 160
_COUNTED: Final = 20_000
"""Of a longer line the start tells how much of it is Chinese."""
MEASURES: Final = (
    *("letters", "linked share", "place share", "letters of all"),
    *(f"{what} {step}" for step in (1, 2, -1, -2) for what in ("letters at", "linked at")),
    *(
        f"{what} of {which}"
        for which in ("block", "parent", "grandparent")
        for what in ("letters", "share", "linked share", "mean")
    ),
    *("mark count", "mark share", "capital share", "digit share"),
)
"""The last of `NAMES`: counts and shares as they are, where all others are 0 or 1."""


def _names() -> Iterator[str]:
    yield "always"
    for where in ("", "previous ", "next "):
        yield from (f"{where}letters {n}" for n in range(len(_LETTERS) + 1))
        yield from (f"{where}linked {n}" for n in range(len(_SHARES) + 1))
        yield f"{where}ends like a sentence"
    yield from (f"marks {n}" for n in range(len(_MARKS) + 1))
    yield from (f"says {n}" for n in range(len(SAYS)))
    yield from (f"is {tag}" for tag in _TAGS)
    yield from (f"begins with {tag}" for tag in _BEGINS)
    yield from ("as before", "as after", "heading before", "heading after")
    for which in ("block", "parent", "grandparent", "likeliest"):
        yield from (f"{which} holds {n}" for n in range(len(_AMOUNTS) + 1))
        yield from (f"{which} part {n}" for n in range(len(_PARTS) + 1))
        yield from (f"{which} linked {n}" for n in range(len(_SHARES) + 1))
    yield from (f"place {n}" for n in range(len(_PLACES) + 1))
    yield from ("in likeliest", "child of likeliest", "after likeliest")
    yield from ("with previous", "with next")
    yield from (f"in {tag}" for tag in _AROUND)
    yield from (f"near {stem}" for stem in _STEM)
    yield from (f"far {stem}" for stem in _STEM)
    yield from MEASURES


NAMES: Final = tuple(_names())


@dataclass(frozen=True, slots=True)
class Measures:
    """What is counted of lines and elements; weights are letters, one of Chinese for two.

    `block`, `parent`: (n,) numbers of the elements that a line stands in.
    """

    weights: Floats
    linked: Floats
    block: Ints
    parent: Ints
    grandparent: Ints


def measured(page: Outline) -> Measures:
    """Count the lines of a page."""
    lines, elements = page.lines, page.elements
    weights = np.array([_weight(line.text) for line in lines], np.float64)
    lengths = np.array([len(line.text) for line in lines], np.float64)
    linked = np.minimum(1, np.array([line.linked for line in lines]) / np.maximum(lengths, 1))
    blocks = [elements[one.element].block if one.element >= 0 else NOWHERE for one in lines]
    parents = [_around(elements, block) for block in blocks]
    grandparents = [_around(elements, parent) for parent in parents]
    return Measures(
        weights, linked, np.array(blocks, int), np.array(parents, int), np.array(grandparents, int)
    )


def _around(elements: Sequence[Element], block: int) -> int:
    """Return the block around another: itself where there is none."""
    if block < 0 or elements[block].parent < 0:
        return block
    return max(elements[elements[block].parent].block, 0)


def _weight(text: str) -> int:
    if text.isascii():
        return len(text)
    some = text[:_COUNTED]
    return len(text) + len(_CJK.findall(some)) * len(text) // len(some)


def summed(page: Outline, at: Ints, amounts: Floats) -> Floats:
    """Return how much stands in each element, (elements + 1,); the last is `NOWHERE`."""
    total = np.zeros(len(page.elements) + 1)
    np.add.at(total, at, amounts)
    sums: list[float] = total.tolist()
    for number in range(len(page.elements) - 1, 0, -1):
        sums[page.elements[number].parent] += sums[number]
    return np.array(sums)


def likeliest(page: Outline, at: Ints, gains: Floats) -> int:
    """Return the element with the greatest sum of gains; the outermost of equals but the page."""
    sums = summed(page, at, gains)[:-1]
    return int(np.argmax(sums)) if sums.size else NOWHERE


def within(page: Outline, element: int) -> NDArray[np.bool_]:
    """Which elements are, or stand in, this one, (elements + 1,)."""
    inside = [False] * (len(page.elements) + 1)
    for number, one in enumerate(page.elements):
        inside[number] = number == element or (one.parent >= 0 and inside[one.parent])
    return np.array(inside)


def traits(page: Outline, measures: Measures) -> NDArray[np.float32]:
    """Return the traits of each line, (lines, `NAMES`) of 0 and 1."""
    count = len(page.lines)
    columns = _Columns(count)
    columns.ones(np.ones(count, np.bool_))
    letters = np.digitize(measures.weights, _LETTERS)
    shares = np.digitize(measures.linked, _SHARES)
    ended = np.array([_ENDED.search(line.text[-8:]) is not None for line in page.lines], np.bool_)
    for step in (0, 1, -1):
        columns.one_of(_moved(letters, step, 0), len(_LETTERS) + 1)
        columns.one_of(_moved(shares, step, 0), len(_SHARES) + 1)
        columns.ones(_moved(ended, step, 0))
    marks = np.array([len(_MARK.findall(line.text[:_LONGEST_SAID])) for line in page.lines], int)
    columns.one_of(np.digitize(marks, _MARKS), len(_MARKS) + 1)
    columns.several(_said(page.lines))
    tags = [page.elements[block].tag if block >= 0 else "" for block in measures.block.tolist()]
    for tag in _TAGS:
        columns.ones(np.array([one == tag for one in tags], np.bool_))
    begins = [page.elements[one.element].tag if one.element >= 0 else "" for one in page.lines]
    for tag in _BEGINS:
        columns.ones(np.array([one == tag for one in begins], np.bool_))
    codes = np.array([_TAGS.index(one) if one in _TAGS else -1 for one in tags], int)
    headings = np.isin(codes, [_TAGS.index(f"h{n}") for n in range(1, 7)])
    for step in (1, -1):
        columns.ones(codes == _moved(codes, step, -1))
    for step in (1, -1):
        columns.ones(_moved(headings, step, 0))
    _add_sizes(columns, page, measures)
    _add_names(columns, page, measures)
    _add_measures(columns, page, measures, marks)
    return columns.table


def _add_measures(columns: _Columns, page: Outline, measures: Measures, marks: Ints) -> None:
    """Add what was counted as it is, too, for what decides by thresholds of its own."""
    weights, linked = measures.weights, measures.linked
    whole = max(1.0, float(weights.sum()))
    columns.amounts(weights, linked, np.cumsum(weights) / whole, np.full(weights.size, whole))
    for step in (1, 2, -1, -2):
        columns.amounts(_moved(weights, step, 0), _moved(linked, step, 0))
    texts = summed(page, measures.block, weights)
    links = summed(page, measures.block, weights * linked)
    lines = summed(page, measures.block, np.ones(weights.size))
    for which in (measures.block, measures.parent, measures.grandparent):
        held = texts[which]
        columns.amounts(held, held / whole, links[which] / np.maximum(held, 1))
        columns.amounts(held / np.maximum(lines[which], 1))
    starts = [line.text[:_LONGEST_SAID] for line in page.lines]
    sizes = np.maximum(1, np.array([len(one) for one in starts]))
    capitals = np.array([len(_CAPITAL.findall(one)) for one in starts])
    digits = np.array([len(_DIGIT.findall(one)) for one in starts])
    columns.amounts(marks, marks / np.maximum(weights, 1), capitals / sizes, digits / sizes)


def _said(lines: Sequence[Line]) -> NDArray[np.uint8]:
    """Return which of the telling words each line has, where it is short, (lines, kinds)."""
    said = np.zeros((len(lines), len(SAYS)), np.uint8)
    for number, line in enumerate(lines):
        if len(line.text) <= _LONGEST_SAID:
            text = line.text.lower()
            for kind, says in enumerate(SAYS):
                if says.search(text) is not None:
                    said[number, kind] = 1
    return said


def _moved(values: NDArray[S], step: int, blank: int) -> NDArray[S]:
    """Return each line's neighbour's value."""
    if step == 0 or values.size == 0:
        return values
    moved = np.roll(values, step)
    moved[0 if step > 0 else -1] = blank
    return moved


class _Columns:
    def __init__(self, count: int) -> None:
        self.table = np.zeros((count, len(NAMES)), np.float32)
        self._rows = np.arange(count)
        self._next = 0

    def ones(self, values: NDArray[np.bool_]) -> None:
        self.table[:, self._next] = values
        self._next += 1

    def one_of(self, classes: NDArray[np.int64], count: int) -> None:
        self.table[self._rows, self._next + classes] = 1
        self._next += count

    def amounts(self, *values: NDArray[np.float64] | Ints) -> None:
        for one in values:
            self.table[:, self._next] = one
            self._next += 1

    def several(self, bits: NDArray[np.uint8]) -> None:
        self.table[:, self._next : self._next + bits.shape[1]] = bits
        self._next += bits.shape[1]


def _gains(measures: Measures) -> Floats:
    """Return how much each line speaks for the element that holds it; small ones speak against."""
    is_long = measures.weights > _LONG
    said = np.where(is_long, np.minimum(measures.weights, _MOST_GAIN), 0.0)
    small = np.where(is_long, 0.0, _SMALL_COSTS)
    gains: Floats = said * (1 - 2 * measures.linked) - small - _LINK_COSTS * measures.linked
    return gains


def _add_sizes(columns: _Columns, page: Outline, measures: Measures) -> None:
    texts = summed(page, measures.block, measures.weights)
    links = summed(page, measures.block, measures.weights * measures.linked)
    whole = max(1.0, float(measures.weights.sum()))
    best = likeliest(page, measures.block, _gains(measures))
    best_of_all = np.full(measures.block.size, best)
    for which in (measures.block, measures.parent, measures.grandparent, best_of_all):
        held, led = texts[which], links[which]
        columns.one_of(np.digitize(held, _AMOUNTS), len(_AMOUNTS) + 1)
        columns.one_of(np.digitize(held / whole, _PARTS), len(_PARTS) + 1)
        columns.one_of(np.digitize(led / np.maximum(held, 1), _SHARES), len(_SHARES) + 1)
    places = np.cumsum(measures.weights) / whole
    columns.one_of(np.digitize(places, _PLACES), len(_PLACES) + 1)
    inside = within(page, best)[measures.block]
    columns.ones(inside)
    columns.ones(inside & ((measures.block == best) | (measures.parent == best)))
    last = int(np.flatnonzero(inside)[-1]) if inside.any() else -1
    columns.ones(np.arange(inside.size) > last)
    together = np.zeros(measures.block.size + 1, np.bool_)
    together[1:-1] = measures.parent[1:] == measures.parent[:-1]
    columns.ones(together[:-1])
    columns.ones(together[1:])


def _add_names(columns: _Columns, page: Outline, measures: Measures) -> None:
    """Add what the elements around are, and are called: the three nearest, and those farther."""
    near, far, tags = _called(page)
    blocks, at = np.unique(measures.block, return_inverse=True)
    for masks, count in ((tags, len(_AROUND)), (near, _STEM_COUNT), (far, _STEM_COUNT)):
        size = (count + 7) // 8
        known = [masks[block] if block >= 0 else 0 for block in blocks.tolist()]
        data = np.frombuffer(b"".join(one.to_bytes(size, "little") for one in known), np.uint8)
        bits = np.unpackbits(data.reshape(-1, size), axis=1, bitorder="little")
        columns.several(bits[at, :count])


def _called(page: Outline) -> tuple[list[int], list[int], list[int]]:
    """Return for each element the stems near and far and the tags around it, as bits."""
    own, near, far, tags = [], [], [], []
    around = {tag: 1 << number for number, tag in enumerate(_AROUND)}
    for element in page.elements:
        mine = _stems(element.called)
        own.append(mine)
        parent = element.parent
        if parent < 0:
            near.append(mine)
            far.append(0)
            tags.append(around.get(element.tag, 0))
            continue
        above = page.elements[parent].parent
        near.append(mine | own[parent] | (own[above] if above >= 0 else 0))
        beyond = page.elements[above].parent if above >= 0 else NOWHERE
        far.append(far[parent] | (own[beyond] if beyond >= 0 else 0))
        tags.append(tags[parent] | around.get(element.tag, 0))
    return near, far, tags


@lru_cache(maxsize=1 << 13)
def _stems(called: str) -> int:
    """Return which stems the words of a name begin with, the longest of each, as bits."""
    bits = 0
    for word in _WORDS.findall(called):
        small = word.lower()
        for size in range(min(len(small), _LONGEST_STEM), 1, -1):
            number = _STEM.get(small[:size])
            if number is not None and (size > _WHOLE or size == len(small)):
                bits |= 1 << number
                break
    return bits
