"""Containers of sound and film, by FFmpeg: packet by packet, so a bad one costs only itself.

FFmpeg reads nothing but the file it is given: only containers that hold their own streams are
recognised (no playlists), and whatever a container asks to be opened besides is refused.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, NoReturn, TypeVar

import av
from av.error import FFmpegError

from fingerprints.errors import Undecodable
from fingerprints.sizes import checked_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer

    from fingerprints.contract import Limits

FILM_TYPES: Final = frozenset(
    {
        "video/3gpp",
        "video/3gpp2",
        "video/matroska",
        "video/mp2t",
        "video/mp4",
        "video/mpeg",
        "video/ogg",
        "video/quicktime",
        "video/webm",
        "video/x-flv",
        "video/x-m4v",
        "video/x-matroska",
        "video/x-ms-asf",
        "video/x-ms-wmv",
        "video/x-msvideo",
    }
)
"""What holds pictures and sound."""
DAMAGE: Final = (
    FFmpegError, ValueError, EOFError, OSError, MemoryError, LookupError, AttributeError,
    ArithmeticError,
)  # fmt: skip
"""What PyAV raises on bad bytes: its own errors come from several built-in ones, and it trips over
tracks that appear on the way or have no decoder."""

_MOST_FAILURES: Final = 64
"""Failures to read the next packet, one after another, that end a file."""

S = TypeVar("S", av.AudioStream, av.VideoStream)


@contextmanager
def opened(
    source: BinaryIO, limits: Limits, *, formats: str, holding: str
) -> Iterator[InputContainer]:
    """Open a file that is one of FFmpeg's formats; raises `Undecodable` and `TooLarge`.

    `holding` says in the error what it should have been a container of.
    """
    checked_size(source, limits)
    try:
        container = av.open(
            source,
            mode="r",
            metadata_errors="replace",
            io_open=_refuse,
            container_options={"format_whitelist": formats, "protocol_whitelist": ""},
        )
    except DAMAGE as error:
        raise Undecodable(f"no container of {holding}") from error
    with container:
        yield container


def packets(container: InputContainer, track: S) -> Iterator[av.Packet[S]]:
    """Yield the packets of a track; what can't be read between them is passed over."""
    failures = 0
    while failures < _MOST_FAILURES:
        try:
            for packet in container.demux(track):
                failures = 0
                yield packet
        except DAMAGE:
            failures += 1
        else:
            return


def _refuse(url: str, flags: int, options: dict[str, str]) -> NoReturn:  # noqa: ARG001 (PyAV's)
    raise PermissionError("a file may not have others opened")
