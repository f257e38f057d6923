"""How pirates disguise a song: played a little faster, and so a little higher, as MP3."""

from __future__ import annotations

from typing import Final

import numpy as np

from console.demo.studio.encoding import song_file, sound_of

_FASTER: Final = 1.03


def hastened(song: bytes) -> bytes:
    """Play it three per cent faster, and compress it with loss."""
    sound = sound_of(song)
    times = np.arange(0, sound.size - 1, _FASTER)
    return compressed(np.interp(times, np.arange(sound.size), sound))


def compressed(sound: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bytes:
    """Write an MP3."""
    return song_file(sound, "mp3", "libmp3lame")
