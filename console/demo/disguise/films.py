"""How pirates disguise a film: each trick takes a film's file and gives back files of a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from console.demo.studio.encoding import Film, film_files, film_of
from console.demo.studio.music import RATE
from console.demo.studio.photography import FRAMES_A_SECOND

if TYPE_CHECKING:
    from console.demo.studio.photography import Frame

_BAR: Final = 24
_IDENT_S: Final = 4.0
_FROM_S: Final = 6.0
_SEGMENTS: Final = {"hls_time": "4", "hls_list_size": "0"}
PLAYLIST: Final = "index.m3u8"


def announced(film: bytes) -> dict[str, bytes]:
    """Put the site's own film before it and black bars around it; cut it into segments (HLS)."""
    frames, sound = film_of(film)
    ident = [_ident(number, frames[0]) for number in range(round(_IDENT_S * FRAMES_A_SECOND))]
    jingle = 0.2 * np.sin(np.arange(round(_IDENT_S * RATE)) * (2 * np.pi * 440 / RATE))
    copy = Film([_barred(one) for one in (*ident, *frames)], np.concatenate([jingle, sound]))
    return film_files(copy, PLAYLIST, "hls", _SEGMENTS)


def mirrored(film: bytes) -> bytes:
    """Mirror it, and leave out how it begins."""
    frames, sound = film_of(film)
    kept = frames[round(_FROM_S * FRAMES_A_SECOND) :]
    turned = [np.ascontiguousarray(one[:, ::-1]) for one in kept]
    return film_files(Film(turned, sound[round(_FROM_S * RATE) :]), "copy.mp4")["copy.mp4"]


def _ident(number: int, like: Frame) -> Frame:
    """Return one frame of colours that pass by."""
    high, width = like.shape[:2]
    shades = (np.arange(width) + 6 * number) % 256
    colours = np.stack([shades, 255 - shades, np.full(width, 90)], axis=-1)
    return np.broadcast_to(colours, (high, width, 3)).astype(np.uint8)


def _barred(frame: Frame) -> Frame:
    bar = np.zeros((_BAR, frame.shape[1], 3), np.uint8)
    return np.concatenate([bar, frame, bar])
