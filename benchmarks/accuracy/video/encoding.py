"""Frames to a film and back, by ffmpeg."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Picture = NDArray[np.uint8]
Size = tuple[int, int]

_ENCODING: Final = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-threads", "1")


def write(
    path: Path, frames: Iterator[Picture], *, rate: int, quality: int, preset: str = "ultrafast"
) -> None:
    """Encode (h, w, 3) frames as H.264 in MP4; the file is there when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.mp4")
    first = next(frames)
    height, width = first.shape[:2]
    raw = ("-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-r", str(rate))
    encoding = (*_ENCODING, "-preset", preset, "-crf", str(quality))
    command = ("ffmpeg", "-v", "error", "-y", *raw, "-i", "-", *encoding, str(unfinished))
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        if process.stdin:
            process.stdin.write(first.tobytes())
            for frame in frames:
                process.stdin.write(frame.tobytes())
            process.stdin.close()
        if process.wait():
            raise RuntimeError(f"ffmpeg could not write {path.name}")
    unfinished.rename(path)


def clip(path: Path, size: Size, rate: int) -> Iterator[Picture]:
    """Decode a real clip at the film's size and rate, cut so that it covers the frame."""
    width, height = size
    scale = f"scale={width}:{height}:force_original_aspect_ratio=increase,crop={width}:{height}"
    output = ("-vf", f"{scale},fps={rate}", "-f", "rawvideo", "-pix_fmt", "bgr24", "-")
    command = ("ffmpeg", "-v", "quiet", "-threads", "1", "-i", str(path), *output)
    length = width * height * 3
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        stream = process.stdout
        while stream and len(content := stream.read(length)) == length:
            yield np.frombuffer(content, np.uint8).reshape(height, width, 3)
