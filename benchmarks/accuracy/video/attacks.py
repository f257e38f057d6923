"""What is done to films before they are put on the web, by ffmpeg."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.suite import Attack, Original
from benchmarks.accuracy.video.originals import CREDITS_S, FOLDER, LONG_FILM, OPENING_S

if TYPE_CHECKING:
    from pathlib import Path

EXCERPT_S: Final = 10.0
_EXCERPTS: Final = 12
"""Of the one film that long."""

_THREE_PIECES_S: Final = 24.0
_X264: Final = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "28", "-pix_fmt", "yuv420p")
_CODECS: Final = (
    (".mp4", _X264),
    (".avi", ("-c:v", "mpeg4", "-q:v", "9")),
    (".webm", ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "400k")),
    (".mkv", ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "30", "-x265-params",
              "log-level=none:pools=1")),
    (".mpg", ("-c:v", "mpeg2video", "-q:v", "9", "-r", "25")),
    (".flv", ("-c:v", "flv", "-q:v", "9")),
)  # fmt: skip
_LOGO: Final = (
    "drawbox=x=iw*0.78:y=ih*0.05:w=iw*0.17:h=ih*0.11:color=white@0.85:t=fill,"
    "drawbox=x=iw*0.80:y=ih*0.08:w=iw*0.13:h=ih*0.05:color=red@0.9:t=fill"
)
_CROP: Final = "crop=floor(iw*{0}/2)*2:floor(ih*{0}/2)*2"
_LETTERBOX: Final = "pad=iw:floor(ih*1.3/2)*2:0:(oh-ih)/2:black"
_FULL: Final = "scale=floor(iw/2)*2:floor(ih/2)*2"
_VERTICAL: Final = (
    "split[a][b];[a]scale=-2:640,crop=360:640,boxblur=14:3[page];[b]scale=360:-2[small];"
    "[page][small]overlay=0:(H-h)/2"
)
_REACTION: Final = (
    "scale=360:-2,pad=360:640:0:50:0x203040[film];"
    "life=s=90x70:rate=20:mold=12:life_color=0xc09070:death_color=0x406080:seed=7,scale=320:250"
    "[man];[film][man]overlay=20:340:shortest=1"
)
_SUBTITLES: Final = (
    "drawtext=text='what did he say at %{eif\\:t/2\\:d} o clock':fontsize=h/13:fontcolor=white:"
    "borderw=2:x=(w-tw)/2:y=h*0.86"
)
_MOVING_MARK: Final = (
    "drawtext=text='www.free-films.example':fontsize=h/11:fontcolor=white@0.7:"
    "x='mod(t*60,w)':y='h*(0.4+0.3*sin(t))'"
)

Filters = Callable[[Random], str]


@dataclass(frozen=True, slots=True)
class _Edit:
    """An excerpt through filters, in a codec (None: any of them)."""

    filters: Filters
    codec: int | None = 0
    seconds: float | None = EXCERPT_S

    def __call__(self, original: Original, folder: Path, chance: Random) -> Path:
        """Write the copy."""
        codec = chance.randrange(len(_CODECS)) if self.codec is None else self.codec
        suffix, encoding = _CODECS[codec]
        path = folder / f"copy{suffix}"
        cut: tuple[str, ...] = ()
        if self.seconds is not None:
            start = _start(original, self.seconds, chance)
            cut = ("-ss", f"{start:.3f}", "-t", f"{self.seconds:.3f}")
        filters = f"{_FULL},{self.filters(chance)}"
        _ffmpeg(*cut, "-i", str(original.path), "-an", "-vf", filters, *encoding, str(path))
        return path


@cache
def seconds(path: Path) -> float:
    """Return how long a file says it is."""
    command = ("ffprobe", "-v", "quiet", "-of", "json", "-show_entries", "format=duration")
    shown = subprocess.run((*command, str(path)), check=True, capture_output=True).stdout
    return float(json.loads(shown)["format"]["duration"])


def _start(original: Original, length: float, chance: Random) -> float:
    """Choose where an excerpt begins: outside of what films share, where there is room."""
    whole = seconds(original.path)
    first, last = OPENING_S, whole - CREDITS_S - length
    if first >= last:
        first, last = 0.0, max(0.0, whole - length - 0.3)
    return chance.uniform(first, last)


def _ffmpeg(*arguments: str) -> None:
    output = ("-threads", "1", arguments[-1])
    command = ("ffmpeg", "-v", "error", "-nostdin", "-y", "-threads", "1", *arguments[:-1], *output)
    subprocess.run(command, check=True, capture_output=True)


def _plain(filters: str) -> Filters:
    return lambda _: filters


def _cropped(share: float) -> Filters:
    def filters(chance: Random) -> str:
        x, y = chance.random(), chance.random()
        return f"{_CROP.format(share)}:(iw-ow)*{x:.3f}:(ih-oh)*{y:.3f}"

    return filters


def _speed(factor: float) -> Filters:
    return _plain(f"setpts=PTS/{factor}")


def _inset(share: float) -> Filters:
    """Lay the film, small, over moving pictures: its own, upside down."""

    def filters(chance: Random) -> str:
        x, y = chance.uniform(0.05, 0.95 - share), chance.uniform(0.05, 0.95 - share)
        return (
            f"split[a][b];[b]scale=iw*{share}:ih*{share}[small];"
            "[a]hflip,vflip,scale=iw/4:ih/4,eq=contrast=0.7:saturation=0,scale=iw*4:ih*4[page];"
            f"[page][small]overlay=W*{x:.3f}:H*{y:.3f},{_FULL}"
        )

    return filters


def _other_pictures(original: Original, folder: Path, chance: Random) -> Path:
    """Keep the sound of an excerpt, under a test pattern."""
    start = _start(original, EXCERPT_S, chance)
    cut = ("-ss", f"{start:.3f}", "-t", f"{EXCERPT_S:.3f}", "-i", str(original.path))
    pattern = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=10")
    path = folder / "copy.mp4"
    mapped = ("-map", "0:a", "-map", "1:v", "-shortest")
    _ffmpeg(*cut, *pattern, *mapped, *_X264, "-c:a", "aac", "-b:a", "64k", str(path))
    return path


def _slideshow(original: Original, folder: Path, chance: Random) -> Path:
    """Put three pieces of four seconds and more in another order."""
    whole = seconds(original.path)
    length = min(8.0, whole / 3)
    starts = [n * whole / 3 + chance.uniform(0, whole / 3 - length) for n in range(3)]
    chance.shuffle(starts)
    trims = "".join(
        f"[0:v]trim={start:.2f}:{start + length:.2f},setpts=PTS-STARTPTS,{_FULL}[p{n}];"
        for n, start in enumerate(starts)
    )
    graph = f"{trims}[p0][p1][p2]concat=n=3:v=1[v]"
    path = folder / "copy.mp4"
    _ffmpeg("-i", str(original.path), "-filter_complex", graph, "-map", "[v]", *_X264, str(path))
    return path


def _long_enough(original: Original) -> bool:
    return seconds(original.path) >= EXCERPT_S - 2


def _is_film(original: Original) -> bool:
    """Tell whether it is a made one: those have music."""
    return original.path.parent.name == FOLDER


def _is_long(original: Original) -> bool:
    return original.name == LONG_FILM


def _can_be_cut_in_three(original: Original) -> bool:
    return seconds(original.path) >= _THREE_PIECES_S


def _attack(
    name: str, strength: float | None, goal: float | None, filters: Filters, codec: int | None = 0
) -> Attack:
    return Attack(name, strength, goal, _Edit(filters, codec), _long_enough)


ATTACKS: Final = (
    _attack("excerpt", None, 0.97, _plain("null")),
    Attack(
        "excerpt of ninety minutes", None, 0.97, _Edit(_plain("null")), _is_long,
        repeats=_EXCERPTS,
    ),
    _attack("re-encode", None, 0.97, _plain("scale=-2:180"), None),
    _attack(
        "re-encode + letterbox + logo", None, 0.95, _plain(f"{_LOGO},{_LETTERBOX},scale=-2:240"),
        None,
    ),
    _attack("mirror", None, 0.97, _plain("hflip")),
    *(_attack("speed", factor, 0.95, _speed(factor)) for factor in (0.8, 0.9, 1.1, 1.25)),
    *(_attack("crop", 1 - share, 0.9, _cropped(share)) for share in (0.9, 0.8)),
    _attack("crop", 0.4, None, _cropped(0.6)),
    _attack("frame rate", 10, 0.97, _plain("fps=10")),
    _attack("frame rate", 3, None, _plain("fps=3")),
    _attack("frame rate", 60, 0.97, _plain("fps=60")),
    _attack("subtitles", None, 0.95, _plain(f"scale=-2:240,{_SUBTITLES}")),
    _attack("moving watermark", None, 0.95, _plain(_MOVING_MARK)),
    _attack("9:16, blurred borders", None, 0.9, _plain(_VERTICAL)),
    _attack("reaction", None, None, _plain(_REACTION)),
    _attack("brightness", 0.2, 0.97, _plain("eq=brightness=0.2:contrast=0.8:gamma=1.2")),
    _attack("picture in picture", 0.6, None, _inset(0.6)),
    _attack("picture in picture", 0.4, None, _inset(0.4)),
    _attack("rotate", 3, None, _plain("rotate=3*PI/180")),
    _attack(
        "mirror + crop + logo + speed", None, None,
        _plain(f"hflip,crop=iw*0.85:ih*0.85,{_LOGO},setpts=PTS/1.1,scale=-2:200"), None,
    ),
    Attack("other order", None, None, _slideshow, _can_be_cut_in_three),
    Attack("other pictures, by sound", None, 0.97, _other_pictures, _is_film, witness="audio"),
)  # fmt: skip
