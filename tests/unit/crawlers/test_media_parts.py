"""Parts of large files decode, and show what lies at their places in the film."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

from crawlers.media.packets import PACKET_BYTES, packets_in, undisguised
from crawlers.media.parts import taken
from crawlers.media.portions import Portion, windows
from fingerprints.audio.decode import SAMPLE_RATE, blocks
from fingerprints.contract import Limits
from fingerprints.video.decode import Frames
from tests.e2e.channels.streams import files_of
from tests.unit.fingerprints.audio.sound import encoded, music
from tests.unit.fingerprints.video.films import film

if TYPE_CHECKING:
    from collections.abc import Mapping

FILM, SOUND = film("coffee.png", "china.jpg", "rocket.jpg", "chelsea.png"), music(5, 24)
PORTION = Portion(size_bytes=240_000, places=3)


def partly(body: bytes, portion: Portion = PORTION) -> tuple[bytes | None, int]:
    """Return the file made of parts, and how many bytes were read for it."""
    read: list[int] = []

    async def reading(begin: int, end: int) -> bytes:
        read.append(len(body[begin:end]))
        return body[begin:end]

    made = asyncio.run(taken(reading, len(body), portion))
    return (None if made is None else b"".join(made)), sum(read)


def whole(name: str, form: str, options: Mapping[str, str] | None = None) -> bytes:
    return files_of(name, form, options or {}, frames=FILM, sound=SOUND)[name]


def frames(body: bytes) -> dict[float, np.ndarray[tuple[int, int], np.dtype[np.uint8]]]:
    return {round(one.time, 2): one.luminance for one in Frames(io.BytesIO(body), Limits())}


@pytest.mark.parametrize("faststart", [False, True])
def test_mp4_keeps_the_times_of_its_samples(faststart: bool) -> None:  # noqa: FBT001
    body = whole("a.mp4", "mp4", {"movflags": "faststart"} if faststart else {})
    made, read = partly(body)
    assert made is not None
    assert read < len(body) * 0.6
    all_frames, some = frames(body), frames(made)
    assert 8 < len(some) < 0.6 * len(all_frames)
    same = [
        time
        for time, picture in some.items()
        if time in all_frames and np.abs(picture.astype(int) - all_frames[time]).mean() < 8
    ]
    assert len(same) > 0.8 * len(some)
    assert max(same) - min(same) > 10
    assert sum(block.size for block in blocks(io.BytesIO(made), Limits())) > SAMPLE_RATE


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.mkv", "matroska"), ("a.ts", "mpegts"), ("a.flv", "flv")],
)
def test_other_containers_decode_in_part(name: str, form: str) -> None:
    body = whole(name, form, {"cluster_time_limit": "1000"} if name == "a.mkv" else {})
    made, read = partly(body)
    assert made is not None
    assert read < len(body) * 0.9
    assert len(frames(made)) >= 12


@pytest.mark.parametrize(
    "picture", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"GIF89a" + b"\0G" * 90]
)
def test_a_segment_behind_a_picture_is_bared(picture: bytes) -> None:
    body = whole("a.ts", "mpegts")
    assert undisguised(picture + body) == body
    assert undisguised(body) == body
    assert undisguised(picture) == picture
    assert packets_in(body[100:], within=PACKET_BYTES) == body[PACKET_BYTES:]


def test_fragments_are_taken_from_the_beginning() -> None:
    body = whole("a.mp4", "mp4", {"movflags": "frag_keyframe+empty_moov"})
    made, _ = partly(body)
    assert made == body[: PORTION.size_bytes]
    assert len(frames(made)) > 12


def test_songs_decode_from_anywhere() -> None:
    body = encoded(music(6, 60), "mp3", "libmp3lame")
    made, read = partly(body, Portion(size_bytes=60_000, places=3))
    assert made is not None
    assert read <= len(body)
    assert sum(block.size for block in blocks(io.BytesIO(made), Limits())) > 20 * SAMPLE_RATE


def test_what_is_no_medium_is_not_taken() -> None:
    assert partly(b"MZ" + bytes(500_000))[0] is None


@pytest.mark.parametrize("cut", [40, 300, 5_000, -9_000])
def test_damaged_tables_are_harmless(cut: int) -> None:
    body = whole("a.mp4", "mp4")
    made, _ = partly(body[:cut])
    assert made is None or isinstance(made, bytes)


def test_windows_leave_the_beginning_out() -> None:
    assert windows(0, 100, Portion(100, 4)) == [(0, 100)]
    found = windows(1_000, 101_000, Portion(8_000, 4))
    assert found == [(12_500, 14_500), (37_500, 39_500), (62_500, 64_500), (87_500, 89_500)]
