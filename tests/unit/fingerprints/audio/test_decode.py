import io
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprints.audio.decode import SAMPLE_RATE, _cancels, blocks
from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable
from tests.unit.fingerprints.audio.sound import RATE, encoded, music, samples, wav

SONG = music(7, 8)


def decoded(content: bytes, limits: Limits | None = None) -> NDArray[np.int16]:
    return np.concatenate(list(blocks(io.BytesIO(content), limits or Limits())))


@pytest.mark.parametrize(
    ("container", "codec", "picture"),
    [
        ("mp3", "libmp3lame", False),
        ("ogg", "libopus", False),
        ("ogg", "flac", False),
        ("flac", "flac", False),
        ("ipod", "aac", False),
        ("adts", "aac", False),
        ("aiff", "pcm_s16be", False),
        ("au", "pcm_s16be", False),
        ("asf", "wmav2", False),
        ("matroska", "libopus", True),
        ("mp4", "aac", True),
        ("avi", "mp2", True),
        ("mpegts", "aac", True),
    ],
)
def test_any_container_gives_the_same_sound(container: str, codec: str, picture: bool) -> None:  # noqa: FBT001 - a case
    content = encoded(SONG, container, codec, picture=picture)
    found, expected = decoded(content).astype(float), samples(SONG).astype(float)
    assert abs(found.size - expected.size) < 0.2 * SAMPLE_RATE
    size = 1 << (found.size + expected.size).bit_length()
    match = np.fft.irfft(np.fft.rfft(found, size) * np.fft.rfft(expected, size).conj())
    alike = match.max() / np.linalg.norm(found) / np.linalg.norm(expected)
    assert alike > 0.9


def test_a_wav_is_decoded_to_its_end() -> None:
    assert decoded(wav(SONG)).size == pytest.approx(8 * SAMPLE_RATE, abs=8)


def test_channels_that_cancel_each_other_out_are_heard() -> None:
    values = (SONG * 30_000).astype("<i2")
    quiet = np.zeros((RATE * 3, 2), "<i2")
    inverted = np.concatenate([quiet, np.stack([values, -values], axis=1)])
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(inverted.tobytes())
    found = decoded(written.getvalue())[-8 * SAMPLE_RATE :].astype(float)
    assert found.std() == pytest.approx(samples(SONG).astype(float).std(), rel=0.1)


def test_of_many_channels_no_planes_are_read() -> None:
    frame = av.AudioFrame(format="fltp", layout="22.2", samples=256)
    assert _cancels(frame) is False


def test_a_bad_packet_costs_only_itself() -> None:
    content = bytearray(encoded(SONG, "mp3", "libmp3lame"))
    middle = len(content) // 2
    content[middle : middle + 300] = bytes(300)
    assert abs(decoded(bytes(content)).size - 8 * SAMPLE_RATE) < 0.5 * SAMPLE_RATE


def test_what_was_cut_off_is_decoded_up_to_there() -> None:
    content = encoded(SONG, "mpegts", "aac", picture=True)
    assert decoded(content[: len(content) // 2]).size > 3 * SAMPLE_RATE


def test_a_film_without_sound_has_nothing_to_print() -> None:
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as file:
        film = file.add_stream("mpeg4", rate=Fraction(5))
        assert isinstance(film, av.VideoStream)
        film.width, film.height, film.pix_fmt = 64, 48, "yuv420p"
        for _ in range(10):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24")
            file.mux(film.encode(frame))
        file.mux(film.encode(None))
    with pytest.raises(NothingToPrint):
        decoded(written.getvalue())


def test_limits_are_kept() -> None:
    content = wav(SONG)
    with pytest.raises(TooLarge) as caught:
        decoded(content, Limits(duration_s=7.9))
    assert caught.value.limit == "duration_s"
    with pytest.raises(TooLarge) as caught:
        decoded(content, Limits(input_bytes=len(content) - 1))
    assert (caught.value.limit, caught.value.found) == ("input_bytes", len(content))


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{0}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{0}'\n",
        "[playlist]\nFile1={0}\nNumberOfEntries=1\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
        (
            '<?xml version="1.0"?><MPD><Period><AdaptationSet mimeType="audio/mp4"><Representation>'
            "<BaseURL>{0}</BaseURL></Representation></AdaptationSet></Period></MPD>"
        ),
    ],
)
def test_a_playlist_opens_no_other_file(playlist: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(wav(SONG))
    with pytest.raises(Undecodable):
        decoded(playlist.format(secret).encode())


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 5000, b"ID3\x04" + b"\xff" * 5000, bytes(range(256)) * 40]
)
def test_garbage_is_undecodable(content: bytes) -> None:
    with pytest.raises(Undecodable):
        decoded(content)
