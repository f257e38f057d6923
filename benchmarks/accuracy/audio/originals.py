"""Game music of Debian packages, in two halves by package; those that aren't there are left out."""

from __future__ import annotations

import subprocess
from functools import cache
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.suite import Half, Original

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGES: Final = {
    Half.TUNE: ("asc-music", "fretsonfire-songs-sectoid", "krank", "wesnoth-1.16-music"),
    Half.REPORT: (
        "boswars-data",
        "drascula-music",
        "fretsonfire-songs-muldjord",
        "photofilmstrip",
        "singularity-music",
    ),
}
_UNRELATED: Final = ("asc-music", "photofilmstrip")  # each track by itself
_BY_FOLDER: Final = ("fretsonfire-songs-muldjord", "fretsonfire-songs-sectoid")
_ENDINGS: Final = {".mp3", ".ogg", ".flac", ".wav"}
_LEAST_S: Final = 20.0


def originals(half: Half, corpus: Path) -> list[Original]:
    """Tracks of at least 20 seconds; those of one soundtrack share themes, so are one family."""
    return [
        Original(f"{package}/{path.relative_to(root)}", path, _family(package, path))
        for package in _PACKAGES[half]
        for root in (corpus / "deb" / package,)
        for path in sorted(root.rglob("*"))
        if path.suffix in _ENDINGS and not path.is_symlink() and seconds(path) >= _LEAST_S
    ]


@cache
def seconds(path: Path) -> float:
    """Length by its header."""
    command = ("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0")
    told = subprocess.run([*command, str(path)], check=True, capture_output=True, text=True)
    return float(told.stdout)


def _family(package: str, path: Path) -> str:
    if package in _UNRELATED:
        return f"{package}/{path.name}"
    return f"{package}/{path.parent.name}" if package in _BY_FOLDER else package
