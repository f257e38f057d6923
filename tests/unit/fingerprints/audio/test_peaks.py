import numpy as np

from fingerprints.audio import peaks
from tests.unit.fingerprints.audio.sound import music, samples


def test_a_plucked_tone_is_a_peak_where_it_sounds() -> None:
    time = np.arange(4 * 11_025) / 11_025
    tone = np.where(time > 2, np.sin(2 * np.pi * 440 * time) * np.exp(-6 * (time - 2)), 0)
    found = peaks.find((tone * 20_000).astype(np.int16))
    loudest = int(found.rises.argmax())
    assert abs(found.times[loudest] - 2050) < 60
    assert abs(found.cents[loudest] - 2400) < 5
    assert found.ranks[loudest] == 3


def test_blocks_change_nothing() -> None:
    sound = samples(music(5, 150))
    finder = peaks.PeakFinder()
    for begin in range(0, sound.size, 10_007):
        finder.feed(sound[begin : begin + 10_007])
    streamed, whole = finder.finish(), peaks.find(sound)
    assert all((one == other).all() for one, other in zip(streamed, whole, strict=True))
    assert (np.diff(whole.times) >= 0).all()


def test_loudness_changes_little() -> None:
    sound = samples(music(6, 20))
    loud, quiet = peaks.find(sound), peaks.find((sound // 20).astype(np.int16))
    places = {
        (time // 100, cents // 50) for time, cents in zip(loud.times, loud.cents, strict=True)
    }
    same = [
        (time // 100, cents // 50) in places
        for time, cents in zip(quiet.times, quiet.cents, strict=True)
    ]
    assert np.mean(same) > 0.75


def test_silence_has_no_peaks() -> None:
    assert peaks.find(np.zeros(40_000, np.int16)).size == 0
    assert peaks.find(np.zeros(3, np.int16)).size == 0
    assert peaks.together([]).size == 0
