"""What evidence is worth: the scores of pages, and of books of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.calibration import calibration
from fingerprints.image import paged
from fingerprints.image.evidence import WITNESSES, Found, found
from fingerprints.page_chain import in_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fingerprints.contract import Fingerprint
    from fingerprints.image.paged import Page

NAME: Final = "image"
PAGES: Final = "pages"
_DECADES: Final = 12.0  # of a score of 1: see `fingerprints.calibration`
_MATCH: Final = 0.5
_SAME: Final = 0.4  # score of two pages of one book: what matches both is their template
_MOST_COUNTED: Final = 6  # pages; these are more than sure


class Match(NamedTuple):
    """A page of the copy that is a page of the work."""

    ours: float
    theirs: float
    score: float
    found: Found


class Verdict(NamedTuple):
    """`score` of the whole; `matches` in the order of both, each later in both than the last."""

    score: float
    matches: tuple[Match, ...]


def verdict(query: Fingerprint, reference: Fingerprint) -> Verdict:
    """Compare all pages with all pages, and weigh those that match in order together.

    Only pages that match by themselves count: a weak likeness of all pages is what the documents
    of one tool have in common, and adds up to nothing.
    """
    ours, theirs = paged.pages(query), paged.pages(reference)
    matches = [one for one in _matches(ours, theirs) if one.score > 0]
    if len(ours) * len(theirs) == 1:
        return Verdict(matches[0].score if matches else 0.0, tuple(matches))
    chain = in_order((one for one in matches if one.score >= _MATCH), strictly=True)
    if not chain:
        return Verdict(0.0, ())
    return Verdict(min(1.0, _together(chain, ours, theirs) / _DECADES), chain)


def evidence(query: Fingerprint, reference: Fingerprint) -> dict[str, float]:
    """Return the raw statistics of each witness for one pair; 0.0 where one has nothing to say."""
    ours, theirs = paged.pages(query), paged.pages(reference)
    said = dict.fromkeys((*WITNESSES, PAGES), 0.0)
    searched = paged.worth_searching(ours, theirs)
    for i, j in paged.worth_comparing(ours, theirs):
        for one in found(ours[i].views, theirs[j].views, search=(i, j) in searched):
            said[one.witness] = max(said[one.witness], one.raw)
    if len(ours) * len(theirs) > 1:
        chain = verdict(query, reference).matches
        said[PAGES] = _together(chain, ours, theirs) if chain else 0.0
    return said


def _matches(ours: Sequence[Page], theirs: Sequence[Page]) -> list[Match]:
    """Compare the likeliest pairs first; where none of a few is one page, no other will be."""
    matches: list[Match] = []
    searched = paged.worth_searching(ours, theirs)
    for number, (i, j) in enumerate(paged.worth_comparing(ours, theirs)):
        if number == paged.FEW and all(one.score < _MATCH for one in matches):
            break
        score, best = _rated(ours[i], theirs[j], search=(i, j) in searched)
        if best is not None:
            matches.append(Match(ours[i].position, theirs[j].position, score, best))
    return matches


def _rated(ours: Page, theirs: Page, *, search: bool = False) -> tuple[float, Found | None]:
    """Return the score of the witness that is the surest, and what it found."""
    scores = calibration(NAME)
    shown = found(ours.views, theirs.views, search=search)
    rated = [(scores.score(one.witness, one.raw), one) for one in shown]
    return max(rated, key=lambda one: one[0], default=(0.0, None))


def _together(chain: Sequence[Match], ours: Sequence[Page], theirs: Sequence[Page]) -> float:
    """Decades of chance: the pages' own, less those of having had so many pages to choose from."""
    chance = np.log10(len(ours) * len(theirs)) / 2
    counted = _distinct(chain, {page.position: page for page in theirs})
    gained = (max(0.0, one.score * _DECADES - chance) for one in counted)
    return max(0.0, float(sum(gained) - chance))


def _distinct(chain: Sequence[Match], pages: Mapping[float, Page]) -> list[Match]:
    """Take the surest first; pages of the work that are like one that is taken are no more."""
    taken: list[Match] = []
    for one in sorted(chain, key=lambda match: -match.score):
        page = pages[one.theirs]
        if all(_rated(page, pages[other.theirs])[0] < _SAME for other in taken):
            taken.append(one)
        if len(taken) == _MOST_COUNTED:
            break
    return taken
