"""Music made up from a seed, and files of it: what the audio tests work on."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

import av
import numpy as np
import soxr

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 24_000


def music(seed: int, seconds: float) -> NDArray[np.float64]:
    """(n,) samples at 24,000 Hz in [-1, 1]: plucked notes of one key over a beat."""
    chance = np.random.default_rng(seed)
    sound = np.zeros(int(seconds * RATE))
    scale = chance.permutation(12)[:7]
    lowest, beat = 110 * chance.uniform(0.97, 1.03), chance.uniform(0.8, 1.0)
    at = 0.0
    while at < seconds - 0.3:
        note = int(chance.choice(scale)) + 12 * int(chance.integers(0, 3))
        _add(sound, at, _pluck(lowest * 2 ** (note / 12), chance.uniform(0.3, 1.5), chance))
        if chance.random() < 0.3:
            _add(sound, at, _drum(chance))
        at += float(chance.choice((0.125, 0.25, 0.25, 0.375, 0.5))) * beat * chance.normal(1, 0.03)
    return np.asarray(sound / np.abs(sound).max() * 0.8)


def _pluck(hz: float, length: float, chance: np.random.Generator) -> NDArray[np.float64]:
    time = np.arange(int(length * RATE)) / RATE
    tone = np.zeros(time.size)
    for overtone in range(1, 7):
        strength = chance.uniform(0.2, 1.0) / overtone
        tone += strength * np.sin(2 * np.pi * hz * overtone * time) * np.exp(-4 * time)
    return tone * np.minimum(1, time * 200)


def _drum(chance: np.random.Generator) -> NDArray[np.float64]:
    time = np.arange(int(0.1 * RATE)) / RATE
    return 0.5 * chance.normal(0, 1, time.size) * np.exp(-50 * time)


def _add(sound: NDArray[np.float64], at: float, tone: NDArray[np.float64]) -> None:
    begin = int(at * RATE)
    end = min(sound.size, begin + tone.size)
    sound[begin:end] += tone[: end - begin]


def cut(sound: NDArray[np.float64], begin: float, seconds: float) -> NDArray[np.float64]:
    return sound[int(begin * RATE) : int((begin + seconds) * RATE)]


def faster(sound: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """Played faster, and so higher."""
    return np.asarray(soxr.resample(sound, RATE * factor, RATE))


def noisy(sound: NDArray[np.float64], decibels: float) -> NDArray[np.float64]:
    """With white noise that much weaker than it."""
    noise = np.random.default_rng(1).normal(0, 1, sound.size)
    mixed = sound + noise * sound.std() * 10 ** (-decibels / 20)
    return np.asarray(mixed / np.abs(mixed).max())


def samples(sound: NDArray[np.float64]) -> NDArray[np.int16]:
    """At 11,025 Hz, as fingerprints are made of."""
    lower = soxr.resample(sound, RATE, 11_025)
    return np.asarray((lower * 32_000).clip(-32_768, 32_767).astype(np.int16))


def wav(sound: NDArray[np.float64]) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32_000).astype("<i2").tobytes())
    return written.getvalue()


def encoded(
    sound: NDArray[np.float64],
    container: str,
    codec: str,
    *,
    bit_rate: int = 64_000,
    picture: bool = False,
) -> bytes:
    """In any container and codec that FFmpeg writes; with a moving picture if asked."""
    written = io.BytesIO()
    with av.open(written, "w", format=container) as file:
        track = file.add_stream(codec, rate=RATE)
        assert isinstance(track, av.AudioStream)
        track.bit_rate = bit_rate
        track.layout = "mono"
        if picture:
            _film(file, len(sound) / RATE)
        values = (sound * 32_000).astype(np.int16)
        for begin in range(0, values.size, 1024):
            frame = av.AudioFrame.from_ndarray(values[None, begin : begin + 1024], "s16", "mono")
            frame.sample_rate = RATE
            frame.pts = begin
            file.mux(track.encode(frame))
        file.mux(track.encode(None))
    return written.getvalue()


def _film(file: av.container.OutputContainer, seconds: float) -> None:
    film = file.add_stream("mpeg4", rate=5)
    assert isinstance(film, av.VideoStream)
    film.width, film.height, film.pix_fmt = 64, 48, "yuv420p"
    for number in range(int(seconds * 5)):
        shade = np.full((48, 64, 3), number % 256, np.uint8)
        file.mux(film.encode(av.VideoFrame.from_ndarray(shade, "rgb24")))
    file.mux(film.encode(None))
