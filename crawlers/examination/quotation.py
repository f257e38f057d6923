"""Quotations: the words of the copy beside the words of the work, where the modality is text.

And how much of the page's body they are: a chapter put up again, or a passage in a review.

They are taken when the match is made, in the process that may read hostile files.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from fingerprints.errors import FingerprintError
from fingerprints.text import TextModality, read_main, read_text
from index.errors import NotFound

if TYPE_CHECKING:
    from fingerprints.contract import Limits
    from index.blobs import Blobs
    from index.documents import Match, Span, Work

_LONGEST: Final = 4_000
_IN_ALL: Final = 100_000


def quoted(blobs: Blobs, match: Match, copy: tuple[str, str], work: Work, limits: Limits) -> Match:
    """Return the match with what its spans say, on both sides; other modalities stay as they are.

    `copy` is the SHA-256 of the copy's file and the media type it was read as. Where a file is no
    longer kept, nothing is quoted: the spans still stand.
    """
    if match.modality != TextModality.name:
        return match
    types = {medium.sha256: medium.media_type for medium in work.media}
    read = partial(_read, blobs, limits)
    try:
        with blobs.open(copy[0]) as source:
            page = read_main(source, limits=limits, media_type=copy[1])
        works = {one: read(one, types.get(one)) for one in {span.medium for span in match.spans}}
    except (FingerprintError, NotFound):
        return match
    left = _IN_ALL
    spans = []
    for span in match.spans:
        spans.append(_quoted(span, page.text, works[span.medium], min(left, _LONGEST)))
        left -= len(spans[-1].copied)
    share = page.share(span.copy_span for span in spans)
    return match.model_copy(update={"spans": tuple(spans), "body_share": share})


def _read(blobs: Blobs, limits: Limits, digest: str, media_type: str | None) -> str:
    with blobs.open(digest) as source:
        return read_text(source, limits=limits, media_type=media_type)


def _quoted(span: Span, copy: str, work: str, longest: int) -> Span:
    a, b = (round(place) for place in span.copy_span)
    c, d = (round(place) for place in span.work_span)
    quotes = {"copied": copy[a : min(b, a + longest)], "original": work[c : min(d, c + longest)]}
    return span.model_copy(update=quotes)
