"""Frames and music to a film, by ffmpeg."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Picture = NDArray[np.uint8]
Size = tuple[int, int]

_ENCODING: Final = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-threads", "1")
_SOUND: Final = ("-c:a", "aac", "-b:a", "96k")
_RESAMPLED: Final = "aresample=32000,aformat=channel_layouts=mono"


def write(
    path: Path,
    frames: Iterator[Picture],
    *,
    rate: int,
    quality: int,
    sound: Sequence[Path],
    preset: str = "ultrafast",
) -> None:
    """Encode (h, w, 3) frames as H.264 in MP4, with tracks of music one after another below them.

    The film ends where the shorter of both does; the file is there when it is whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.mp4")
    first = next(frames)
    height, width = first.shape[:2]
    raw = ("-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-r", str(rate))
    music = [part for track in sound for part in ("-i", str(track))]
    resampled = "".join(f"[{n}:a]{_RESAMPLED}[a{n}];" for n in range(1, len(sound) + 1))
    joined = "".join(f"[a{n}]" for n in range(1, len(sound) + 1))
    graph = f"{resampled}{joined}concat=n={len(sound)}:v=0:a=1[a]"
    mapped = ("-filter_complex", graph, "-map", "0:v", "-map", "[a]", "-shortest")
    encoding = (*_ENCODING, *_SOUND, "-preset", preset, "-crf", str(quality))
    command = ("ffmpeg", "-v", "error", "-y", *raw, "-i", "-", *music, *mapped, *encoding,
               str(unfinished))  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        if process.stdin:
            process.stdin.write(first.tobytes())
            for frame in frames:
                process.stdin.write(frame.tobytes())
            process.stdin.close()
        if process.wait():
            raise RuntimeError(f"ffmpeg could not write {path.name}")
    unfinished.rename(path)
