"""Films in the forms that sites hand them out: as files, as HLS, as DASH; made once, by FFmpeg."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from tests.unit.fingerprints.audio.sound import RATE as SOUND_RATE
from tests.unit.fingerprints.video.films import RATE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tests.unit.fingerprints.video.films import Picture

SECRET = bytes(range(16))


def files_of(
    name: str,
    form: str,
    options: Mapping[str, str],
    *,
    frames: Sequence[Picture] = (),
    sound: NDArray[np.float64] | None = None,
    rate: float = RATE,
) -> dict[str, bytes]:
    """Write a film, or only its sound, in one of FFmpeg's formats; return all files of it by name.

    `name` is the first file's, which names the others. A `key` in the options encrypts segments.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        options = dict(options)
        if key := options.pop("key", ""):
            secret, told = place / "secret", place / "told"
            secret.write_bytes(SECRET)
            told.write_text(f"{key}\n{secret}\n")
            options["hls_key_info_file"] = str(told)
        with av.open(str(place / name), "w", format=form, options=options) as file:
            _write(file, frames, sound, rate)
        made = {one.name: one.read_bytes() for one in place.iterdir() if one.is_file()}
    return {one: body for one, body in made.items() if one not in {"secret", "told"}}


def _write(
    file: Any,  # noqa: ANN401 (PyAV's container)
    frames: Sequence[Picture],
    sound: NDArray[np.float64] | None,
    rate: float,
) -> None:
    pictures = file.add_stream("libx264", Fraction(rate)) if frames else None
    if pictures is not None:
        pictures.height, pictures.width = frames[0].shape[:2]
        pictures.pix_fmt = "yuv420p"
        pictures.codec_context.gop_size = round(rate * 2)
        pictures.options = {"preset": "ultrafast", "crf": "24", "threads": "1"}
    track = file.add_stream("aac", rate=SOUND_RATE) if sound is not None else None
    packets: list[Any] = []
    if pictures is not None:
        for number, frame in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(frame, format="bgr24")
            picture.pts, picture.time_base = number, 1 / Fraction(rate)
            packets += pictures.encode(picture)
        packets += pictures.encode(None)
    if track is not None and sound is not None:
        track.layout = "mono"
        values = (sound * 32_000).astype(np.int16)
        for begin in range(0, values.size, 1024):
            block = av.AudioFrame.from_ndarray(values[None, begin : begin + 1024], "s16", "mono")
            block.sample_rate, block.pts = SOUND_RATE, begin
            packets += track.encode(block)
        packets += track.encode(None)
    packets.sort(key=lambda one: float(one.dts * one.time_base) if one.dts is not None else 0.0)
    for packet in packets:
        file.mux(packet)
