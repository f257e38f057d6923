"""What sounds alike and is not the same: one beat, one scale, one drum kit, any noise."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fingerprints.audio import AudioModality
from tests.unit.fingerprints.audio.sound import RATE, cut, music, noisy, samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from fingerprints.contract import Fingerprint

SECONDS = 30
SCALE = (0, 2, 4, 5, 7, 9, 11)
MODALITY = AudioModality()


def sequenced(seed: int) -> NDArray[np.float64]:
    """One note of a scale after the other, on one beat, of one instrument."""
    chance = np.random.default_rng(seed)
    time = np.arange(int(0.6 * RATE)) / RATE
    sound = np.zeros(SECONDS * RATE)
    for at in range(0, sound.size - time.size, RATE // 4):
        hz = 220 * 2 ** ((int(chance.choice(SCALE)) + 12 * int(chance.integers(0, 2))) / 12)
        tone = sum(np.sin(2 * np.pi * hz * n * time) / n for n in range(1, 6)) * np.exp(-4 * time)
        sound[at : at + time.size] += tone * np.minimum(1, time * 200)
    return np.asarray(sound / np.abs(sound).max())


def drummed(seed: int) -> NDArray[np.float64]:
    """A bar of three drums again and again; the drums are the same for every seed."""
    time = np.arange(int(0.12 * RATE)) / RATE
    hits = np.random.default_rng(seed).random((3, 16)) < 0.4
    sound = np.zeros(SECONDS * RATE)
    for step, at in enumerate(range(0, sound.size - time.size, RATE // 8)):
        for drum in np.flatnonzero(hits[:, step % 16]):
            skin = np.random.default_rng(int(drum)).normal(0, 1, time.size)
            tone = np.sin(2 * np.pi * (60 + 40 * drum) * time)
            sound[at : at + time.size] += skin * np.exp(-(20 + 20 * drum) * time) + tone
    return np.asarray(sound / np.abs(sound).max())


def backed(seed: int) -> NDArray[np.float64]:
    """A tune over bars of drums and bass that are the same for every seed."""
    chance, other = np.random.default_rng(seed + 100), np.random.default_rng(5)
    sound = drummed(9) * 2
    bar = [int(other.choice(SCALE)) if other.random() < 0.5 else -1 for _ in range(16)]
    bass, voice = np.arange(int(0.3 * RATE)) / RATE, np.arange(int(0.5 * RATE)) / RATE
    for step, at in enumerate(range(0, sound.size - voice.size, RATE // 8)):
        if (note := bar[step % 16]) >= 0:
            sound[at : at + bass.size] += _note(110 * 2 ** (note / 12), bass, 6)
        if step % 2 and chance.random() < 0.8:
            note = int(chance.choice(SCALE)) + 12 * int(chance.integers(0, 2))
            sound[at : at + voice.size] += _note(330 * 2 ** (note / 12), voice, 3)
    return np.asarray(sound / np.abs(sound).max())


def _note(hz: float, time: NDArray[np.float64], decay: float) -> NDArray[np.float64]:
    tone = sum(np.sin(2 * np.pi * hz * n * time) / n for n in range(1, 6))
    return np.asarray(tone * np.exp(-decay * time) * np.minimum(1, time * 200))


def noise(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(0, 0.2, SECONDS * RATE)


def clicks(seed: int) -> NDArray[np.float64]:
    sound = np.random.default_rng(seed).normal(0, 1e-5, SECONDS * RATE)
    sound[:: RATE // 2] = 1
    return sound


def printed(sound: NDArray[np.float64]) -> Fingerprint:
    return MODALITY.print_sound(iter([samples(sound)]))


@pytest.mark.parametrize("made", [sequenced, drummed, backed, noise, clicks])
def test_what_only_sounds_alike_is_no_copy(made: Callable[[int], NDArray[np.float64]]) -> None:
    prints = [printed(made(seed)) for seed in range(3)]
    for one, other in permutations(prints, 2):
        assert MODALITY.verify(one, other).score < 0.5


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("made", [sequenced, backed])
def test_music_on_that_beat_is_still_recognised(
    made: Callable[[int], NDArray[np.float64]], seed: int
) -> None:
    sound = made(seed)
    copy = printed(noisy(cut(sound, 7, 15), 10))
    assert MODALITY.verify(copy, printed(sound)).score > 0.5


def test_music_under_louder_sound_is_recognised() -> None:
    sound, other = music(11, 40), music(12, 12) * 1.8
    copy = printed((cut(sound, 15, 12) + other) / 3)
    comparison = MODALITY.verify(copy, printed(sound))
    assert comparison.score > 0.5
    (span,) = comparison.spans
    assert abs(span.work[0] - span.copy[0] - 15) < 0.2


def test_an_hour_is_looked_up_by_few_terms() -> None:
    short = printed(music(13, 58))
    longer = MODALITY.print_sound(iter([samples(music(14, 58))] * 20))
    for one in (short, longer):
        assert sum(lookup.terms.size for lookup in MODALITY.probe(one).lookups) < 50_000
