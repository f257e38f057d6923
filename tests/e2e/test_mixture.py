"""Works of every modality in one folder, registered and matched in one go by the command line."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from console.demo.content import shipped_content
from tests.e2e.program import Program
from tests.unit.fingerprints.app.programs import apk, dex, made, resources, zipped
from tests.unit.fingerprints.audio.sound import cut, encoded, faster, music, wav
from tests.unit.fingerprints.video.films import each, film, letterboxed, photograph, written

if TYPE_CHECKING:
    from pathlib import Path

SONG = music(11, 40)
FILM = film("coffee.png", "china.jpg", "rocket.jpg")
WORDS = shipped_content().texts[0].words[:9_000]
GAME, GAME_FILES = made(21), resources(21)
ALBUM = {f"{n}. song.flac": encoded(music(n, 20), "flac", "flac") for n in (31, 32)}


def jpeg(name: str, quality: int = 90, *, mirrored: bool = False) -> bytes:
    shown = Image.fromarray(np.asarray(photograph(name), np.uint8)[:, :: -1 if mirrored else 1])
    file = io.BytesIO()
    shown.save(file, "jpeg", quality=quality)
    return file.getvalue()


WORKS = {
    "novel.txt": WORDS.encode("gb18030"),
    "photograph.jpg": jpeg("flower.jpg"),
    "song.flac": encoded(SONG, "flac", "flac"),
    "film.mp4": written(FILM),
    "game.apk": apk({"classes.dex": dex(GAME), **GAME_FILES}),
    "album.zip": zipped(ALBUM),
}
COPIES = {
    "reader.zip": ("novel", "text", zipped({"第一卷.txt": WORDS[500:4_000].encode()})),
    "comic.cbz": (
        "photograph",
        "image",
        zipped({"1.jpg": jpeg("chelsea.png"), "2.jpg": jpeg("flower.jpg", 40, mirrored=True)}),
    ),
    "picture.webp": ("photograph", "image", jpeg("flower.jpg", 30)),
    "clip.mp3": ("song", "audio", encoded(faster(cut(SONG, 9, 15), 1.1), "mp3", "libmp3lame")),
    "track.mp3": ("album", "audio", encoded(cut(music(32, 20), 4, 14), "mp3", "libmp3lame")),
    "excerpt.bin": ("film", "video", written(each(FILM[60:260], letterboxed))),
    "free.apk": (
        "game",
        "app",
        apk({"classes.dex": dex(GAME, "a/b", 5), **GAME_FILES}, "net.pirate.free"),
    ),
}
MEMBERS = {
    "music/1.mp3": ("song", "audio"),
    "music/2.mp3": ("album", "audio"),
    "deep.zip/film.mkv": ("film", "video"),
    "deep.zip/free.apk": ("game", "app"),
    "": ("photograph", "image"),
}
EVERYTHING = zipped(
    {
        "music/1.mp3": COPIES["clip.mp3"][2],
        "music/2.mp3": COPIES["track.mp3"][2],
        "cover.jpg": jpeg("flower.jpg", 40),
        "deep.zip": zipped(
            {"film.mkv": COPIES["excerpt.bin"][2], "free.apk": COPIES["free.apk"][2]}
        ),
    }
)
INNOCENT = {
    "other.txt": shipped_content().innocent_texts[0].words.encode(),
    "other.jpg": jpeg("astronaut.png"),
    "other.wav": wav(music(12, 20)),
    "other.avi": written(film("retina.jpg", "brick.png"), form="avi"),
    "other.apk": apk({"classes.dex": dex(made(22)), **resources(22)}, "org.honest"),
}
BROKEN = {
    "cut.mp4": written(FILM)[:2_000],
    "empty.apk": b"",
    "half.zip": zipped({"a.txt": WORDS.encode()})[:60],
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("mixture")
    program = Program(folder)
    write(folder / "works", WORKS)
    copies = {name: content for name, (_, _, content) in COPIES.items()}
    copies["everything.zip"] = EVERYTHING
    write(folder / "found" / "deep", {**copies, **INNOCENT, **BROKEN})
    data = ("--data", str(folder / "data"), "--json")
    facts = ("--kind", "literature", "--holder", "Holder")
    registered = program.run("works", "add", "works", *facts, *data)
    assert registered.code == 0, registered.err
    assert {one["title"] for one in registered.objects} == {name.split(".")[0] for name in WORKS}
    matched = program.run("match", "found", "--jobs", "2", *data)
    assert matched.code == 0, matched.err
    return {str(one["path"]).rpartition("/")[2]: one for one in matched.objects}


def write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("name", COPIES)
def test_each_copy_is_found_by_its_modality(answers: dict[str, dict[str, Any]], name: str) -> None:
    title, modality, _ = COPIES[name]
    answer = answers[name]
    assert answer["error"] is None
    (match,) = answer["matches"]
    assert (match["title"], match["modality"]) == (title, modality)
    assert match["score"] >= 0.5
    assert match["spans"]


@pytest.mark.parametrize("member", MEMBERS)
def test_each_member_of_an_archive_is_found_and_named(
    answers: dict[str, dict[str, Any]], member: str
) -> None:
    title, modality = MEMBERS[member]
    matches = {one["title"]: one for one in answers["everything.zip"]["matches"]}
    assert set(matches) == {title for title, _ in MEMBERS.values()}
    witnesses = [matches[title], *matches[title]["witnesses"]]
    (witness,) = [one for one in witnesses if one["modality"] == modality]
    assert member in {span.get("member", "") for span in witness["spans"]}


@pytest.mark.parametrize("name", INNOCENT)
def test_strangers_match_nothing(answers: dict[str, dict[str, Any]], name: str) -> None:
    assert (answers[name]["error"], answers[name]["matches"]) == (None, [])


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_named_and_cost_nobody_else(
    answers: dict[str, dict[str, Any]], name: str
) -> None:
    assert answers[name]["error"] in {"undecodable", "nothing_to_print"}
    assert answers[name]["reason"]
