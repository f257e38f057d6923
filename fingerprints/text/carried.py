"""Texts and markup that come inside something else: in a feed, in an answer in JSON."""

from __future__ import annotations

import html
from itertools import chain
from typing import TYPE_CHECKING, Final

from fingerprints.errors import TooLarge
from fingerprints.media_type import JSON
from fingerprints.text.answers import is_answer, texts_in_answer
from fingerprints.text.feeds import texts_in_feed
from fingerprints.text.page import has_markup, page_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fingerprints.contract import Limits

_APART: Final = 2_000
"""So many pieces of markup are pages of their own, those after them one page: none is cheap."""


def _pieces(text: str, media_type: str, limits: Limits) -> Iterator[str]:
    """Yield what a feed or an answer says, piece by piece; some, or parts of some, are markup.

    Raises `Undecodable` where it is no feed, and `TooLarge`.
    """
    if media_type != JSON:
        yield from texts_in_feed(text, depth_limit=limits.markup_depth)
    elif is_answer(text):
        yield from texts_in_answer(text)
    else:
        yield text


def carried_text(text: str, media_type: str, limits: Limits) -> str:
    """Return what a reader of it sees, each piece on lines of its own; raises as above."""
    said: list[str] = []
    marked: list[str] = []
    apart = length = 0
    for piece in _pieces(text, media_type, limits):
        length += len(piece)
        if length > 4 * limits.text_characters:
            raise TooLarge("text_characters", limits.text_characters)
        if not has_markup(piece):
            said.append(html.unescape(piece) if "&" in piece else piece)
        elif apart < _APART:
            apart += 1
            said.append(page_text(piece, depth_limit=limits.markup_depth))
        else:
            marked.append(piece)
    rest = page_text("<hr>".join(marked), depth_limit=limits.markup_depth) if marked else ""
    return "\n".join(_lines(chain(said, [rest])))


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        yield from filter(None, (line.strip() for line in piece.splitlines()))
