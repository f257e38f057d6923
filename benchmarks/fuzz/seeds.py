"""Small real files of every format, made from the corpus by the programs that people use."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.suite import Half

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.accuracy.suite import Suite

SOURCES: Final = 3
LARGEST_BYTES: Final = 400_000

_PICTURES: Final = ("jpg", "png", "gif", "webp", "tiff", "bmp")
_SOUNDS: Final = ("mp3", "ogg", "opus", "flac", "wav", "m4a", "wma")
_FILMS: Final = ("mp4", "mkv", "webm", "avi", "flv", "ts", "mpg")

_CONVERT: Final = ("/usr/bin/convert",)
_FFMPEG: Final = ("ffmpeg", "-v", "error", "-nostdin", "-y", "-i")


def seeds(suite: Suite, corpus: Path, folder: Path) -> list[Path]:
    """Write a few originals in every format of their modality into a folder; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    several = sorted(
        (one for half in Half for one in suite.originals(half, corpus)),
        key=lambda one: one.path.stat().st_size,
    )
    small = [one.path for one in several if one.path.stat().st_size <= LARGEST_BYTES]
    chosen = (small or [one.path for one in several])[:: max(1, len(small) // SOURCES)][:SOURCES]
    made = [made for path in chosen for made in _formats(suite.modality, path, folder)]
    return made or chosen


def _formats(modality: str, path: Path, folder: Path) -> list[Path]:
    commands: list[tuple[str, ...]]
    if modality == "image":
        commands = [
            (*_CONVERT, f"{path}[0]", "-resize", "256x256", str(folder / f"{path.stem}.{form}"))
            for form in _PICTURES
        ]
    elif modality == "audio":
        commands = [
            (*_FFMPEG, str(path), "-t", "12", "-vn", str(folder / f"{path.stem}.{form}"))
            for form in _SOUNDS
        ]
    elif modality == "video":
        commands = [
            (
                *_FFMPEG,
                str(path),
                "-t",
                "8",
                "-vf",
                "scale=160:-2",
                str(folder / f"{path.stem}.{form}"),
            )
            for form in _FILMS
        ]
    else:
        return [path]
    return [target for command in commands if (target := _made(command)) is not None]


def _made(command: tuple[str, ...]) -> Path | None:
    from pathlib import Path  # noqa: PLC0415 - needed at run time here only

    done = subprocess.run(command, check=False, stderr=subprocess.DEVNULL)
    target = Path(command[-1])
    return target if done.returncode == 0 and target.stat().st_size else None
