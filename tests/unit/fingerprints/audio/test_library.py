"""The library and ours make the same bits; a library that can't be trusted isn't used."""

from __future__ import annotations

import io
import os
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from structlog.testing import capture_logs

from fingerprints.audio import AudioModality
from fingerprints.audio.chromaprint import FIRST_ITEM_SAMPLES, HOP, Chroma
from fingerprints.audio.decode import blocks
from fingerprints.audio.library import Gatherer, LibraryChroma, gatherer, made_by
from fingerprints.contract import Limits
from tests.unit.fingerprints.audio.sound import encoded, music, noisy, samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


FINGERPRINTER = "chromaprint"


@pytest.fixture
def library() -> type[Gatherer]:
    """What is installed; where all is to be there, its want is a failure."""
    if "CI" not in os.environ:
        pytest.importorskip(FINGERPRINTER, exc_type=ImportError)
    return LibraryChroma


@pytest.fixture
def found_anew() -> Iterator[Callable[[], type[Gatherer]]]:
    yield gatherer.__wrapped__
    gatherer.cache_clear()


@pytest.mark.parametrize("seed", range(4))
def test_music_is_the_same(library: type[Gatherer], seed: int) -> None:
    sound = samples(music(seed, 40))
    assert np.array_equal(made_by(library, sound), made_by(Chroma, sound))


@pytest.mark.parametrize(
    ("container", "codec", "bit_rate"),
    [("mp3", "libmp3lame", 32_000), ("ogg", "libopus", 24_000), ("ipod", "aac", 48_000)],
)
def test_what_a_codec_left_is_the_same(
    library: type[Gatherer], container: str, codec: str, bit_rate: int
) -> None:
    content = encoded(noisy(music(5, 40), 12), container, codec, bit_rate=bit_rate)
    decoded = list(blocks(io.BytesIO(content), Limits()))
    theirs, ours = library(), Chroma()
    for block in decoded:
        theirs.feed(block)
        ours.feed(block)
    items = theirs.items()
    assert items.size > 250
    assert np.array_equal(items, ours.items())


def test_noise_and_extremes_are_the_same(library: type[Gatherer]) -> None:
    chance = np.random.default_rng(3)
    for sound in (
        chance.integers(-32_768, 32_768, 200_000),
        chance.integers(-2, 3, 200_000),
        np.zeros(60_000),
        np.full(60_000, -32_768),
        np.tile([32_767, -32_768], 30_000),
    ):
        kept = sound.astype(np.int16)
        assert np.array_equal(made_by(library, kept), made_by(Chroma, kept))


@pytest.mark.parametrize("more", [-1, 0, HOP - 1, HOP])
def test_ends_are_the_same(library: type[Gatherer], more: int) -> None:
    sound = samples(music(6, 4))[: FIRST_ITEM_SAMPLES + more]
    assert np.array_equal(made_by(library, sound), made_by(Chroma, sound))
    assert made_by(library, sound[:0]).size == 0


def test_the_library_is_used_where_it_is(library: type[Gatherer]) -> None:
    assert gatherer() is library


def test_without_a_library_ours_is_used(
    found_anew: Callable[[], type[Gatherer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, FINGERPRINTER, None)
    with capture_logs() as told:
        assert found_anew() is Chroma
    assert [one["event"] for one in told] == ["libchromaprint_not_found"]


class Wrong:
    """Makes the same fingerprint of everything."""

    ALGORITHM_TEST2 = 1

    def __init__(self, algorithm: int) -> None: ...

    def start(self, rate: int, channels: int) -> None: ...

    def feed(self, data: bytes) -> None: ...

    def finish(self) -> bytes:
        return b""


class Broken(Wrong):
    def feed(self, data: bytes) -> None:
        raise OSError(data[:1])


@pytest.mark.parametrize("kind", [Wrong, Broken])
def test_a_library_that_is_not_what_it_should_be_is_not_used(
    found_anew: Callable[[], type[Gatherer]], monkeypatch: pytest.MonkeyPatch, kind: type[Wrong]
) -> None:
    fake = SimpleNamespace(Fingerprinter=kind, decode_fingerprint=lambda data: ([7] * len(data), 1))
    monkeypatch.setitem(sys.modules, FINGERPRINTER, fake)
    with capture_logs() as told:
        assert found_anew() is Chroma
    assert [one["event"] for one in told] == ["libchromaprint_broken"]


def test_prints_are_the_same_either_way(
    library: type[Gatherer], monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = samples(music(7, 30))
    with_library, without = AudioModality(), AudioModality()
    monkeypatch.setattr(with_library, "_gatherer", library)
    monkeypatch.setattr(without, "_gatherer", Chroma)
    one, other = (made.print_sound(iter([sound])) for made in (with_library, without))
    assert [part.signature for part in one.parts] == [part.signature for part in other.parts]
