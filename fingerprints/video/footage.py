"""Frames of a film to stretches of a minute: which frames vote, their hashes and their details."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.contract import Region
from fingerprints.video import borders, details, frames, lettering, tones
from fingerprints.video.borders import Borders
from fingerprints.video.decode import RATE_HZ
from fingerprints.video.signature import BARE, TONE_VIEWS, VIEWS, Footage
from fingerprints.video.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.video.decode import Frame, Frames

STRETCH_S: Final = 60.0
_ANCHOR_S: Final = 1.0
_MOST_STILL_S: Final = 5.0
_MOVED: Final = 0.08  # of the spread of luminance: less is noise
_MOVED_BITS: Final = 3  # of the tones, sure both times
_FAINT_STEP: Final = 4  # of 255: a border's pixel differs less from its edge's median
_OTHER_SCENE: Final = 64  # bits
_OVERLAY_SCENES: Final = 3  # a detail in so many scenes of a stretch lies over the film


def stretches(film: Frames) -> Iterator[Footage]:
    """Yield a minute after the other; a stretch may be empty of frames that vote."""
    layout, stills, start = _Layout(), Stills(), 0.0
    kept: list[_Kept] = []
    for frame in film:
        if frame.time >= start + STRETCH_S:
            yield _stretch(kept, layout, start, start + STRETCH_S)
            layout.begin()
            kept, start = [], start + STRETCH_S * int((frame.time - start) / STRETCH_S)
        averages = frames.grid(frame.luminance)
        hashed = frames.votes(averages)
        light = tones.toned(averages) if not hashed or frames.is_faint(averages) else None
        if light is not None and not tones.shows(light):
            light = None
        if (hashed or light is not None) and not lettering.is_lettering(frame.luminance):
            if hashed:
                layout.film.see(frame.luminance)
            if light is not None:
                layout.faint.see(frame.luminance)
            kept.append(_Kept(frame, averages, hashed, light, stills.number(averages, light)))
    if film.duration > start:
        yield _stretch(kept, layout, start, film.duration)


class _Edges:
    """Borders and windows, seen at a frame in four."""

    def __init__(self, border: Borders) -> None:
        self.border = border
        self.begin()

    def begin(self) -> None:
        """Forget the windows: a border stays."""
        self.windows, self._seen = Windows(), 0

    def see(self, luminance: NDArray[np.uint8]) -> None:
        """Take a frame into account."""
        if self._seen % RATE_HZ == 0:
            self.border.see(luminance)
            self.windows.see(luminance)
        self._seen += 1


class _Layout:
    """Where in the picture the film may be, by frames with a hash and by those with tones."""

    def __init__(self) -> None:
        self.film, self.faint = _Edges(Borders()), _Edges(Borders(_FAINT_STEP))

    def begin(self) -> None:
        """Begin another stretch."""
        self.film.begin()
        self.faint.begin()

    def inner(self) -> list[Region]:
        """Return what may be the film in the picture: all but its borders, its windows."""
        bare = self.film.border.inner()
        return [*self.film.windows.found(), *([bare] if bare is not None else [])]

    def inner_of_faint(self) -> list[Region]:
        """Return the same where there is little in the frames: what is inside borders first."""
        bare = self.faint.border.inner() or _WHOLE
        windows = self.film.windows.found(), self.faint.windows.found()
        return [bare, *chain.from_iterable(windows)][: TONE_VIEWS - 1]


class Stills:
    """Numbers pictures: as long as the film stands still, its frames have one number."""

    def __init__(self) -> None:
        self._shown: NDArray[np.float32] | None = None
        self._light: NDArray[np.uint64] | None = None
        self._number = 0

    def number(self, averages: NDArray[np.float32], light: NDArray[np.uint64] | None = None) -> int:
        """Return the number of the next frame's picture, given its grid and its tones, if any."""
        level = (averages - averages.mean()) / (averages.std() + 1)
        moved = self._shown is None or float(np.square(level - self._shown).mean()) > _MOVED**2
        if moved and light is not None and self._light is not None:
            # In a faint picture, noise is as large as what moves.
            moved = int(tones.changed(light, self._light)) >= _MOVED_BITS
        if moved:
            self._shown, self._light = level, light
            self._number += 1
        return self._number


_WHOLE: Final = Region(0.0, 0.0, 1.0, 1.0)


class _Kept(NamedTuple):
    frame: Frame
    averages: NDArray[np.float32]
    hashed: bool
    light: NDArray[np.uint64] | None
    still: int


def _stretch(kept: list[_Kept], layout: _Layout, start: float, end: float) -> Footage:
    words = np.zeros((len(kept), VIEWS, frames.WORDS), np.uint64)
    light = np.zeros((len(kept), TONE_VIEWS, 2, tones.WORDS), np.uint64)
    inner, faint = layout.inner(), layout.inner_of_faint()
    for place, one in enumerate(kept):
        if one.hashed:
            words[place] = frames.hashed(one.averages)
            for view, grid in enumerate(_parts(one.frame, inner), start=1):
                words[place, view] = frames.hashed(grid)
        if one.light is not None:
            light[place] = one.light
            for view, grid in enumerate(_parts(one.frame, faint), start=1):
                light[place, view] = tones.toned(grid)
    # What seemed to be lighter and darker may have been a border and nothing in it.
    light[~tones.shows(light[:, BARE])] = 0
    times = np.array([one.frame.time for one in kept])
    hashed = np.array([one.hashed for one in kept], np.bool_)
    stills = np.array([one.still for one in kept], np.int64)
    chosen = np.flatnonzero(hashed)[_anchors(times[hashed], stills[hashed])]
    found = [details.details(kept[place].frame.luminance) for place in chosen]
    anchor = np.repeat(np.arange(len(chosen)), [len(one) for one in found])
    everything = details.joined(found) if found else details.none()
    lasting = ~_overlays(everything, _scenes(words[chosen, 0])[anchor])
    shown = hashed | light[:, BARE, 1].any(axis=1)
    return Footage(
        np.array([[start, end]]),
        times[shown],
        hashed[shown],
        words[shown],
        light[shown],
        stills[shown],
        times[chosen],
        anchor[lasting],
        everything[lasting],
    )


def _parts(frame: Frame, regions: list[Region]) -> Iterator[NDArray[np.float32]]:
    return (frames.grid(borders.pixels(frame.luminance, region)) for region in regions)


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
