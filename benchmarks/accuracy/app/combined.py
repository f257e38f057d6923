"""Small apps by the hundred: a piece of a program each, with libraries that no list knows.

They are strangers that are hard to tell from copies: what they have in common, a library, is often
most of what is in them. Nothing is done to them; they are registered, and looked for. Kept in
CORPUS/apps/small.
"""

from __future__ import annotations

import io
import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from PIL import Image

from benchmarks.accuracy.app import maven, tools
from benchmarks.accuracy.suite import Half, NotMade, Original

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = "small"
PROGRAMS: Final = {Half.TUNE: maven.TUNED_ON_PIECES, Half.REPORT: maven.REPORTED_ON_PIECES}
_LIBRARIES: Final = {Half.TUNE: maven.TUNED_ON_LIBRARIES, Half.REPORT: maven.REPORTED_ON_LIBRARIES}
PIECES: Final = 4
_APPS_EACH: Final = {Half.TUNE: 5, Half.REPORT: 4}
_MOST_LIBRARIES: Final = 3
_OWN: Final = 9
"""Files and pictures of its own that an app has at most of each."""
_BROUGHT: Final = 6
"""Files and pictures that every second library brings, of each."""
_SIDE: Final = 160
_TEXTS: Final = 20
"""Texts that an app has at most of its own, and that every second library brings."""
_NATIVE: Final = {Half.TUNE: maven.TUNED_ON_NATIVE, Half.REPORT: maven.REPORTED_ON_NATIVE}
_LINUX: Final = re.compile(r".*linux.*(?:x86[-_]64|amd64).*\.so", re.IGNORECASE)

# Bytes after the tag of a constant, by tag; 1 says its own length.
_CONSTANTS: Final = {
    **dict.fromkeys((3, 4, 9, 10, 11, 12, 17, 18), 4),
    **dict.fromkeys((7, 8, 16, 19, 20), 2),
    **dict.fromkeys((5, 6), 8),
    15: 3,
}
_TEXT: Final = 1
_WIDE: Final = (5, 6)


def combined(half: Half, corpus: Path) -> Iterator[Original]:
    """Yield the small apps of one half, those that the media are there for."""
    folder = corpus / "apps" / FOLDER
    for artifact in PROGRAMS[half]:
        if not maven.file(corpus, artifact).exists():
            continue
        name = artifact.split(":")[1]
        for piece in range(PIECES):
            for number in range(_APPS_EACH[half]):
                app = folder / f"{name}-{piece}-{number}.apk"
                if app.exists() or _combine(app, artifact, piece, half, corpus):
                    yield Original(app.stem, app, name)


def _combine(app: Path, artifact: str, piece: int, half: Half, corpus: Path) -> bool:
    """Write an app; False where the piece can't be compiled."""
    chance = Random(app.stem)  # noqa: S311 - reproducible
    try:
        package = f"com.maker{number_of(artifact)}.app"
        own = compiled(artifact, corpus, package, piece, PIECES)
        members = {"AndroidManifest.xml": tools.manifest(package), "classes.dex": own.read_bytes()}
        brought: dict[str, bytes] = {}
        there = [one for one in _LIBRARIES[half] if maven.file(corpus, one).exists()]
        for at, library in enumerate(chance.sample(there, chance.randint(0, _MOST_LIBRARIES)), 2):
            package = f"net.lib{number_of(library)}.sdk"
            members[f"classes{at}.dex"] = compiled(library, corpus, package).read_bytes()
            if number_of(library) % 2:
                members |= made_up(Random(library), f"lib{at}", _BROUGHT)  # noqa: S311
                brought |= _texts(Random(library), f"lib{at}", _TEXTS)  # noqa: S311
            brought |= _native(library, half, corpus)
    except NotMade:
        return False
    members |= made_up(chance, "own", chance.randint(0, _OWN))
    members |= brought | _texts(chance, "own", chance.randint(0, _TEXTS))
    tools.zipped(members, app)
    return True


def number_of(artifact: str) -> int:
    return zlib.crc32(artifact.encode()) % 9973


def made_up(chance: Random, folder: str, count: int) -> dict[str, bytes]:
    """Make up files and pictures, the same by the same chance."""
    found = {}
    for at in range(count):
        words = chance.randbytes(chance.randint(100, 4_000)).hex().encode()
        found[f"assets/{folder}/{at}.json"] = words
        small = Image.frombytes("RGB", (8, 8), chance.randbytes(192))
        file = io.BytesIO()
        small.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC).save(file, "PNG")
        found[f"assets/{folder}/{at}.png"] = file.getvalue()
    return found


def _texts(chance: Random, name: str, count: int) -> dict[str, bytes]:
    """Make up what an app says to its users."""
    lines = (f'"{at}" = "{chance.randbytes(chance.randint(6, 30)).hex()}";' for at in range(count))
    return {f"res/{name}.strings": "\n".join(lines).encode()}


def _native(library: str, half: Half, corpus: Path) -> dict[str, bytes]:
    """Return the compiled library that a library brings: of another program, one each."""
    native = dict(zip(_LIBRARIES[half], _NATIVE[half], strict=False)).get(library)
    if native is None or not maven.file(corpus, native).exists():
        return {}
    with zipfile.ZipFile(maven.file(corpus, native)) as archive:
        name = min(one for one in archive.namelist() if _LINUX.fullmatch(one))
        return {f"lib/x86_64/lib{number_of(library)}.so": archive.read(name)}


def compiled(artifact: str, corpus: Path, package: str, piece: int = 0, pieces: int = 1) -> Path:
    """Return a .dex of every so many-th class of a program, in another package."""
    kept = corpus / "apps" / FOLDER / f"{artifact.split(':')[1]}-{piece}-of-{pieces}.dex"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            jar = tools.plain_jar(maven.file(corpus, artifact), Path(scratch) / "all.jar")
            chosen = tools.zipped(_moved(jar, package, piece, pieces), Path(scratch) / "some.jar")
            shutil.move(tools.dexed(corpus, chosen, Path(scratch) / "classes.dex"), kept)
    return kept


def _moved(jar: Path, package: str, piece: int, pieces: int) -> dict[str, bytes]:
    """Return some of the classes of a .jar, all names in another package."""
    with zipfile.ZipFile(jar) as archive:
        classes = sorted(one for one in archive.namelist() if one.endswith(".class"))
        root = _root(classes).encode()
        into = package.replace(".", "/").encode() + b"/"
        # A class and those in it stay together.
        outer = sorted({_outer(one) for one in classes})
        chosen = set(outer[piece::pieces])
        return {
            one.replace(root.decode(), into.decode(), 1): _renamed(archive.read(one), root, into)
            for one in classes
            if _outer(one) in chosen
        }


def _outer(name: str) -> str:
    return name.removesuffix(".class").partition("$")[0]


def _root(classes: list[str]) -> str:
    first, last = classes[0].split("/")[:-1], classes[-1].split("/")[:-1]
    shared = []
    for ours, theirs in zip(first, last, strict=False):
        if ours != theirs:
            break
        shared.append(ours)
    return "/".join(shared) + "/"


def _renamed(content: bytes, old: bytes, new: bytes) -> bytes:
    """Put another package into a class's constants (JVM specification, 4.4)."""
    (count,) = struct.unpack_from(">H", content, 8)
    out, at, number = bytearray(content[:10]), 10, 1
    while number < count:
        tag = content[at]
        if tag == _TEXT:
            (size,) = struct.unpack_from(">H", content, at + 1)
            text = content[at + 3 : at + 3 + size].replace(old, new)
            out += struct.pack(">BH", tag, len(text)) + text
            at += 3 + size
        else:
            out += content[at : at + 1 + _CONSTANTS[tag]]
            at += 1 + _CONSTANTS[tag]
        number += 2 if tag in _WIDE else 1
    return bytes(out) + content[at:]
