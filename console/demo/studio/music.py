"""Music: tunes arranged for several voices and played by instruments made of overtones."""

from __future__ import annotations

from itertools import accumulate, cycle
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Sound = NDArray[np.float64]

RATE: Final = 24_000
"""Samples a second."""

_SCALE: Final = (0, 2, 4, 5, 7, 9, 11)
_PENTATONIC: Final = (1, 2, 3, 5, 6)
_CHORDS: Final = (1, 2, 3, 4, 5, 6)
_ABOVE: Final = (0, 2, 4, 7)
"""Degrees above a chord's root of which broken chords are made."""
_PLAYED: Final = 0.8
_STRUCK: Final = 0.4
_LOUDEST: Final = 0.8


class Note(NamedTuple):
    """A degree of the scale (8 is the octave of 1), and how many beats it lasts."""

    degree: int
    beats: float


class Instrument(NamedTuple):
    """How a tone sounds: the strength of each overtone, and how it begins and fades (seconds)."""

    overtones: tuple[float, ...]
    attack_s: float
    fade_s: float
    trembling: float = 0.0


ZITHER: Final = Instrument((1, 0.7, 0.5, 0.35, 0.25, 0.15, 0.1), 0.004, 0.35)
FLUTE: Final = Instrument((1, 0.35, 0.12, 0.05), 0.06, 1.5, trembling=0.004)
CELLO: Final = Instrument((1, 0.6, 0.45, 0.2, 0.15, 0.1), 0.08, 2.0, trembling=0.002)

JASMINE: Final = tuple(
    Note(degree, beats)
    for degree, beats in (
        *((3, 1), (3, 0.5), (5, 0.5), (6, 0.5), (8, 0.5), (8, 0.5), (6, 0.5)),
        *((5, 1), (5, 0.5), (6, 0.5), (5, 2)),
        *((3, 1), (3, 0.5), (5, 0.5), (6, 0.5), (8, 0.5), (8, 0.5), (6, 0.5)),
        *((5, 1), (5, 0.5), (6, 0.5), (5, 2)),
        *((5, 1), (5, 1), (5, 1), (3, 0.5), (5, 0.5), (6, 1), (6, 1), (5, 2)),
        *((3, 1), (2, 0.5), (3, 0.5), (5, 1), (3, 0.5), (2, 0.5)),
        *((1, 1), (1, 0.5), (2, 0.5), (1, 2)),
        *((3, 0.5), (2, 0.5), (1, 0.5), (3, 0.5), (2, 1.5), (3, 0.5)),
        *((5, 1), (6, 0.5), (8, 0.5), (5, 2)),
    )
)
"""茉莉花: a song of the Qing dynasty, nobody's any more."""
ODE: Final = tuple(
    Note(degree, beats)
    for degree, beats in (
        *((3, 1), (3, 1), (4, 1), (5, 1), (5, 1), (4, 1), (3, 1), (2, 1)),
        *((1, 1), (1, 1), (2, 1), (3, 1), (3, 1.5), (2, 0.5), (2, 2)),
        *((3, 1), (3, 1), (4, 1), (5, 1), (5, 1), (4, 1), (3, 1), (2, 1)),
        *((1, 1), (1, 1), (2, 1), (3, 1), (2, 1.5), (1, 0.5), (1, 2)),
        *((2, 1), (2, 1), (3, 1), (1, 1), (2, 1), (3, 0.5), (4, 0.5), (3, 1), (1, 1)),
    )
)
"""欢乐颂: of Beethoven's ninth symphony."""


def improvised(seed: int, beats: float) -> tuple[Note, ...]:
    """Make a tune up: a walk over the pentatonic scale, the same for the same seed."""
    chance = np.random.default_rng(seed)
    tune, at, left = [], int(chance.integers(5)), beats
    while left > 0:
        at = int(np.clip(at + chance.integers(-2, 3), 0, 9))
        note = Note(_PENTATONIC[at % 5] + 7 * (at // 5), float(chance.choice((0.5, 0.5, 1.0, 1.5))))
        tune.append(note)
        left -= note.beats
    return tuple(tune)


def played(
    tune: Sequence[Note], *, key_hz: float, beat_s: float, lead: Instrument = ZITHER, seed: int = 0
) -> Sound:
    """(n,) samples in [-1, 1]: the tune, and broken chords, a bass and a drum by chance."""
    chance = np.random.default_rng(seed)
    beats = sum(note.beats for note in tune)
    sound = np.zeros(int((beats * beat_s + 1) * RATE))
    for at, (degree, length) in _placed(tune):
        human = at * beat_s + chance.uniform(0, 0.02)
        _mix(sound, human, _tone(_hz(2 * key_hz, degree), length * beat_s * 1.2, lead), 1.0)
    roots = chance.permutation(_CHORDS)[:4]
    for bar, root in zip(range(0, int(beats), 4), cycle(roots), strict=False):
        _mix(sound, bar * beat_s, _tone(_hz(key_hz / 2, int(root)), 4 * beat_s, CELLO), 0.6)
        for step in np.flatnonzero(chance.random(8) < _PLAYED):
            tone = _tone(_hz(key_hz, int(root + chance.choice(_ABOVE))), beat_s, FLUTE)
            _mix(sound, (bar + step / 2) * beat_s + chance.uniform(0, 0.02), tone, 0.3)
        for step in np.flatnonzero(chance.random(8) < _STRUCK):
            _mix(sound, (bar + step / 2) * beat_s, _drum(chance), 0.3)
    return np.asarray(sound / np.abs(sound).max() * _LOUDEST)


def _placed(tune: Sequence[Note]) -> Iterator[tuple[float, Note]]:
    begins = accumulate((note.beats for note in tune), initial=0.0)
    return zip(begins, tune, strict=False)


def _hz(key_hz: float, degree: int) -> float:
    octave, step = divmod(degree - 1, len(_SCALE))
    return float(key_hz * 2 ** (octave + _SCALE[step] / 12))


def _tone(hz: float, seconds: float, how: Instrument) -> Sound:
    time = np.arange(int(seconds * RATE)) / RATE
    phase = 2 * np.pi * hz * (time + how.trembling / 5 * np.sin(2 * np.pi * 5 * time))
    tone = sum(
        strength * np.sin(number * phase) * np.exp(-time * number / (3 * how.fade_s))
        for number, strength in enumerate(how.overtones, 1)
    )
    ending = np.minimum(1, (seconds - time) / 0.05)
    return np.asarray(tone * np.minimum(1, time / how.attack_s) * ending)


def _drum(chance: np.random.Generator) -> Sound:
    time = np.arange(int(0.15 * RATE)) / RATE
    skin = np.sin(2 * np.pi * 90 * time * (1 - time))
    return np.asarray((skin + 0.4 * chance.normal(0, 1, time.size)) * np.exp(-40 * time))


def _mix(sound: Sound, at_s: float, tone: Sound, loudness: float) -> None:
    begin = int(at_s * RATE)
    end = min(sound.size, begin + tone.size)
    sound[begin:end] += loudness * tone[: max(0, end - begin)]
