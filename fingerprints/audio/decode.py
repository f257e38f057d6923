"""Any file with a sound track, as mono samples."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO, Final

import av
from av.filter import Graph

from fingerprints.container import DAMAGE, opened, packets
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
    chain, form = None, None
    for frame in _frames(container):
        try:
            if chain is None or _form(frame) != form:  # a track may change on the way
                yield from _drained(chain)
                chain, form = _chain(frame), _form(frame)
            chain.push(frame)
            yield from _pulled(chain)
        except DAMAGE:
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
    except DAMAGE:
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
    for packet in packets(container, track):
        try:
            frames = packet.decode()
        except DAMAGE:
            continue
        for frame in frames:
            frame.pts = None  # samples are counted; times in damaged files run backwards
            yield frame
