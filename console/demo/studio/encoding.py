"""Films and songs as files, written and read by FFmpeg."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import av
import numpy as np

from console.demo.studio.music import RATE
from console.demo.studio.photography import FRAMES_A_SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from console.demo.studio.music import Sound
    from console.demo.studio.photography import Frame

_BLOCK: Final = 1024
_PEAK: Final = 32_767


class Film(NamedTuple):
    """A film as it is shown: (h, w, 3) uint8 RGB frames, twelve a second, and its sound."""

    frames: Sequence[Frame]
    sound: Sound


def film_files(
    film: Film, name: str, form: str = "mp4", options: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """Write a film in one of FFmpeg's formats; return all files of it by name.

    `name` is the first file's; a list of segments has others beside it.
    """
    with tempfile.TemporaryDirectory() as folder:
        with av.open(f"{folder}/{name}", "w", format=form, options=dict(options or {})) as file:
            packets = [*_pictures(file, film.frames), *_sound(file, film.sound, "aac")]
            packets.sort(key=lambda one: float((one.dts or 0) * one.time_base))
            for packet in packets:
                file.mux(packet)
        return {one.name: one.read_bytes() for one in Path(folder).iterdir()}


def song_file(sound: Sound, form: str, codec: str) -> bytes:
    """Write sound as a file."""
    out = BytesIO()
    with av.open(out, "w", format=form) as file:
        for packet in _sound(file, sound, codec):
            file.mux(packet)
    return out.getvalue()


def film_of(content: bytes) -> Film:
    """Read a film back."""
    with av.open(BytesIO(content), "r") as file:
        frames = [
            np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in file.decode(video=0)
        ]
    return Film(frames, sound_of(content))


def sound_of(content: bytes) -> Sound:
    """(n,) samples in [-1, 1], 24,000 a second, of a file's sound."""
    samples = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(BytesIO(content), "r") as file:
        pieces = [
            piece.to_ndarray()[0]
            for frame in file.decode(audio=0)
            for piece in samples.resample(frame)
        ]
    return np.concatenate(pieces).astype(np.float64)


def _pictures(file: Any, frames: Sequence[Frame]) -> list[Any]:  # noqa: ANN401  PyAV's container
    track = file.add_stream("libx264", Fraction(FRAMES_A_SECOND))
    track.height, track.width = frames[0].shape[:2]
    track.pix_fmt = "yuv420p"
    track.codec_context.gop_size = 2 * FRAMES_A_SECOND
    track.options = {"preset": "ultrafast", "crf": "24", "threads": "1"}
    packets: list[Any] = []
    for number, frame in enumerate(frames):
        picture = av.VideoFrame.from_ndarray(frame, format="rgb24")
        picture.pts, picture.time_base = number, 1 / Fraction(FRAMES_A_SECOND)
        packets += track.encode(picture)
    return [*packets, *track.encode(None)]


def _sound(file: Any, sound: Sound, codec: str) -> list[Any]:  # noqa: ANN401  PyAV's container
    track = file.add_stream(codec, rate=RATE)
    track.layout = "mono"
    values = (sound * _PEAK).clip(-_PEAK, _PEAK).astype(np.int16)
    packets: list[Any] = []
    for begin in range(0, values.size, _BLOCK):
        block = av.AudioFrame.from_ndarray(values[None, begin : begin + _BLOCK], "s16", "mono")
        block.sample_rate, block.pts = RATE, begin
        packets += track.encode(block)
    return [*packets, *track.encode(None)]
