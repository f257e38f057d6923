import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable
from fingerprints.video.decode import LONG_SIDE, RATE_HZ, Frame, Frames
from tests.unit.fingerprints.video.films import HEIGHT, RATE, WIDTH, Picture, shot, written

SHOT = shot("coffee.png", 4.0)


def read(content: bytes, limits: Limits | None = None) -> tuple[list[Frame], float]:
    film = Frames(io.BytesIO(content), limits or Limits())
    return list(film), film.duration


def grey(frame: Picture) -> NDArray[np.float64]:
    return np.asarray(frame.astype(float) @ [0.114, 0.587, 0.299])


def assert_like(found: NDArray[np.uint8], expected: NDArray[np.float64]) -> None:
    assert found.shape == expected.shape
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.97


@pytest.mark.parametrize(
    ("form", "codec"),
    [
        ("mp4", "mpeg4"),
        ("matroska", "libx264"),
        ("avi", "mpeg4"),
        ("mpegts", "mpeg2video"),
        ("flv", "flv"),
        ("webm", "libvpx"),
        ("matroska", "libx265"),
    ],
)
def test_frames_are_a_quarter_of_a_second_apart(form: str, codec: str) -> None:
    rate = 25 if codec == "mpeg2video" else RATE
    frames, duration = read(written(SHOT, form=form, codec=codec, rate=rate))
    assert duration == pytest.approx(len(SHOT) / rate, abs=0.3)
    assert len(frames) == pytest.approx(duration * RATE_HZ, abs=2)
    assert np.diff([frame.time for frame in frames]).max() < 0.5
    assert_like(frames[0].luminance, grey(SHOT[0]))


def test_time_is_taken_from_the_file_not_from_the_count() -> None:
    stamps = [number / RATE if number < 24 else 2 + (number - 24) / 4 for number in range(48)]
    frames, duration = read(written(SHOT, stamps=stamps))
    assert duration == pytest.approx(8, abs=0.3)
    assert_like(frames[-1].luminance, grey(SHOT[-1]))


def test_a_leaping_clock_goes_on_at_the_usual_step() -> None:
    stamps = [number / RATE + (5000 if number >= 24 else 0) for number in range(48)]
    _, duration = read(written(SHOT, stamps=stamps, form="matroska"))
    assert duration < 60


def test_large_frames_are_made_small() -> None:
    wide = [np.repeat(np.repeat(frame, 4, axis=0), 4, axis=1) for frame in SHOT[:6]]
    frames, _ = read(written(wide))
    assert frames[0].luminance.shape == (LONG_SIDE * HEIGHT // WIDTH, LONG_SIDE)


def test_frames_are_turned_upright() -> None:
    frames, _ = read(written(SHOT[:12], rotation=90))
    assert_like(frames[0].luminance, np.rot90(grey(SHOT[0])))


def test_deep_pictures_are_read() -> None:
    frames, _ = read(written(SHOT[:12], codec="ffv1", form="matroska"))
    assert_like(frames[0].luminance, grey(SHOT[0]))


def test_bad_packets_cost_only_themselves() -> None:
    content = bytearray(written(SHOT, form="matroska"))
    middle = len(content) // 2
    content[middle : middle + 300] = bytes(300)
    frames, _ = read(bytes(content))
    assert len(frames) > 8


@pytest.mark.parametrize(
    ("limit", "limits"),
    [
        ("input_bytes", Limits(input_bytes=1000)),
        ("image_pixels", Limits(image_pixels=WIDTH * HEIGHT - 1)),
        ("duration_s", Limits(duration_s=3)),
    ],
)
def test_limits(limit: str, limits: Limits) -> None:
    with pytest.raises(TooLarge) as caught:
        read(written(SHOT), limits)
    assert caught.value.limit == limit


def test_no_limit_is_passed_at_the_limit() -> None:
    content = written(SHOT)
    read(content, replace(Limits(), input_bytes=len(content), image_pixels=WIDTH * HEIGHT))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"\0\0\0\x18ftypisom" + bytes(200),
        written(SHOT)[:3000],
    ],
)
def test_what_is_no_film(content: bytes) -> None:
    with pytest.raises(Undecodable):
        read(content)


def test_tiny_frames_are_nothing() -> None:
    with pytest.raises(NothingToPrint):
        read(written([np.ascontiguousarray(frame[:16, :16]) for frame in SHOT[:5]]))
