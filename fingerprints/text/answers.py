"""Answers of interfaces in JSON, by which web novels, posts and comments come to their readers.

`{"data": {"content": "<p>…"}}`, JSON Feed, JSON Lines, or a script that calls a function with it
(JSONP). What is a text in it is read, whatever it is called: names of fields are each site's own.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from fingerprints.media_type import JSON_BEGINS

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGINS: Final = re.compile(JSON_BEGINS, re.DOTALL | re.ASCII)
# One that is cut short or broken is read as far as it goes, so it is never parsed as a whole.
_STRING: Final = re.compile(r'"((?:[^"\\]++|\\.)*+)(?:"(\s*+:)?|\\?\Z)', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CONTROLS: Final = {"n": "\n", "r": "\n", "t": "\t", "b": "", "f": "\n"}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_WORDS: Final = re.compile(r"\S\s+\S|[^\x00-\x7f]|<")
_DEEPEST: Final = 3
"""Answers that are a text within an answer, as deep as this."""
_MOST: Final = 1_000_000
"""So many strings are looked at; a long book as a list of its sentences has a tenth of them."""


def is_answer(text: str) -> bool:
    """Tell whether a text is JSON, by how it begins."""
    return _BEGINS.match(text[:4096].removeprefix("\ufeff")) is not None


def texts_in_answer(text: str) -> Iterator[str]:
    """Yield what are texts in an answer in JSON, as they come; some are markup.

    Names of fields, addresses, digests and other single words of ASCII are none.
    """
    yield from islice(_texts(text, 0), _MOST)


def _texts(text: str, depth: int) -> Iterator[str]:
    for found in islice(_STRING.finditer(text), _MOST):
        if found[2] is not None:
            continue
        said = _unescaped(found[1])
        if depth < _DEEPEST and is_answer(said):
            yield from _texts(said, depth + 1)
        elif _WORDS.search(said):
            yield said


def _unescaped(said: str) -> str:
    if "\\" not in said:
        return said
    said = _ESCAPE.sub(_character, said)
    if _SURROGATE.search(said):  # two stand for one character
        said = said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return said


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else _CONTROLS.get(escape[2], escape[2])
