"""Any file with a sound track, as mono samples."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO, Final

import av
import numpy as np
from av.audio.fifo import AudioFifo
from av.filter import Graph

from fingerprints.container import DAMAGE, opened, packets
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from numpy.typing import NDArray

    from fingerprints.contract import Limits

SAMPLE_RATE: Final = 11_025
_LEFT: Final = "mono|c0=c0"
_GATHERED: Final = 262_144  # samples converted at once
_FILTER_SIZE: Final = 16
_CANCELLED: Final = 0.02  # of a channel's energy that is left when both are mixed
_CONTAINERS: Final = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,dv,eac3,flac,flv,gxf,live_flv,loas,matroska,mov,mp3"
    ",mpc,mpc8,mpeg,mpegts,mxf,nut,ogg,oma,rm,swf,tak,truehd,tta,voc,w64,wav,webm,wtv,wv,xwma"
)


def blocks(source: BinaryIO, limits: Limits) -> Iterator[NDArray[np.int16]]:
    """Yield the best sound track as (n,) mono samples at 11,025 Hz, block after block.

    Raises `Undecodable`, `TooLarge`, and `NothingToPrint` where there is no sound track.
    """
    with opened(source, limits, formats=_CONTAINERS, holding="sound or video") as container:
        most = int(limits.duration_s * SAMPLE_RATE)
        total = 0
        for frame in _converted(container):
            samples = frame.to_ndarray()[0]
            total += samples.size
            if total > most:
                raise TooLarge("duration_s", limits.duration_s)
            yield samples
        if not total:
            raise Undecodable("no packet of the sound track can be decoded")


def _converted(container: InputContainer) -> Iterator[av.AudioFrame]:
    """Yield all frames as mono samples at our rate, in larger blocks."""
    gathered = _Gathered()
    for frame in _frames(container):
        if not gathered.takes(frame):  # a track may change on the way
            yield from _safely(gathered.finished())
            gathered = _Gathered()
            gathered.takes(frame)
        if gathered.is_full:
            yield from _safely(gathered.converted())
    yield from _safely(gathered.finished())


def _cancels(frame: av.AudioFrame) -> bool | None:
    """Tell whether two channels cancel each other out when mixed, as pirates make them.

    None where they are silent, so that later ones have to tell.
    """
    if frame.layout.nb_channels != 2:  # noqa: PLR2004 (left and right)
        return False  # and of more than eight, PyAV would read planes that aren't there
    values = frame.to_ndarray().astype(np.float64)
    left, right = values if len(values) == 2 else (values[0, ::2], values[0, 1::2])  # noqa: PLR2004
    left, right = left - left.mean(), right - right.mean()
    energy = left @ left
    if energy <= 0:
        return None if right @ right <= 0 else False
    return bool((left + right) @ (left + right) < 4 * _CANCELLED * energy)


def _safely(frames: Iterator[av.AudioFrame]) -> Iterator[av.AudioFrame]:
    """Yield them up to where they are damaged."""
    try:
        yield from frames
    except DAMAGE:
        return


class _Gathered:
    """Frames of one form, converted many at a time: each pass through the filters costs."""

    def __init__(self) -> None:
        self._queue = AudioFifo()
        self._channels = 0
        self._cancels: bool | None = None
        self._chain: Graph | None = None

    def takes(self, frame: av.AudioFrame) -> bool:
        """Take a frame; False where its form is another than those before."""
        self._channels = self._channels or frame.layout.nb_channels
        if frame.layout.nb_channels != self._channels:  # the queue doesn't look at that itself
            return False
        try:
            self._queue.write(frame)
        except DAMAGE:
            return False
        return True

    @property
    def is_full(self) -> bool:
        """Whether there are enough frames to be converted."""
        return self._queue.samples >= _GATHERED

    def finished(self) -> Iterator[av.AudioFrame]:
        """Convert all that is left, in frames and filters."""
        yield from self.converted()
        if self._chain is not None:
            self._chain.push(None)
            yield from _pulled(self._chain)

    def converted(self) -> Iterator[av.AudioFrame]:
        """Convert the frames that were taken."""
        frame = self._queue.read()
        if frame is None:
            return
        frame.pts = None  # samples are counted
        if self._cancels is None:
            self._cancels = _cancels(frame)
            if self._chain is not None and self._cancels:
                self._chain = None
        if self._chain is None:
            self._chain = _chain(frame, _LEFT if self._cancels else None)
        self._chain.push(frame)
        yield from _pulled(self._chain)


def _chain(frame: av.AudioFrame, pan: str | None) -> Graph:
    """Return filters for frames like this one; `pan`: how channels are mixed, if not as usual."""
    chain = Graph()
    rate, form, layout = frame.sample_rate, frame.format.name, frame.layout.name
    steps = [
        chain.add_abuffer(
            sample_rate=rate, format=form, layout=layout, time_base=Fraction(1, max(rate, 1))
        ),
        *([chain.add("pan", pan)] if pan else []),
        chain.add("aresample", f"{SAMPLE_RATE}:filter_size={_FILTER_SIZE}:out_chlayout=mono"),
        chain.add("aformat", f"sample_fmts=s16:channel_layouts=mono:sample_rates={SAMPLE_RATE}"),
        chain.add("abuffersink"),
    ]
    chain.link_nodes(*steps).configure()
    return chain


def _pulled(chain: Graph) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = chain.pull()
        except (BlockingIOError, EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame


def _frames(container: InputContainer) -> Iterator[av.AudioFrame]:
    track = container.streams.best("audio")
    if not isinstance(track, av.AudioStream):
        raise NothingToPrint("no sound track")
    if track.codec_context is None:  # whatever the types of PyAV say
        raise Undecodable("the sound track's codec is unknown")
    track.codec_context.thread_count = 1
    for packet in packets(container, track):
        try:
            frames = packet.decode()
        except DAMAGE:
            continue
        for frame in frames:
            frame.pts = None  # samples are counted; times in damaged files run backwards
            yield frame
