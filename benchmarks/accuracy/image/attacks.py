"""What is done to pictures that are put up again, by ImageMagick."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from benchmarks.accuracy.image.originals import is_picture
from benchmarks.accuracy.suite import Attack

if TYPE_CHECKING:
    from random import Random

    from benchmarks.accuracy.suite import Make, Original

CONVERT: Final = "/usr/bin/convert"
_LONG_SIDE: Final = 1600  # what is put up again is no larger
_FONTS: Final = ("Helvetica-Bold", "Times-Bold", "DejaVu-Sans-Bold")
_WORDS: Final = ("PREVIEW", "SAMPLE", "www.pirate.example", "Free HD", "© stock", "DO NOT COPY")


class _Step(Protocol):
    """Arguments for `convert`; `width` and `height` are the picture's, before the step."""

    def __call__(self, width: int, height: int, chance: Random) -> list[str]: ...


_SCRATCH: Final = tempfile.TemporaryDirectory(prefix="marque-pictures-")


class _Small(NamedTuple):
    path: Path
    width: int
    height: int


@cache
def _small(path: Path) -> _Small:
    """Shrink a picture, which takes longer than any attack, once for all of them."""
    small = Path(_SCRATCH.name, f"{hashlib.sha256(bytes(path)).hexdigest()}.miff")
    hint = f"jpeg:size={_LONG_SIDE}x{_LONG_SIDE}"
    command = [CONVERT, "-define", hint, f"{path}[0]", "-resize", f"{_LONG_SIDE}x{_LONG_SIDE}>"]
    command += ["-background", "white", "-alpha", "remove", "-alpha", "off"]
    command += ["-colorspace", "sRGB", "-type", "TrueColor", "-depth", "8"]
    line = _run(*command, "-write", str(small), "-format", "%w %h", "info:")
    width, height = (int(number) for number in line.split())
    return _Small(small, width, height)


def _run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


def _attack(*steps: _Step, quality: int = 85) -> Make:
    def make(original: Original, folder: Path, chance: Random) -> Path:
        small = _small(original.path)
        copy = folder / "copy.jpg"
        command = [CONVERT, str(small.path)]
        for step in steps:
            command += [*step(small.width, small.height, chance), "+repage"]
        _run(*command, "-quality", str(quality), str(copy))
        return copy

    return make


def _plain(*arguments: str) -> _Step:
    return lambda width, height, chance: list(arguments)  # noqa: ARG005 (the same for all)


def _crop(gone: float) -> _Step:
    """Keep a rectangle anywhere, of the same shape, each side shorter by `gone`."""

    def step(width: int, height: int, chance: Random) -> list[str]:
        wide, high = round(width * (1 - gone)), round(height * (1 - gone))
        x, y = chance.randint(0, width - wide), chance.randint(0, height - high)
        return ["-crop", f"{wide}x{high}+{x}+{y}"]

    return step


def _framed(across: float, along: float) -> _Step:
    def step(width: int, height: int, chance: Random) -> list[str]:
        colour = chance.choice(("white", "black", "#303030")) if across else "black"
        border = f"{round(width * across)}x{round(height * along)}"
        return ["-bordercolor", colour, "-border", border]

    return step


def _tiled(width: int, height: int, chance: Random) -> list[str]:
    """Words all over the picture, half transparent, with a shadow."""
    longer = max(width, height)
    points = round(longer * chance.uniform(0.045, 0.08))
    word, angle = chance.choice(_WORDS), chance.choice((-30, 0, 30, -45))
    paint = f"rgba(255,255,255,{chance.uniform(0.5, 0.7):.2f})"
    mark = ["(", "-background", "none", "-font", chance.choice(_FONTS), "-pointsize", str(points)]
    mark += ["-fill", paint, "-stroke", "rgba(0,0,0,0.35)", "-strokewidth", "2"]
    mark += [f"label: {word} ", "-rotate", str(angle), "+repage", "-alpha", "set"]
    mark += ["-virtual-pixel", "tile", "-interpolate", "nearest-neighbor", "-filter", "point"]
    mark += ["-set", "option:distort:viewport", f"{width}x{height}+0+0", "-distort", "SRT", "0"]
    return [*mark, ")", "-compose", "over", "-composite", "+filter"]


def _logo(width: int, height: int, chance: Random) -> list[str]:
    """One opaque word in a corner on a plate."""
    points = round(max(width, height) * chance.uniform(0.03, 0.06))
    corner = chance.choice(("SouthEast", "NorthEast", "SouthWest", "NorthWest"))
    colours = ["-background", "#d02020", "-fill", "white", "-font", chance.choice(_FONTS)]
    label = ["(", *colours, "-pointsize", str(points), f"label: {chance.choice(_WORDS)} ", ")"]
    return [*label, "-gravity", corner, "-geometry", f"+{width // 50}+{height // 50}", "-composite"]


def _diagonal(width: int, height: int, chance: Random) -> list[str]:
    """One huge word across the picture."""
    points = round(max(width, height) * 0.16)
    label = ["(", "-background", "none", "-fill", "rgba(255,255,255,0.6)", "-font", _FONTS[0]]
    label += ["-pointsize", str(points), f"label:{chance.choice(_WORDS[:2])}", "-rotate", "-30"]
    return [
        *label,
        "+repage",
        ")",
        "-gravity",
        "center",
        "-composite",
        "-resize",
        f"{width}x{height}!",
    ]


def _caption(width: int, height: int, chance: Random) -> list[str]:
    """A bar of text over the top, as memes have it."""
    words = f"when you find {chance.choice(_WORDS)} again"
    label = ["(", "-background", "white", "-fill", "black", "-pointsize", str(width // 20)]
    label += [f"label:{words}", "-gravity", "center", "-extent", f"{width}x{height // 5}", ")"]
    return [*label, "+swap", "-append"]


def _page(share: float) -> _Step:
    """Pasted in a page of text, `share` of the page's width."""

    def step(width: int, height: int, chance: Random) -> list[str]:
        wide = 1200
        mine = round(wide * share), max(1, round(wide * share * height / width))
        high = max(1600, mine[1] + 200)
        x, y = chance.randint(40, wide - mine[0] - 40), chance.randint(80, high - mine[1] - 80)
        words = _TEXT.split()
        lines = [" ".join(chance.choice(words) for _ in range(20)) for _ in range(high // 26)]
        page = ["(", "-size", f"{wide}x{high}", "xc:white", "-fill", "#202020", "-pointsize", "22"]
        page += ["-font", "Times-Roman", "-annotate", "+30+40", "\n".join(lines), ")"]
        shrink = ["-resize", f"{mine[0]}x{mine[1]}!"]
        place = ["-gravity", "NorthWest", "-geometry", f"+{x}+{y}", "-composite"]
        return [*shrink, *page, "+swap", *place]

    return step


_TEXT: Final = (
    "the picture below shows what happened when they came to the house and found that nobody"
    " had been there since last summer although every lamp was still burning in its window"
)


def _all_at_once(width: int, height: int, chance: Random) -> list[str]:
    cropped = _crop(0.15)(width, height, chance)
    inner = round(width * 0.85), round(height * 0.85)
    marked = _tiled(*inner, chance)
    return [*cropped, "+repage", *marked, "-flop", "-resize", "55%"]


def _attacks() -> tuple[Attack, ...]:
    plain = [
        ("jpeg", 10, 0.98, _attack(quality=10)),
        ("resize", 0.25, 0.98, _attack(_plain("-resize", "25%"))),
        ("gray", None, 0.98, _attack(_plain("-colorspace", "Gray"))),
        ("gamma", 0.5, 0.98, _attack(_plain("-gamma", "0.5"))),
        ("gamma", 1.8, 0.98, _attack(_plain("-gamma", "1.8"))),
        ("mirror", None, 0.99, _attack(_plain("-flop"))),
        ("rotate", 90, 0.99, _attack(_plain("-rotate", "90"))),
        ("rotate", 180, 0.99, _attack(_plain("-rotate", "180"))),
        ("rotate", 5, 0.95, _attack(_plain("-background", "black", "-rotate", "5"))),
        ("border", 0.1, 0.97, _attack(_framed(0.1, 0.1))),
        ("letterbox", 0.15, 0.97, _attack(_framed(0, 0.15))),
        ("crop", 0.2, 0.97, _attack(_crop(0.2))),
        ("crop", 0.4, 0.90, _attack(_crop(0.4))),
        ("crop", 0.6, 0.65, _attack(_crop(0.6))),
        ("heavy watermark", None, 0.95, _attack(_tiled)),
        ("huge word", None, None, _attack(_diagonal)),
        ("logo", None, None, _attack(_logo)),
        ("caption", None, None, _attack(_caption)),
        ("in a page", 0.4, 0.90, _attack(_page(0.4))),
        ("combination", None, 0.90, _attack(_all_at_once, quality=50)),
    ]
    return tuple(
        Attack(name, strength, goal, make, is_picture) for name, strength, goal, make in plain
    )


ATTACKS: Final = _attacks()
