"""Small files of every format that each decoder reads: of the corpus where it has small ones.

They are small because two thousand damaged ones must be read in minutes: what breaks a decoder is
in the headers, not in the length.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import subprocess
import tarfile
import zipfile
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from benchmarks.accuracy.image.originals import originals as pictures
from benchmarks.accuracy.suite import Half
from benchmarks.accuracy.text.originals import originals as texts
from benchmarks.fuzz import documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from benchmarks.accuracy.suite import Original

_SOURCES: Final = 2
_TEXT_BYTES: Final = 24_000
_PICTURE_SIDE: Final = 192
_COVER_SIDE: Final = 64
_SHEET: Final = (840, 1188)
_SHEET_LINES: Final = 44
_LINE_LETTERS: Final = 70
_SAVED: Final = {"tiff": {"compression": "tiff_lzw"}}
_PICTURES: Final = ("jpg", "png", "gif", "webp", "tiff", "bmp", "avif")
_SOUNDS: Final = ("mp3", "ogg", "opus", "flac", "wav", "m4a", "wma", "aiff", "ac3", "mka")
_FILMS: Final = ("mp4", "mkv", "webm", "avi", "flv", "ts", "mpg", "mov", "wmv", "ogv")
_FFMPEG: Final = ("ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i")
_TUNE: Final = "aevalsrc='0.4*sin(2*PI*t*(220+110*floor(mod(t*3\\,7))))':s=22050:d=9"
_FILM: Final = "mandelbrot=s=112x84:r=6:end_scale=0.02"
_FILM_S: Final = "6"
_APPS: Final = (
    "urzip-release.apk",
    "repo/com.politedroid_5.apk",
    "org.dyndns.fules.ck_20.apk",
)
_FDROID: Final = "x/fdroidserver-2.4.5/fdroidserver-2.4.5/tests"


def seeds(modality: str, corpus: Path, folder: Path) -> list[Path]:
    """Write small files for a modality, or of "pages" or "archive", into a folder; return them."""
    folder.mkdir(parents=True, exist_ok=True)
    return list(_MAKERS[modality](corpus, folder))


def _texts(corpus: Path, folder: Path) -> Iterator[Path]:
    for number, one in enumerate(_few(texts(Half.TUNE, corpus))):
        words = one.path.read_bytes()[:_TEXT_BYTES].decode("utf-8", "replace")
        page = "<p>".join(words.splitlines())
        style = "<style>.a::before{content:'x'}.b{order:2;display:flex}</style>"
        yield from _written(
            folder,
            {
                f"{number}.txt": words.encode(),
                f"{number}-gbk.txt": words.encode("gb18030", "replace"),
                f"{number}-utf16.txt": words.encode("utf-16"),
                f"{number}.html": f"<html>{style}<body class=b><p class=a>{page}".encode(),
            },
        )


def _pictures(corpus: Path, folder: Path) -> Iterator[Path]:
    for number, one in enumerate(_few(pictures(Half.TUNE, corpus))):
        shown = Image.open(one.path).convert("RGB")
        shown.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE))
        for form in _PICTURES:
            file = folder / f"{number}.{form}"
            shown.save(file)
            yield file
        file = folder / f"{number}-progressive.jpg"
        shown.save(file, progressive=True)
        yield file


def _sounds(corpus: Path, folder: Path) -> Iterator[Path]:  # noqa: ARG001 (as the others)
    for form in _SOUNDS:
        yield from _made((*_FFMPEG, _TUNE, "-ac", "1"), folder / f"tune.{form}")


def _films(corpus: Path, folder: Path) -> Iterator[Path]:  # noqa: ARG001 (as the others)
    inputs = (*_FFMPEG, _FILM, "-f", "lavfi", "-i", _TUNE, "-t", _FILM_S, "-ar", "22050")
    for form in _FILMS:
        rate = ("-r", "24") if form == "mpg" else ()
        yield from _made((*inputs, *rate), folder / f"film.{form}")


def _apps(corpus: Path, folder: Path) -> Iterator[Path]:
    for path in (corpus / _FDROID / one for one in _APPS):
        if not path.exists():
            continue
        content = path.read_bytes()
        yield from _written(folder, {path.name: content})
        with zipfile.ZipFile(path) as archive:
            inner = {name: archive.read(name) for name in archive.namelist()}
        for name in ("classes.dex", "resources.arsc", "AndroidManifest.xml"):
            yield from _written(folder, {f"{path.stem}-{name}": inner[name]})
        stored = documents.zipped(inner, zipfile.ZIP_STORED)
        bundle = {"base.apk": stored, "config.en.apk": stored, "manifest.json": b"{}"}
        yield from _written(
            folder,
            {
                f"{path.stem}-stored.apk": stored,
                f"{path.stem}.xapk": documents.zipped(bundle, zipfile.ZIP_STORED),
                f"{path.stem}.ipa": documents.ipa(inner["classes.dex"]),
            },
        )


def _sheets(corpus: Path, folder: Path) -> Iterator[Path]:
    """Draw pages of running text, as pictures and as a PDF of pictures."""
    (*_, one) = texts(Half.REPORT, corpus)
    words = " ".join(one.path.read_bytes()[:_TEXT_BYTES].decode("ascii", "ignore").split())
    lines = [words[at : at + _LINE_LETTERS] for at in range(0, len(words), _LINE_LETTERS)]
    drawn = [_sheet(lines[at : at + _SHEET_LINES]) for at in (0, _SHEET_LINES)]
    for number, page in enumerate(drawn):
        for form in ("png", "jpg", "tiff"):
            page.save(folder / f"{number}.{form}", **_SAVED.get(form, {}))
            yield folder / f"{number}.{form}"
    drawn[0].save(folder / "all.pdf", save_all=True, append_images=drawn[1:])
    yield folder / "all.pdf"


def _sheet(lines: list[str]) -> Image.Image:
    page = Image.new("L", _SHEET, 255)
    pen = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        pen.text((90, 80 + 22 * number), line, fill=0, font_size=18)
    return page


def _pages(corpus: Path, folder: Path) -> Iterator[Path]:
    shown = [_jpeg(one) for one in _few(pictures(Half.TUNE, corpus))]
    (one, *_) = texts(Half.TUNE, corpus)
    words = one.path.read_bytes()[:_TEXT_BYTES].decode("utf-8", "replace")
    yield from _written(folder, documents.documents(words, shown))


def _archives(corpus: Path, folder: Path) -> Iterator[Path]:
    (text, *_) = texts(Half.TUNE, corpus)
    (song,) = _made((*_FFMPEG, _TUNE, "-ac", "1", "-t", "5"), folder / "tune.mp3")
    members = {
        "novel/1.txt": text.path.read_bytes()[:_TEXT_BYTES],
        "songs/1.mp3": song.read_bytes(),
    }
    members["more.zip"] = documents.zipped(members)
    members["cover.jpg"] = _jpeg(pictures(Half.TUNE, corpus)[0], _COVER_SIDE)
    for path in sorted((corpus / _FDROID).glob("urzip-release.apk")):
        members["app.apk"] = path.read_bytes()
    methods = {"stored": zipfile.ZIP_STORED, "bz2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}
    zips = {f"{name}.zip": documents.zipped(members, method) for name, method in methods.items()}
    tar = _tarred(members)
    tars = {
        "all.tar": tar,
        "all.tgz": gzip.compress(tar),
        "all.tbz": bz2.compress(tar),
        "all.txz": lzma.compress(tar),
    }
    yield from _written(folder, {**zips, **tars, "all.zip": documents.zipped(members)})
    yield from _written(folder, {"all.7z": documents.sevened(members)})


_MAKERS: Final[dict[str, Callable[[Path, Path], Iterator[Path]]]] = {
    "text": _texts,
    "image": _pictures,
    "audio": _sounds,
    "video": _films,
    "app": _apps,
    "layout": _sheets,
    "pages": _pages,
    "archive": _archives,
}
KINDS: Final = tuple(_MAKERS)
"""What there are seeds for: the modalities, documents of pages, and archives of anything."""


def _few(originals: list[Original]) -> list[Original]:
    return originals[:: max(1, len(originals) // _SOURCES)][:_SOURCES]


def _jpeg(original: Original, side: int = _PICTURE_SIDE) -> bytes:
    shown = Image.open(original.path).convert("RGB")
    shown.thumbnail((side, side))
    file = io.BytesIO()
    shown.save(file, "jpeg")
    return file.getvalue()


def _tarred(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return out.getvalue()


def _written(folder: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    for name, content in files.items():
        (folder / name).write_bytes(content)
        yield folder / name


def _made(command: tuple[str, ...], file: Path) -> Iterator[Path]:
    """Have a file made; none where this FFmpeg has no encoder for it."""
    done = subprocess.run((*command, str(file)), check=False, stderr=subprocess.DEVNULL)
    if done.returncode == 0 and file.stat().st_size:
        yield file
