"""Sound: both fingerprints of a file from its bytes, beside fpcalc, which makes one."""

from __future__ import annotations

import io
import subprocess
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.audio.originals import seconds
from benchmarks.speed.suite import SpeedCase
from fingerprints.audio import AudioModality
from fingerprints.contract import Limits

if TYPE_CHECKING:
    from pathlib import Path

_FILES: Final = {
    "mp3": "deb/asc-music/usr/share/games/asc/music/frontiers.mp3",
    "ogg": "deb/drascula-music/usr/share/scummvm/drascula/audio/track1.ogg",
}


def cases(corpus: Path) -> list[SpeedCase]:
    """Fingerprint a track of each codec."""
    paths = {codec: corpus / name for codec, name in _FILES.items()}
    return [
        SpeedCase(
            f"fingerprint {codec}",
            "s of sound",
            seconds(path),
            partial(_ours, path),
            {"fpcalc": partial(_fpcalc, path)},
        )
        for codec, path in paths.items()
    ]


def _ours(path: Path) -> object:
    return AudioModality().extract(io.BytesIO(path.read_bytes()), limits=Limits())


def _fpcalc(path: Path) -> object:
    command = ["fpcalc", "-raw", "-length", "0", str(path)]
    return subprocess.run(command, check=False, capture_output=True)
