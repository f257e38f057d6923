"""Films as the contract wants them: minutes of frames and details in, a comparison out."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final

import numpy as np

from fingerprints.container import FILM_TYPES
from fingerprints.contract import Comparison, Fingerprint, Lookup, Part, Probe
from fingerprints.errors import NothingToPrint
from fingerprints.image.hashes import BITS
from fingerprints.video import details, footage, frames, pairs, signature, tones, verdict
from fingerprints.video.decode import Frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.contract import Limits
    from fingerprints.video.signature import Footage

UNIT: Final = "bits of 256"

# A term is kind and value: bits 40–47 and 0–39.
_FRAME_KIND: Final = 1 << 40
_DETAIL_KIND: Final = 2 << 40
_TONE_KIND: Final = 3 << 40

_LEAST_FRAMES: Final = 4
_TERM_FRAME_S: Final = 1.0
_TERM_TONE_S: Final = 0.5
_DETAIL_TERMS: Final = 20  # of an anchor, the surest
_WINDOW_S: Final = 20.0
_MIN_SHARED: Final = 2
_A_FAINT_FRAME: Final = 400  # terms of a probe, about
_MOST_TERMS: Final = 150_000  # of a probe


class VideoModality:
    """Recognises films, and seconds out of them, by their pictures; not by their sound."""

    name: ClassVar[str] = "video"
    version: ClassVar[int] = 4
    span_unit: ClassVar[str] = "seconds"
    media_types: ClassVar[frozenset[str]] = FILM_TYPES | frozenset(
        {
            "application/mp4",
            "application/mxf",
            "application/ogg",
            "application/vnd.rn-realmedia",
            "audio/ogg",
        }
    )

    def extract(
        self,
        source: BinaryIO,
        *,
        limits: Limits,
        media_type: str | None = None,  # noqa: ARG002 (the bytes say it better)
    ) -> Fingerprint:
        """Fingerprint one film; raises `NothingToPrint` where it shows next to nothing."""
        film = Frames(source, limits)
        kept = [one for one in footage.stretches(film) if len(one.times)]
        if sum(len(one.times) for one in kept) < _LEAST_FRAMES:
            raise NothingToPrint("no frames with anything in them")
        parts = tuple(
            Part(
                position=float(one.stretches[0, 0]),
                terms=_terms(one),
                signature=signature.packed(one),
            )
            for one in kept
        )
        return Fingerprint(
            modality=self.name, version=self.version, parts=parts, extent=film.duration
        )

    def probe(self, fingerprint: Fingerprint) -> Probe:
        """Ask window by window; of a long film, for fewer moments of each."""
        whole = verdict.footage(fingerprint)
        stride = max(1, -(-_asked(whole) // _MOST_TERMS))
        found = (Lookup(terms, _MIN_SHARED) for terms in _windows(whole, stride) if len(terms))
        return Probe(self.name, tuple(found))

    def facts(self, fingerprint: Fingerprint) -> dict[str, str]:  # noqa: ARG002 - of the contract
        """Return nothing: no hash of films is in common exchange."""
        return {}

    def verify(self, query: Fingerprint, reference: Fingerprint) -> Comparison:
        """Find the stretches that follow the work; the best one's score counts."""
        found = verdict.judged(query, reference)
        score = max((one.score for one in found), default=0.0)
        kept = [one for one in found if one.score >= verdict.LINE]
        if not kept:
            distance = min((one.stretch.distance for one in found), default=BITS / 2)
            return Comparison(score, distance, UNIT)
        spans = sorted((one.span for one in kept), key=lambda span: span.copy)
        return Comparison(score, verdict.mean_distance(kept), UNIT, tuple(spans))


def _terms(one: Footage) -> NDArray[np.int64]:
    """Terms of a stretch: of a frame a second, of faint ones, of each anchor's surest details."""
    shown = one.hashes[_spaced(one)].reshape(-1, frames.WORDS)
    first = np.searchsorted(one.anchor, np.arange(len(one.anchors)))
    rank = np.arange(len(one.anchor)) - first[one.anchor]
    surest = one.details[rank < _DETAIL_TERMS]
    faint = tones.terms(one.tones[_spaced_faint(one), signature.BARE])
    of_frames = np.union1d(frames.terms(shown) | _FRAME_KIND, faint | _TONE_KIND)
    return np.union1d(of_frames, details.terms(surest) | _DETAIL_KIND)


def _spaced(one: Footage) -> NDArray[np.int64]:
    """(n,) indices of frames with a hash, a second apart."""
    return _apart(one.times, one.hashed, _TERM_FRAME_S)


def _spaced_faint(one: Footage) -> NDArray[np.int64]:
    """(n,) indices of frames with tones, half a second apart."""
    return _apart(one.times, one.toned, _TERM_TONE_S)


def _apart(
    times: NDArray[np.float64], chosen: NDArray[np.bool_], step_s: float
) -> NDArray[np.int64]:
    shown = np.flatnonzero(chosen)
    return shown[np.diff(np.floor(times[shown] / step_s), prepend=-1.0) > 0]


def _asked(whole: Footage) -> int:
    """Estimate the terms of a probe that asks for every moment."""
    a_frame = 2 * len(pairs.views(whole)) * frames.TERMS * (frames.TERM_BITS + 1)
    faint = len(_spaced_faint(whole)) * _A_FAINT_FRAME
    return len(_spaced(whole)) * a_frame + faint + len(whole.details) * details.NEAR


def _windows(whole: Footage, stride: int) -> Iterator[NDArray[np.int64]]:
    shown = _spaced(whole)[::stride]
    views = [view[shown] for view in pairs.views(whole)]
    words = np.stack([*views, *(view ^ frames.MIRROR for view in views)], axis=1)
    near = frames.near_terms(words.reshape(-1, frames.WORDS)).reshape(
        len(words), words.shape[1] * frames.TERMS * (frames.TERM_BITS + 1)
    )
    near |= _FRAME_KIND
    faint = _spaced_faint(whole)[::stride]
    light = whole.tones[faint]
    light = np.concatenate([light, tones.mirrored(light)], axis=1)
    asked = np.flatnonzero(whole.anchor % stride == 0)
    patches = details.near_terms(whole.details[asked]) | _DETAIL_KIND
    of_frame = np.floor(whole.times[shown] / _WINDOW_S)
    of_faint = np.floor(whole.times[faint] / _WINDOW_S)
    of_patch = np.floor(whole.anchors[whole.anchor[asked]] / _WINDOW_S)
    for window in np.unique(np.concatenate([of_frame, of_faint, of_patch])).tolist():
        inside = light[of_faint == window]
        toned = tones.near_terms(inside.reshape(-1, *inside.shape[2:])) | _TONE_KIND
        both = near[of_frame == window].ravel(), patches[of_patch == window].ravel()
        yield np.unique(np.concatenate([*both, toned]))
