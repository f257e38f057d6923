"""Any file with a sound track, as mono samples: packet by packet, so a bad one costs only itself.

FFmpeg reads nothing but the file it is given: only containers that hold their own sound are
recognised (no playlists), and whatever a container asks to be opened besides is refused.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO, Final, NoReturn

import av
from av.error import FFmpegError
from av.filter import Graph

from fingerprints.errors import NothingToPrint, TooLarge, Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from av.container import InputContainer
    from numpy.typing import NDArray

    from fingerprints.contract import Limits

SAMPLE_RATE: Final = 11_025
_BLOCK: Final = 32_768
_GATHERED: Final = 16_384
_FILTER_SIZE: Final = 16
_MOST_FAILURES: Final = 64
"""Failures to read the next packet, one after another, that end a file."""

_CONTAINERS: Final = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,dv,eac3,flac,flv,gxf,live_flv,loas,matroska,mov,mp3"
    ",mpc,mpc8,mpeg,mpegts,mxf,nut,ogg,oma,rm,swf,tak,truehd,tta,voc,w64,wav,webm,wtv,wv,xwma"
)
_DAMAGE: Final = (FFmpegError, ValueError, EOFError, OSError, MemoryError)
"""What PyAV raises on bad bytes; its own errors come from several built-in ones."""


def blocks(source: BinaryIO, limits: Limits) -> Iterator[NDArray[np.int16]]:
    """Yield the best sound track as (n,) mono samples at 11,025 Hz, block after block.

    Raises `Undecodable`, `TooLarge`, and `NothingToPrint` where there is no sound track.
    """
    size = source.seek(0, io.SEEK_END)
    if size > limits.input_bytes:
        raise TooLarge("input_bytes", limits.input_bytes, size)
    source.seek(0)
    with _opened(source) as container:
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


@contextmanager
def _opened(source: BinaryIO) -> Iterator[InputContainer]:
    try:
        container = av.open(
            source,
            "r",
            metadata_errors="replace",
            io_open=_refuse,
            container_options={"format_whitelist": _CONTAINERS, "protocol_whitelist": ""},
        )
    except _DAMAGE as error:
        raise Undecodable("no container of sound or video") from error
    with container:
        yield container


def _refuse(url: str, flags: int, options: dict[str, str]) -> NoReturn:  # noqa: ARG001 (PyAV's)
    raise PermissionError("a file may not have others opened")


def _converted(container: InputContainer) -> Iterator[av.AudioFrame]:
    """Yield all frames as mono samples at our rate, in larger blocks."""
    chain, form = None, None
    for frame in _frames(container):
        try:
            if chain is None or _form(frame) != form:  # a track may change on the way
                yield from _drained(chain)
                chain, form = _chain(frame), _form(frame)
            chain.push(frame)
            yield from _pulled(chain)
        except _DAMAGE:
            chain = None
    yield from _drained(chain)


def _form(frame: av.AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.format.name, frame.layout.name


def _chain(frame: av.AudioFrame) -> Graph:
    """Return filters for frames like this one; many small ones cost more each than together."""
    chain = Graph()
    rate, form, layout = _form(frame)
    steps = [
        chain.add_abuffer(
            sample_rate=rate, format=form, layout=layout, time_base=Fraction(1, max(rate, 1))
        ),
        chain.add("asetnsamples", f"n={_GATHERED}:p=0"),
        chain.add("aresample", f"{SAMPLE_RATE}:filter_size={_FILTER_SIZE}:out_chlayout=mono"),
        chain.add("aformat", f"sample_fmts=s16:channel_layouts=mono:sample_rates={SAMPLE_RATE}"),
        chain.add("asetnsamples", f"n={_BLOCK}:p=0"),
        chain.add("abuffersink"),
    ]
    chain.link_nodes(*steps).configure()
    return chain


def _drained(chain: Graph | None) -> Iterator[av.AudioFrame]:
    if chain is None:
        return
    try:
        chain.push(None)
        yield from _pulled(chain)
    except _DAMAGE:
        return


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
    for packet in _packets(container, track):
        try:
            frames = packet.decode()
        except _DAMAGE:
            continue
        for frame in frames:
            frame.pts = None  # samples are counted; times in damaged files run backwards
            yield frame


def _packets(
    container: InputContainer, track: av.AudioStream
) -> Iterator[av.Packet[av.AudioStream]]:
    failures = 0
    while failures < _MOST_FAILURES:
        try:
            for packet in container.demux(track):
                failures = 0
                yield packet
        except _DAMAGE:
            failures += 1
        else:
            return
