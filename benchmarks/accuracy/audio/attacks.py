"""What is done to music that is put up again: excerpts through ffmpeg, SoX, Rubber Band, espeak."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Final, Protocol

from benchmarks.accuracy.audio.originals import seconds
from benchmarks.accuracy.suite import Attack

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from benchmarks.accuracy.suite import Make, Original

_EXCERPT_S: Final = 10.0
_FOUND: Final = 0.97
_WORDS: Final = (
    "and now the news of this evening from all over the country",
    "where the rain has not stopped since Sunday",
    "while farmers hope for a better week and the harbour stays closed",
    "to all ships of more than forty metres until the wind turns",
    "which nobody expects before the end of March",
)


class _Step(Protocol):
    """Turns one sound file into another; what it needs of chance comes from `chance`."""

    def __call__(self, source: Path, copy: Path, chance: Random) -> None: ...


def _run(*command: str | Path) -> None:
    subprocess.run([str(word) for word in command], check=True, capture_output=True)


def _attack(*steps: _Step, length: float = _EXCERPT_S) -> Make:
    """Cut an excerpt from anywhere but the very ends, and take it through the steps."""

    def make(original: Original, folder: Path, chance: Random) -> Path:
        begin = chance.uniform(1, seconds(original.path) - length - 2)
        source = folder / "excerpt.wav"
        cut = ("-ss", f"{begin:.3f}", "-t", str(length), "-map", "0:a:0", "-ac", "2")
        _run(*_FFMPEG, "-i", original.path, *cut, "-ar", "44100", source)
        for number, step in enumerate(steps):
            copy = folder / f"step{number}.wav"
            step(source, copy, chance)
            source = copy
        return source

    return make


_FFMPEG: Final = ("ffmpeg", "-y", "-v", "error")


def _codec(ending: str, *options: str) -> _Step:
    def step(source: Path, copy: Path, chance: Random) -> None:  # noqa: ARG001 - no chance in it
        coded = copy.with_suffix(ending)
        _run(*_FFMPEG, "-i", source, *options, coded)
        _run(*_FFMPEG, "-i", coded, copy)

    return step


def _sox(*effects: str) -> _Step:
    return lambda source, copy, chance: _run("sox", "-G", source, copy, *effects)  # noqa: ARG005


def _filter(graph: str) -> _Step:
    return lambda source, copy, chance: _run(*_FFMPEG, "-i", source, "-af", graph, copy)  # noqa: ARG005


def _rubberband(*options: str) -> _Step:
    return lambda source, copy, chance: _run("rubberband", "-q", *options, source, copy)  # noqa: ARG005


def _noise(decibels: float) -> _Step:
    """Pink noise that much weaker than the music."""

    def step(source: Path, copy: Path, chance: Random) -> None:
        seed = chance.randrange(1 << 30)
        other = copy.with_suffix(".noise.wav")
        made = f"anoisesrc=color=pink:duration={_EXCERPT_S}:sample_rate=44100:seed={seed}"
        _run(*_FFMPEG, "-f", "lavfi", "-i", made, other)
        _mix(source, other, copy, -decibels)

    return step


def _speech(decibels: float) -> _Step:
    """Speech over it; `decibels`: how much louder the music is."""

    def step(source: Path, copy: Path, chance: Random) -> None:
        other = copy.with_suffix(".speech.wav")
        words = " ".join(chance.choices(_WORDS, k=12))
        voice = chance.choice(("en-us", "en-gb", "de", "fr", "cmn"))
        _run("espeak-ng", "-v", voice, "-s", str(chance.randint(140, 190)), "-w", other, words)
        _mix(source, other, copy, -decibels)

    return step


def _loudness(path: Path) -> float:
    """Mean volume in decibels, of what sounds in the first ten seconds."""
    graph = ("-t", str(_EXCERPT_S), "-af", "volumedetect", "-f", "null", "-")
    command = ["ffmpeg", "-hide_banner", "-i", str(path), *graph]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(told.stderr.partition("mean_volume:")[2].split()[0])


def _mix(music: Path, other: Path, copy: Path, decibels: float) -> None:
    """Lay another sound over music, so many decibels louder than it."""
    gain = _loudness(music) - _loudness(other) + decibels
    quiet = "volume=-12dB"
    graph = (
        f"[0:a]{quiet}[m];[1:a]{quiet},volume={gain:.2f}dB[o];[m][o]amix=duration=first:normalize=0"
    )
    _run(*_FFMPEG, "-i", music, "-i", other, "-filter_complex", graph, "-ac", "2", copy)


def _has_espeak(original: Original) -> bool:  # noqa: ARG001 - the same for all
    return shutil.which("espeak-ng") is not None


_REVERB: Final = ("reverb", "70", "50", "90")
_TELEPHONE: Final = (
    _sox("rate", "8000", "sinc", "300-3400"),
    _codec(".gsm.wav", "-c:a", "pcm_mulaw"),
)
_COMPRESSOR: Final = "acompressor=threshold=0.03:ratio=12:attack=5:release=80:makeup=8"

ATTACKS: Final = (
    Attack("mp3 64k, 5 s", None, 0.98, _attack(_codec(".mp3", "-b:a", "64k"), length=5)),
    Attack("mp3 32k", None, _FOUND, _attack(_codec(".mp3", "-b:a", "32k"))),
    Attack("opus 24k", None, _FOUND, _attack(_codec(".opus", "-b:a", "24k"))),
    Attack("aac 48k", None, _FOUND, _attack(_codec(".m4a", "-b:a", "48k"))),
    *(Attack("speed", by, _FOUND, _attack(_sox("speed", str(by)))) for by in (0.8, 0.9, 1.1, 1.25)),
    *(
        Attack("tempo", by, _FOUND, _attack(_rubberband("-T", str(by))))
        for by in (0.8, 0.9, 1.1, 1.2)
    ),
    *(
        Attack("pitch", by, _FOUND, _attack(_rubberband("-p", str(by / 100))))
        for by in (-300, -100, 100, 300)
    ),
    *(Attack("noise", by, _FOUND if by >= 10 else None, _attack(_noise(by))) for by in (10, 5)),  # noqa: PLR2004 - the goal is for 10 dB
    Attack("reverb", None, _FOUND, _attack(_sox(*_REVERB))),
    Attack("equaliser, dull", None, _FOUND, _attack(_sox("bass", "+9", "treble", "-9"))),
    Attack("equaliser, thin", None, _FOUND, _attack(_sox("bass", "-12", "treble", "+9"))),
    Attack("telephone", None, None, _attack(*_TELEPHONE)),
    Attack("compressor", None, None, _attack(_filter(_COMPRESSOR))),
    *(Attack("speech", by, 0.9, _attack(_speech(by)), _has_espeak) for by in (5, 0, -5)),
    Attack(
        "speed 1.05, bass, noise, mp3",
        None,
        None,
        _attack(_sox("speed", "1.05", "bass", "+6"), _noise(15), _codec(".mp3", "-b:a", "64k")),
    ),
)
