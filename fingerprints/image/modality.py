"""Pictures as the contract wants them: views and local features in, a comparison out.

A part is a view. The first is the whole picture, with its local features. Where there are any, the
border-trimmed view follows, then panels (pictures on a page) with local features of their own, and
for pictures with few features the ladder's crops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final, NamedTuple

import numpy as np

from fingerprints.contract import Aligned, Comparison, Fingerprint, Lookup, Part, Probe, Region
from fingerprints.errors import NothingToPrint
from fingerprints.image import hashes, local, signature, verdict, views
from fingerprints.image.alignment import alignments
from fingerprints.image.decode import FORMATS, Picture, decode
from fingerprints.image.signature import Detail, View
from fingerprints.image.views import ViewKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.contract import Limits
    from fingerprints.image.alignment import Alignment, Canvas

UNIT: Final = "bits of 256"

# A term is kind, place and value: bits 40–47, 32–39 and 0–31.
_SLOT_KIND: Final = 1 << 40
_LOCAL_KIND: Final = 2 << 40
_SLOT_PLACES: Final = np.arange(16, dtype=np.int64)[:, None] << 32

_MIN_SHARED: Final = 2
_LEAST_QUALITY: Final = 5
_LEAST_FEATURES: Final = 8
_FEW_FEATURES: Final = 60
_LEAST_VIEW_QUALITY: Final = 30
_SAME_VIEW: Final = 10  # bits: a view so near to an earlier one finds nothing new
_SURE: Final = 0.8
_DETAILED: Final = (ViewKind.WHOLE, ViewKind.PANEL)


class ImageModality:
    """Recognises pictures through re-encoding, flips, turns, crops, borders, pages, watermarks."""

    name: ClassVar[str] = "image"
    version: ClassVar[int] = 1
    span_unit: ClassVar[str] = "pages"
    media_types: ClassVar[frozenset[str]] = frozenset(FORMATS.values())

    def extract(
        self,
        source: BinaryIO,
        *,
        limits: Limits,
        media_type: str | None = None,  # noqa: ARG002 (the bytes say it better)
    ) -> Fingerprint:
        """Fingerprint one picture; of an animation, its first frame with something in it."""
        picture = decode(source, limits)
        parts = tuple(
            Part(position=0.0, terms=_terms(view), signature=signature.packed(view))
            for view in _views(picture)
        )
        return Fingerprint(modality=self.name, version=self.version, parts=parts, extent=1.0)

    def probe(self, fingerprint: Fingerprint) -> Probe:
        """Ask for every view flipped and turned in every way, and once for the local features."""
        lookups: list[Lookup] = []
        for view in _unpacked(fingerprint):
            ways = view.hashed if view.kind is not ViewKind.LADDER else view.hashed[:1]
            near = [_slot_terms(hashes.neighbours(hashes.slots(hashed))) for hashed in ways]
            lookups += [Lookup(terms, _MIN_SHARED) for terms in near]
            if view.detail is not None and len(view.detail.canvas.features):
                features = local.near_terms(view.detail.canvas.features)
                lookups.append(Lookup(np.unique(features | _LOCAL_KIND), _MIN_SHARED))
        return Probe(self.name, tuple(lookups))

    def verify(self, query: Fingerprint, reference: Fingerprint) -> Comparison:
        """Compare by views, then by laying the pictures over each other; the better one counts."""
        ours, theirs = _unpacked(query), _unpacked(reference)
        best = _by_views(ours, theirs)
        if best is None or best.score < _SURE:
            laid = _by_alignment(ours, theirs)
            best = max(
                (one for one in (best, laid) if one), key=lambda one: one.score, default=None
            )
        if best is None:
            return Comparison(score=0.0, distance=float(verdict.STRANGERS), unit=UNIT)
        return best.comparison()

    def phash(self, fingerprint: Fingerprint) -> str | None:
        """16 hex digits of the whole's plain perceptual hash; None where the whole isn't here."""
        wholes = (one for one in _unpacked(fingerprint) if one.kind is ViewKind.WHOLE)
        return next((one.detail.phash for one in wholes if one.detail), None)


class _Found(NamedTuple):
    score: float
    distance: int
    ours: Region
    theirs: Region

    def comparison(self) -> Comparison:
        span = Aligned((0.0, 1.0), (0.0, 1.0), self.ours, self.theirs)
        spans = (span,) if self.score >= 0.5 else ()  # noqa: PLR2004 (the contract's line)
        return Comparison(self.score, float(self.distance), UNIT, spans)


def _unpacked(fingerprint: Fingerprint) -> list[View]:
    return [signature.unpacked(part.signature) for part in fingerprint.parts]


def _terms(view: View) -> NDArray[np.int64]:
    terms = _slot_terms(hashes.slots(view.hashed[0])[:, None])
    if view.detail is None:
        return terms
    return np.union1d(terms, local.terms(view.detail.canvas.features) | _LOCAL_KIND)


def _slot_terms(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(rows | _SLOT_PLACES | _SLOT_KIND)


def _views(picture: Picture) -> Iterator[View]:
    """Yield the whole and what else is worth its place; raises `NothingToPrint` for too little."""
    whole = _view(picture, ViewKind.WHOLE, views.WHOLE)
    few = len(whole.detail.canvas.features) if whole.detail else 0
    if whole.quality < _LEAST_QUALITY and few < _LEAST_FEATURES:
        raise NothingToPrint(f"quality {whole.quality} of 100, {few} features")
    yield whole
    kept = [whole]
    for kind, region in _areas(picture, few):
        view = _view(picture, kind, region)
        if view.quality >= _LEAST_VIEW_QUALITY and _is_new(view, kept):
            kept.append(view)
            yield view


def _areas(picture: Picture, features: int) -> Iterator[tuple[ViewKind, Region]]:
    inner = views.trimmed(picture.luminance)
    if inner is not None:
        yield ViewKind.TRIMMED, inner
    for panel in views.panels(picture.luminance):
        yield ViewKind.PANEL, panel
    if features < _FEW_FEATURES:
        for step in views.ladder():
            yield ViewKind.LADDER, step


def _is_new(view: View, kept: list[View]) -> bool:
    earlier = np.stack([one.hashed[0] for one in kept])
    return int(hashes.distances(view.hashed[:1], earlier).min()) > _SAME_VIEW


def _view(picture: Picture, kind: ViewKind, region: Region) -> View:
    luminance = views.pixels(picture.luminance, region)
    averages = hashes.grid(luminance)
    detail = None
    if kind in _DETAILED:
        width = max(1, round((region.right - region.left) * picture.width))
        height = max(1, round((region.bottom - region.top) * picture.height))
        features = local.features(luminance)
        canvas = signature.canvas(np.round(averages).astype(np.uint8), width, height, features)
        detail = Detail(hashes.phash(luminance), width, height, canvas)
    return View(kind, region, hashes.quality(averages), hashes.variants(averages), detail)


def _by_views(ours: list[View], theirs: list[View]) -> _Found | None:
    """Return the pair of views, in any flip or turn, that lies best on its side of its line."""
    found: _Found | None = None
    for mine in ours:
        for other in theirs:
            there = hashes.distances(mine.hashed, other.hashed[:1])
            back = hashes.distances(other.hashed, mine.hashed[:1])
            distance = int(min(there.min(), back.min()))
            line = verdict.view_line(mine.kind, other.kind, min(mine.quality, other.quality))
            found = _better(found, distance, line, mine.region, other.region)
    return found


def _by_alignment(ours: list[View], theirs: list[View]) -> _Found | None:
    """Lay every detailed view of one over every one of the other's; the best lie counts."""
    found: _Found | None = None
    for mine in ours:
        for other in theirs:
            if mine.detail is None or other.detail is None:
                continue
            for way in _ways(mine.detail.canvas, other.detail.canvas):
                sides = _within(mine.region, way.ours), _within(other.region, way.theirs)
                found = _better(found, way.distance, verdict.aligned_line(way), *sides)
    return found


def _better(
    best: _Found | None, distance: int, line: int, ours: Region, theirs: Region
) -> _Found | None:
    if not verdict.is_evidence(ours, theirs):
        return best
    score = verdict.score(distance, line)
    return best if best and best.score >= score else _Found(score, distance, ours, theirs)


def _ways(ours: Canvas, theirs: Canvas) -> Iterator[Alignment]:
    """Lay in one order whichever is the copy, so that both orders agree."""
    if ours.averages.tobytes() <= theirs.averages.tobytes():
        yield from alignments(ours, theirs)
        return
    for way in alignments(theirs, ours):
        yield way._replace(ours=way.theirs, theirs=way.ours)


def _within(outer: Region, inner: Region) -> Region:
    wide, high = outer.right - outer.left, outer.bottom - outer.top
    return Region(
        outer.left + inner.left * wide,
        outer.top + inner.top * high,
        outer.left + inner.right * wide,
        outer.top + inner.bottom * high,
    )
