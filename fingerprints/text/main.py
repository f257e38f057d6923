"""The main text of a page: which stretches of its text are the article, chapter or post.

Matching reads all that a page shows, for a copy may stand anywhere. This only says which of it is
the body, so that menus, teasers and notices need not count where they would mislead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from fingerprints.text.comments import in_comments
from fingerprints.text.judge import SECONDED, judge
from fingerprints.text.opinion import opinion
from fingerprints.text.outline import outline
from fingerprints.text.reading import (
    forwards,
    is_carrier,
    is_document,
    is_page,
    plain_text,
    read_markup,
    read_text,
    refuse_long,
)
from fingerprints.text.seconded import seconded
from fingerprints.text.traits import likeliest, measured, traits, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from fingerprints.contract import Limits
    from fingerprints.text.outline import Outline
    from fingerprints.text.traits import Measures

_LEAST: Final = -0.5
_LEAST_INSIDE: Final = -1.2
_LEAST_INSIDE_SECONDED: Final = -0.8
_LEAST_OUTSIDE: Final = 1.2
_LEAST_LINKED: Final = 1.0
"""Scores from which a line is of the body; in, or not in, the element that has most of it; where
nearly all of it leads elsewhere. Chosen on pages of the tune half, each judged by what was learned
from others."""
_LINKED: Final = 0.9
_HAS_MOST: Final = 0.4
_MOST_GAIN: Final = 400
_GAIN: Final = 5
_LEAST_LETTERS: Final = 60
_NEAR: Final = 1.5
_LEAST_LEFT: Final = 250
"""Letters of body, one of Chinese for two, that a page has besides its readers' comments: with
less the comments are what it is there for."""
_LONG_POST: Final = 3_000
"""Letters that a single comment seldom has, and a chapter has: one so long is body, if it is longer
than what is commented."""
_MOST_LINES: Final = 20_000
"""Pages of more lines are lists of all kinds of things, and would cost too much memory."""


@dataclass(frozen=True, slots=True)
class MainText:
    """A text and which of it is its body: `spans` in code points, apart from each other, in order.

    `text` is what `read_text` gives for the same file.
    """

    text: str
    spans: tuple[tuple[int, int], ...]

    @property
    def body(self) -> str:
        """The body alone."""
        return "\n".join(self.text[start:end] for start, end in self.spans)

    @property
    def length(self) -> int:
        """How many code points the body has."""
        return sum(end - start for start, end in self.spans)

    def share(self, stretches: Iterable[tuple[float, float]]) -> float | None:
        """Return the share [0, 1] of the body that stretches of the text cover; None without one.

        They may overlap, and be in any order.
        """
        if not self.length:
            return None
        covered, reached = 0.0, 0.0
        for first, last in sorted(stretches):
            begin, end = max(first, reached), max(last, reached)
            covered += sum(
                max(0.0, min(end, stop) - max(begin, start)) for start, stop in self.spans
            )
            reached = end
        return covered / self.length


def read_main(source: BinaryIO, *, limits: Limits, media_type: str | None = None) -> MainText:
    """Read a file as `read_text` does, raising the same; of what is no page all is body."""
    if is_document(media_type) or is_carrier(media_type):
        return _whole(read_text(source, limits=limits, media_type=media_type))
    text = read_markup(source, limits=limits, media_type=media_type)
    if is_page(text, media_type):
        read = main_text(text, depth_limit=limits.markup_depth)
    else:
        read = _whole(forwards(plain_text(text)))
    refuse_long(read.text, limits)
    return read


def _whole(text: str) -> MainText:
    return MainText(text, ((0, len(text)),) if text else ())


def main_text(
    html: str, *, depth_limit: int, resources: Mapping[str, bytes] | None = None
) -> MainText:
    """Tell the body of a page from the rest; raises `TooLarge`. A page of text has some body.

    Trafilatura is asked for a second opinion, but of pages that are too large for it
    (`opinion.py`): there, and where it has none, the body is told without.
    """
    page = outline(html, depth_limit=depth_limit, resources=resources or {})
    if not page.lines:
        return MainText("", ())
    if len(page.lines) > _MOST_LINES:
        return _whole(page.text)
    taken = opinion(html, [line.text for line in page.lines])
    return MainText(page.text, tuple(_spans(page, _chosen(page, taken))))


def _chosen(page: Outline, taken: NDArray[np.float64] | None) -> NDArray[np.bool_]:
    """Return which lines are of the body; where hardly any are, those most like it.

    `taken`: the second opinion, if there is one.
    """
    measures = measured(page)
    table = traits(page, measures)
    if taken is None:
        scores, least_inside = judge(table), _LEAST_INSIDE
    else:
        scores = judge(seconded(table, page, measures, taken), file=SECONDED)
        least_inside = _LEAST_INSIDE_SECONDED
    chosen = scores >= _LEAST
    inside = _inside(page, measures, scores)
    letters = measures.weights[chosen].sum()
    if measures.weights[chosen & inside].sum() >= _HAS_MOST * letters:
        chosen = scores >= np.where(inside, least_inside, _LEAST_OUTSIDE)
    chosen &= (measures.linked < _LINKED) | (scores >= _LEAST_LINKED)
    if measures.weights.sum() < _LEAST_LETTERS:
        return np.ones(len(page.lines), np.bool_)
    if measures.weights[chosen].sum() < _LEAST_LETTERS:
        chosen = scores >= scores.max() - _NEAR
    return _without_asides(page, measures, chosen)


def _without_asides(
    page: Outline, measures: Measures, chosen: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Leave out what is hidden, and readers' comments, but where they are what the page is for."""
    is_hidden = np.array([line.element < 0 for line in page.lines], np.bool_)
    letters = measures.weights
    if letters[chosen & ~is_hidden].sum() >= letters[chosen & is_hidden].sum():
        chosen = chosen & ~is_hidden
    is_comment = in_comments(page)[measures.block] & ~is_hidden
    rest = chosen & ~is_comment
    if letters[rest].sum() < _LEAST_LEFT:
        return chosen
    posted = np.zeros(len(page.elements) + 1)
    np.add.at(posted, measures.parent[chosen], letters[chosen])
    is_long: NDArray[np.bool_] = posted >= max(_LONG_POST, letters[rest].sum())
    kept: NDArray[np.bool_] = rest | (chosen & is_long[measures.parent])
    return kept


def _inside(page: Outline, measures: Measures, scores: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which lines are in the element that has the most body, less what else it has."""
    likely = np.tanh(scores / 2)  # 2p - 1, for log odds of p
    gains = (np.minimum(measures.weights, _MOST_GAIN) + _GAIN) * likely
    best = likeliest(page, measures.block, gains)
    inside: NDArray[np.bool_] = within(page, best)[measures.block]
    return inside


def _spans(page: Outline, chosen: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield where the chosen lines are, those that follow each other as one stretch."""
    at, start = 0, -1
    for line, is_body in zip(page.lines, chosen.tolist(), strict=True):
        if is_body and start < 0:
            start = at
        elif not is_body and start >= 0:
            yield start, at - 1
            start = -1
        at += len(line.text) + 1
    if start >= 0:
        yield start, at - 1
