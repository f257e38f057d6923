"""Frames of a film to stretches of a minute: which frames vote, their hashes and their details."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.video import borders, details, frames
from fingerprints.video.borders import Borders
from fingerprints.video.decode import RATE_HZ
from fingerprints.video.signature import VIEWS, Footage
from fingerprints.video.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.contract import Region
    from fingerprints.video.decode import Frame, Frames

STRETCH_S: Final = 60.0
_ANCHOR_S: Final = 1.0
_MOST_STILL_S: Final = 5.0
_MOVED: Final = 0.08  # of the spread of luminance: less is noise
_OTHER_SCENE: Final = 64  # bits
_OVERLAY_SCENES: Final = 3  # a detail in so many scenes of a stretch lies over the film


def stretches(film: Frames) -> Iterator[Footage]:
    """Yield a minute after the other; a stretch may be empty of frames that vote."""
    border, windows, stills, start = Borders(), Windows(), Stills(), 0.0
    kept: list[_Kept] = []
    for frame in film:
        if frame.time >= start + STRETCH_S:
            yield _stretch(kept, _inner(border, windows), start, start + STRETCH_S)
            windows = Windows()
            kept, start = [], start + STRETCH_S * int((frame.time - start) / STRETCH_S)
        averages = frames.grid(frame.luminance)
        if frames.votes(averages):
            if len(kept) % RATE_HZ == 0:
                border.see(frame.luminance)
                windows.see(frame.luminance)
            kept.append(_Kept(frame, averages, stills.number(averages)))
    if film.duration > start:
        yield _stretch(kept, _inner(border, windows), start, film.duration)


def _inner(border: Borders, windows: Windows) -> list[Region]:
    """Return the parts of the picture that may be the film: all but its borders, its windows."""
    bare = border.inner()
    return [*windows.found(), *([bare] if bare is not None else [])]


class Stills:
    """Numbers pictures: as long as the film stands still, its frames have one number."""

    def __init__(self) -> None:
        self._shown: NDArray[np.float32] | None = None
        self._number = 0

    def number(self, averages: NDArray[np.float32]) -> int:
        """Return the number of the next frame's picture, given its grid."""
        level = (averages - averages.mean()) / (averages.std() + 1)
        if self._shown is None or float(np.square(level - self._shown).mean()) > _MOVED**2:
            self._shown = level
            self._number += 1
        return self._number


class _Kept(NamedTuple):
    frame: Frame
    averages: NDArray[np.float32]
    still: int


def _stretch(kept: list[_Kept], inner: list[Region], start: float, end: float) -> Footage:
    words = np.empty((len(kept), VIEWS, frames.WORDS), np.uint64)
    for place, (frame, averages, _) in enumerate(kept):
        words[place] = frames.hashed(averages)
        for view, region in enumerate(inner, start=1):
            part = borders.pixels(frame.luminance, region)
            words[place, view] = frames.hashed(frames.grid(part))
    times = np.array([one.frame.time for one in kept])
    stills = np.array([one.still for one in kept], np.int64)
    chosen = _anchors(times, stills)
    found = [details.details(kept[place].frame.luminance) for place in chosen]
    anchor = np.repeat(np.arange(len(chosen)), [len(one) for one in found])
    everything = details.joined(found) if found else details.none()
    lasting = ~_overlays(everything, _scenes(words[chosen, 0])[anchor])
    return Footage(
        np.array([[start, end]]),
        times,
        words,
        stills,
        times[chosen],
        anchor[lasting],
        everything[lasting],
    )


def _anchors(times: NDArray[np.float64], stills: NDArray[np.int64]) -> list[int]:
    """Choose a frame a second, fewer where the picture stands still."""
    chosen: list[int] = []
    for place, time in enumerate(times.tolist()):
        if chosen:
            since = time - times[chosen[-1]]
            still = stills[place] == stills[chosen[-1]]
            if since < _ANCHOR_S or (still and since < _MOST_STILL_S):
                continue
        chosen.append(place)
    return chosen


def _scenes(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(n,) number of each anchor's scene, which may come back: the first picture like it."""
    near = frames.distances(words, words) <= _OTHER_SCENE
    return np.asarray(near.argmax(axis=1) if len(words) else np.empty(0), np.int64)


def _overlays(found: details.Details, scenes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) which details come again in other scenes: a logo, a subtitle's box, a frame."""
    term = details.terms(found)
    pairs = np.unique(np.stack([term, scenes], axis=1), axis=0)
    values, counts = np.unique(pairs[:, 0], return_counts=True)
    return np.isin(term, values[counts >= _OVERLAY_SCENES])
