"""What a PDF would cost PDFium, seen before PDFium sees it: it can't be stopped while it parses.

A rough reading of the file's objects (ISO 32000-2, 7.3), good enough for two things: instructions
that unpack to far more than the file, and forms that draw forms that draw forms, each many times.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from fingerprints.errors import TooLarge
from fingerprints.sizes import read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fingerprints.contract import Limits

_OBJECT: Final = re.compile(rb"(?<!\d)(\d{1,10})\s{1,4}\d{1,5}\s{1,4}obj\b")
_STREAM: Final = re.compile(rb"\bstream\r?\n")
_NAMED: Final = re.compile(rb"/([^\s/<>\[\]()]{1,127})\s{1,4}(\d{1,10})\s{1,4}\d{1,5}\s{1,4}R\b")
_CONTENTS: Final = re.compile(rb"/Contents\s*(\[[^\]]*|\d+\s+\d+\s+R\b)")
_REFERENCE: Final = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+R\b")
_DRAWN: Final = re.compile(rb"/([^\s/<>\[\]()]{1,127})\s{1,4}Do\b")
_TILING: Final = re.compile(rb"/PatternType\s{1,4}1\b")
_NUMBER: Final = rb"[-+]?(?:\d{1,20}\.?\d{0,20}|\.\d{1,20})"
_STEP: Final = re.compile(rb"/([XY])Step\s{0,4}(" + _NUMBER + rb")")
_MATRIX: Final = re.compile(rb"/Matrix\s{0,4}\[\s{0,4}((?:" + _NUMBER + rb"\s{1,4}){4})")
_LINEAR: Final = 4
_LEAST_TILE: Final = 0.25
"""Square points: a page has two million such tiles."""
_LONGEST_DICTIONARY: Final = 1 << 16
_MOST_INSTRUCTIONS: Final = 32 << 20
"""Bytes of one stream; PDFium's memory is some thirty times that."""
_MOST_DRAWN: Final = 100_000
_CHUNK: Final = 1 << 16
_NO_INSTRUCTIONS: Final = re.compile(rb"/Image\b|/Length1\b|/FontFile|/CIDFontType0C|/Type1C|/XRef")


@dataclass(frozen=True, slots=True)
class _Form:
    """What a form's resources are called, and how often it draws which."""

    named: Mapping[bytes, int]
    drawn: Mapping[bytes, int]


def check(source: BinaryIO, limits: Limits) -> None:
    """Raise `TooLarge` for what would take PDFium gigabytes or hours.

    "archive_bytes" is the limit where the streams unpack to too much, "pdf_forms", this module's
    own, where forms draw forms too often.
    """
    content = read_whole(source, limits)
    forms: dict[int, _Form] = {}
    named: dict[int, dict[bytes, int]] = {}
    pages: dict[int, list[int]] = {}
    sizes: dict[int, int] = {}
    total = 0
    for number, dictionary, packed in _objects(content):
        names = {one[1]: int(one[2]) for one in _NAMED.finditer(dictionary)}
        named[number] = names
        _refuse_fine_pattern(dictionary)
        if contents := _CONTENTS.search(dictionary):
            pages[number] = [int(one[1]) for one in _REFERENCE.finditer(contents[1])]
        if packed is None or _NO_INSTRUCTIONS.search(dictionary):
            continue
        instructions = _unpacked(packed) if b"/Fl" in dictionary else packed
        sizes[number] = len(instructions)
        total += len(instructions)
        if len(instructions) > _MOST_INSTRUCTIONS or total > limits.archive_bytes:
            raise TooLarge("archive_bytes", _MOST_INSTRUCTIONS)
        drawn = Counter(one[1] for one in _DRAWN.finditer(instructions))
        if drawn:
            forms[number] = _Form(names, drawn)
    _add_pages(forms, named, pages, sizes)
    _refuse_explosion(forms, named)


def _refuse_fine_pattern(dictionary: bytes) -> None:
    """Raise `TooLarge` for tiles so small that a page has millions of them."""
    if not _TILING.search(dictionary):
        return
    steps = [float(one[2]) for one in _STEP.finditer(dictionary)]
    matrix = _MATRIX.search(dictionary)
    scale = [float(one) for one in (matrix[1] if matrix else b"1 0 0 1").split()[:4]]
    area = abs(scale[0] * scale[3] - scale[1] * scale[2]) if len(scale) == _LINEAR else 1.0
    if abs(math.prod(steps)) * area < _LEAST_TILE:
        raise TooLarge("pdf_forms", _MOST_DRAWN)


def _add_pages(
    forms: dict[int, _Form],
    named: Mapping[int, Mapping[bytes, int]],
    pages: Mapping[int, list[int]],
    sizes: Mapping[int, int],
) -> None:
    """Count pages among the forms: what their streams draw is named by their own resources."""
    for page, streams in pages.items():
        if sum(sizes.get(one, 0) for one in streams) > _MOST_INSTRUCTIONS:
            raise TooLarge("archive_bytes", _MOST_INSTRUCTIONS)
        drawn = Counter[bytes]()
        for one in streams:
            drawn.update(forms[one].drawn if one in forms else {})
        forms[page] = _Form(named[page], drawn)


def _objects(content: bytes) -> Iterator[tuple[int, bytes, memoryview | None]]:
    """Yield number, dictionary and packed stream (None without one) of each object."""
    whole = memoryview(content)
    starts = list(_OBJECT.finditer(content))
    ends = [*(one.start() for one in starts[1:]), len(content)]
    for found, end in zip(starts, ends, strict=False):
        begin = found.end()
        stream = _STREAM.search(content, begin, min(end, begin + _LONGEST_DICTIONARY))
        if stream is None:
            yield int(found[1]), content[begin : min(end, begin + _LONGEST_DICTIONARY)], None
        else:
            yield int(found[1]), content[begin : stream.start()], whole[stream.end() : end]


def _unpacked(packed: memoryview) -> bytes:
    """Inflate to one byte more than allowed at most; what is broken counts up to there."""
    inflater = zlib.decompressobj()
    out = bytearray()
    for start in range(0, len(packed), _CHUNK):
        waiting: bytes | memoryview = packed[start : start + _CHUNK]
        while waiting and not inflater.eof and len(out) <= _MOST_INSTRUCTIONS:
            try:
                out += inflater.decompress(waiting, _MOST_INSTRUCTIONS + 1 - len(out))
            except zlib.error:
                return bytes(out)
            waiting = inflater.unconsumed_tail
        if inflater.eof or len(out) > _MOST_INSTRUCTIONS:
            break
    return bytes(out)


def _refuse_explosion(forms: Mapping[int, _Form], named: Mapping[int, Mapping[bytes, int]]) -> None:
    """Count how often anything is drawn when each form is; those in a circle draw without end."""
    costs: dict[int, int] = {}
    for top in forms:
        waiting = [top]
        opened: set[int] = set()
        while waiting:
            number = waiting[-1]
            if number in costs:
                waiting.pop()
                continue
            children = _children(forms[number], named)
            if number not in opened:
                opened.add(number)
                waiting += [one for one in children if one in forms and one not in opened]
                continue
            if any(one in opened and one not in costs for one in children):
                raise TooLarge("pdf_forms", _MOST_DRAWN)
            costs[number] = 1 + sum(costs.get(one, 1) * times for one, times in children.items())
            if costs[number] > _MOST_DRAWN:
                raise TooLarge("pdf_forms", _MOST_DRAWN)
            waiting.pop()


def _children(form: _Form, named: Mapping[int, Mapping[bytes, int]]) -> Counter[int]:
    """Return the objects that a form draws, by what its resources or theirs call them."""
    found: Counter[int] = Counter()
    for name, times in form.drawn.items():
        number = form.named.get(name)
        if number is None:
            number = _in_resources(form, name, named)
        if number is not None:
            found[number] += times
    return found


def _in_resources(form: _Form, name: bytes, named: Mapping[int, Mapping[bytes, int]]) -> int | None:
    for key in (b"Resources", b"XObject"):
        resources = named.get(form.named.get(key, -1), {})
        if name in resources:
            return resources[name]
        inner = named.get(resources.get(b"XObject", -1), {})
        if name in inner:
            return inner[name]
    return None
