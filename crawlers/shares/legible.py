"""Text with its links made legible again: what people put into links so that filters miss them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

HARD: Final = "\x1f"
"""Stands around what was no text on the page (an attribute's address): nothing joins across it."""

_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202d"
    "\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
_MIRRORED: Final = re.compile("\u202e([^\u202c\u202e]{0,4096})\u202c?")
_DOT: Final = re.compile(
    r"[\[({<【「]\s{0,2}(?:\.|dot|点|點|。)\s{0,2}[\])}>】」]|(?<=[a-z0-9])\s(?:dot|点|點)\s(?=[a-z0-9])",
    re.IGNORECASE,
)
_SLASH: Final = re.compile(r"斜杠|斜线|斜槓|反斜杠")
_HTTP: Final = re.compile(r"h(?:xx|\*\*|tt\*|\*tt?|\+\+)p(?=s?\W)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._~:/?#&=%+|!\\-]+|[点點。•·]")
_DOTS: Final = frozenset("点點。•·")
_BETWEEN_LETTERS: Final = re.compile(r"[A-Za-z0-9]")
_INSERTED: Final = re.compile(r"\s?[(\[【「{<《][\u3400-\u9fff]{1,10}[)\]】」}>》]\s?")
_BRACKETS: Final = frozenset("\"'<>[](){}【】「」『』《》,;、`" + HARD)


def words(written: str) -> frozenset[str]:
    """Return the words of a list that is written as text."""
    return frozenset(written.split())


def legible(text: str) -> str:
    """Return text in plain letters: full-width ones folded, unseen ones taken out, dots restored.

    Text that the page shows from right to left by an override is turned round.
    """
    text = _MIRRORED.sub(lambda found: found[1][::-1], text)
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    text = _HTTP.sub("http", _SLASH.sub("/", _DOT.sub(".", text)))
    return text.replace("\\/", "/").replace("\u2044", "/").replace("\u2215", "/")


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A text without all that can't be part of an address, and where each of its pieces stood.

    `starts` and `places`: where the pieces start here and in the text.
    """

    text: str
    letters: str = field(repr=False)
    starts: list[int] = field(repr=False)
    places: list[int] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Squeezed:
        """Squeeze a legible text."""
        pieces: list[str] = []
        starts: list[int] = []
        places: list[int] = []
        length = 0
        for found in _ADDRESS.finditer(text):
            piece = "." if found[0] in _DOTS else found[0]
            if piece == "." and found[0] != "." and not _joins(text, found.start()):
                continue
            pieces.append(piece.replace("\\", "/"))
            starts.append(length)
            places.append(found.start())
            length += len(piece)
        return cls(text, "".join(pieces), starts, places)

    def place(self, at: int) -> int:
        """Return where a letter stands in the text."""
        piece = bisect_right(self.starts, at) - 1
        return self.places[piece] + at - self.starts[piece]

    def end(self, at: int) -> int:
        """Return where the letter before `at` ends in the text."""
        return self.place(at - 1) + 1

    def pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the stretches of letters that stand together in the text."""
        first = bisect_right(self.starts, start)
        last = bisect_right(self.starts, end - 1)
        cuts = [start, *self.starts[first:last], end]
        return list(pairwise(cuts))

    def gap(self, at: int) -> str:
        """Return what stood between the letter before `at` and the letter there."""
        return self.text[self.end(at) : self.place(at)] if 0 < at < len(self.letters) else HARD

    def is_soft(self, gap: str, most: int = 16) -> bool:
        """Tell whether what stands between two letters may be there to break a link."""
        if _INSERTED.fullmatch(gap):
            return True
        return len(gap) <= most and _BRACKETS.isdisjoint(gap) and gap.count("\n") <= 1


def _joins(text: str, at: int) -> bool:
    """Tell whether a word for a dot stands between the letters of an address."""
    return (
        0 < at < len(text) - 1
        and _BETWEEN_LETTERS.match(text[at - 1]) is not None
        and _BETWEEN_LETTERS.match(text[at + 1]) is not None
    )
