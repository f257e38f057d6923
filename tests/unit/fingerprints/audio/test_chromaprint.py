import numpy as np
from numpy.typing import NDArray

from fingerprints.audio.chromaprint import (
    FIRST_ITEM_SAMPLES,
    HOP,
    Chroma,
    fingerprint,
)

# What `fpcalc -raw -length 0` 1.5.1 prints for `melody()` as a WAV file of 11,025 Hz.
RECORDED = (
    4183345771,
    3636001386,
    4172868970,
    4171783274,
    2565358666,
    2558264394,
    2552176842,
    2551063034,
    2563663595,
    2563663593,
    2626569976,
    2627389128,
    2646197960,
    2594742988,
    2599199484,
    2590802668,
    2587804412,
    2601404156,
    3674568428,
    3741607405,
    3737183406,
    4269863086,
    3197292682,
    3067245706,
    3594709134,
    3523390366,
    4081298086,
    4039289510,
    4039283382,
    4040262278,
    3772810126,
    3764687198,
    3794112814,
    3794777390,
    1646983470,
    1647048974,
    1646913566,
    1659430954,
    1655232552,
    1660472376,
    1649950728,
    1661649032,
    1615519932,
)


def melody(seconds: int = 8) -> NDArray[np.int16]:
    """Three voices of saw teeth in whole numbers: the same on every machine."""
    at = np.arange(seconds * 11_025, dtype=np.int64)
    sound = np.zeros(at.size, np.int64)
    for voice in range(3):
        note = at // (2205 + 735 * voice) * (7 + 4 * voice) % 29
        step = 1300 + 97 * note + 911 * voice
        sound += (at * step % 65_536 - 32_768) // 6
    return sound.astype(np.int16)


def test_it_is_what_fpcalc_prints() -> None:
    assert fingerprint(melody()).tolist() == list(RECORDED)


def test_blocks_change_nothing() -> None:
    sound = melody()
    chroma = Chroma()
    for begin in range(0, sound.size, 7001):
        chroma.feed(sound[begin : begin + 7001])
    assert (chroma.items() == fingerprint(sound)).all()


def test_the_first_item_needs_so_many_samples() -> None:
    sound = melody()
    enough = FIRST_ITEM_SAMPLES
    assert fingerprint(sound[: enough - 1]).size == 0
    assert fingerprint(sound[:enough]).size == 1
    assert fingerprint(sound[: enough + HOP]).size == 2
    assert fingerprint(sound[:0]).size == 0
