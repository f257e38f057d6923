"""Any file with moving pictures, as small grey frames a quarter of a second apart.

Frames are taken by their time, whatever the frame rate; pictures that no other needs are never
decoded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

import av
import cv2
import numpy as np

from fingerprints.container import DAMAGE, opened, packets
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from numpy.typing import NDArray

    from fingerprints.contract import Limits

RATE_HZ: Final = 4
LONG_SIDE: Final = 320
"""Longer side of a frame in pixels; smaller ones keep their size."""

_LEAST_SIDE: Final = 32
_MOST_PIXELS: Final = 8192 * 4608
_ROUNDING: Final = 1 << 16  # pixels by which decoders round the size up, and a quarter
_MOST_FRAME_RATE: Final = 240
_MOST_STEP_S: Final = 120.0  # from a frame to the next: more is a broken clock
_MANY_ROWS: Final = 4
_LEAST_ASPECT: Final = 0.25
_PATIENCE_S: Final = 0.7  # without a frame: then it consists of what was to be skipped
_CONTAINERS: Final = (
    "asf,avi,dv,flv,gxf,ivf,live_flv,m4v,matroska,mov,mpeg,mpegts,mpegvideo,mxf,nut,ogg,rm,swf"
    ",webm,wtv"
)
_PLANAR: Final = frozenset(
    f"{family}{kind}p" for family in ("yuv", "yuvj") for kind in (410, 411, 420, 422, 440, 444)
) | {"nv12", "nv21", "gray", "yuva420p"}
"""Pixel formats whose first plane is the luminance, 8 bits a pixel."""

_WITH_PREDICTED: Final = frozenset({"h264", "mpeg1video", "mpeg2video", "mpeg4", "vc1", "wmv3"})
"""Codings in which bidirectional frames can be left out: in later ones, all others may be such."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`time`: seconds since the first frame. `luminance`: (h, w) uint8, upright, square pixels."""

    time: float
    luminance: NDArray[np.uint8]


class Frames:
    """The frames of one file, to be gone through once; then `duration` is known, in seconds."""

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        self._source, self._limits = source, limits
        self.duration = 0.0

    def __iter__(self) -> Iterator[Frame]:
        """Raise `Undecodable`, `TooLarge`, and `NothingToPrint` where there are no pictures."""
        with opened(
            self._source, self._limits, formats=_CONTAINERS, holding="moving pictures"
        ) as container:
            track = _track(container)
            _prepare(track, self._most_pixels)
            yield from self._sampled(container, track)

    @property
    def _most_pixels(self) -> int:
        return min(self._limits.image_pixels, _MOST_PIXELS)

    def _sampled(self, container: InputContainer, track: av.VideoStream) -> Iterator[Frame]:
        clock, aspect = _Clock(track), _aspect(track)
        due = 0.0
        for frame in _decoded(container, track, clock):
            if frame.width * frame.height > self._most_pixels:
                raise TooLarge("image_pixels", self._most_pixels, frame.width * frame.height)
            time = clock.tick(frame)
            self.duration = time + clock.step
            if self.duration > self._limits.duration_s:
                raise TooLarge("duration_s", self._limits.duration_s)
            if time >= due:
                due = (math.floor(time * RATE_HZ + 1e-6) + 1) / RATE_HZ
                yield Frame(time, _small(frame, aspect))
        if not self.duration:
            raise Undecodable("no picture of the video can be decoded")


class _Clock:
    """Seconds since the first frame; where the file's own clock stands or leaps, it goes on."""

    def __init__(self, track: av.VideoStream) -> None:
        rate = track.average_rate or track.guessed_rate or 25
        self.step = 1 / min(max(float(rate), 1.0), _MOST_FRAME_RATE)
        self.now = 0.0
        self._tick = float(track.time_base or 0)
        self._last: float | None = None
        self._started = False

    def tick(self, frame: av.VideoFrame) -> float:
        stamp = frame.time
        step = self.step
        if stamp is not None and self._last is not None and 0 < stamp - self._last < _MOST_STEP_S:
            step = stamp - self._last
        # The shortest step there is would let a file hold millions of frames in a second.
        self.now += max(step, 1 / _MOST_FRAME_RATE) if self._started else 0.0
        self._last, self._started = stamp, True
        return self.now

    def behind(self, packet: av.Packet[av.VideoStream]) -> bool:
        """Tell whether the file is well past the last frame that came out of it."""
        if packet.pts is None or self._last is None:
            return False
        return packet.pts * self._tick - self._last > _PATIENCE_S


def _track(container: InputContainer) -> av.VideoStream:
    """Return the largest track of pictures that is no cover."""
    tracks = [one for one in container.streams.video if not _is_cover(one)]
    if not tracks:
        raise NothingToPrint("no moving pictures")
    readable = [one for one in tracks if _context(one) is not None]
    if not readable:
        raise Undecodable("moving pictures in an unknown coding")
    return max(readable, key=lambda one: one.width * one.height)


def _context(track: av.VideoStream) -> object | None:
    """Return the track's decoder; None, though PyAV doesn't say so, where FFmpeg has none."""
    return getattr(track, "codec_context", None)


def _is_cover(track: av.VideoStream) -> bool:
    return bool(track.disposition & av.stream.Disposition.attached_pic)


def _prepare(track: av.VideoStream, most_pixels: int) -> None:
    """Set the decoder: one thread, no pictures that others don't need, no smoothing of blocks."""
    if track.width * track.height > most_pixels:
        raise TooLarge("image_pixels", most_pixels, track.width * track.height)
    if min(track.width, track.height) < _LEAST_SIDE and track.width and track.height:
        raise NothingToPrint(f"{track.width}×{track.height} pixels")
    context = track.codec_context
    context.options = {
        "max_pixels": str(most_pixels + most_pixels // 4 + _ROUNDING),
        "skip_loop_filter": "all",
        "skip_frame": "bidir" if context.name in _WITH_PREDICTED else "noref",
        "flags2": "fast",
    }
    context.thread_count = 1


def _decoded(
    container: InputContainer, track: av.VideoStream, clock: _Clock
) -> Iterator[av.VideoFrame]:
    sparing = True
    for packet in packets(container, track):
        if sparing and clock.behind(packet):
            track.codec_context.skip_frame = "NONREF"
            sparing = False
        try:
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame) and not frame.is_corrupt:
                    yield frame
        except DAMAGE:
            continue


def _small(frame: av.VideoFrame, aspect: float) -> NDArray[np.uint8]:
    width, height = _size(frame, aspect)
    if frame.format.name in _PLANAR:
        # Of many rows that one is made of, half tell as much, and need not be read from memory.
        rows = _plane(frame)[:: 2 if frame.height >= _MANY_ROWS * height else 1]
        luminance = cv2.resize(rows, (width, height), interpolation=cv2.INTER_AREA)
    else:
        grey = frame.reformat(width, height, "gray", interpolation="AREA")
        luminance = _plane(grey)
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(luminance, turns)).astype(np.uint8, copy=False)


def _aspect(track: av.VideoStream) -> float:
    """Width of a pixel in its heights; 1 where the file says something absurd."""
    ratio = float(track.sample_aspect_ratio or 1)
    return ratio if _LEAST_ASPECT <= ratio <= 1 / _LEAST_ASPECT else 1.0


def _plane(frame: av.VideoFrame) -> NDArray[np.uint8]:
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8, frame.height * plane.line_size)
    return rows.reshape(frame.height, -1)[:, : frame.width]


def _size(frame: av.VideoFrame, aspect: float) -> tuple[int, int]:
    """Size at which pixels are square and the longer side is no longer than wanted."""
    width, height = frame.width * max(1.0, aspect), frame.height * max(1.0, 1 / aspect)
    scale = min(1.0, LONG_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
