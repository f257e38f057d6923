"""Texts by family, from which what many texts have in common is derived."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.suite import Half
from benchmarks.accuracy.text.originals import originals
from fingerprints.contract import Limits
from fingerprints.errors import FingerprintError
from fingerprints.text import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_DPKG: Final = Path("/var/lib/dpkg")
_TEXT: Final = re.compile(
    r"/usr/share/(?:doc/[^/]+/(?:copyright|README[^/]*|NEWS[^/]*|.+\.(?:html|txt)(?:\.gz)?)"
    r"|man/man\d/[^/]+\.gz)"
)
_MOST_FILES: Final = 40
"""Of one package."""
_MOST_BYTES: Final = 400_000
_ROFF: Final = re.compile(r"^[.']\\?\"?.*?(?:[A-Z]{1,2}|sp|nf|fi|in|ft|ds|de|ie|el|if)\b|\\f.|\\")
_FIELD: Final = re.compile(r"^(Package|Source): (\S+)", re.MULTILINE)


class _Families(Mapping[str, Iterator[str]]):
    """Reads a family's texts when they are asked for: all of them are too much to hold."""

    def __init__(self, files: dict[str, list[Path]]) -> None:
        self._files = files

    def __getitem__(self, name: str) -> Iterator[str]:
        return filter(None, map(_read, self._files[name]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def families(corpus: Path | None, folders: Iterable[Path] = ()) -> Mapping[str, Iterator[str]]:
    """Texts by family: of each folder in `folders`; of the tune half and installed packages, too.

    These two are left out where `corpus` is None.
    """
    files: dict[str, list[Path]] = {}
    if corpus is not None:
        for original in originals(Half.TUNE, corpus):
            files.setdefault(original.family, []).append(original.path)
        for package, paths in _installed():
            files.setdefault(package, []).extend(paths)
    for folder in folders:
        for family in sorted(one for one in folder.iterdir() if one.is_dir()):
            paths = sorted(one for one in family.rglob("*") if one.suffix in {".html", ".txt"})
            files.setdefault(family.name, []).extend(paths[:_MOST_FILES])
    return _Families(files)


def _installed() -> Iterator[tuple[str, list[Path]]]:
    """Yield the documentation of each installed package, by the name of its source."""
    sources = _sources()
    for listed in sorted((_DPKG / "info").glob("*.list")):
        package = listed.stem.partition(":")[0]
        paths = [Path(row) for row in listed.read_text("utf-8").split("\n") if _TEXT.fullmatch(row)]
        yield sources.get(package, package), paths[:_MOST_FILES]


def _sources() -> dict[str, str]:
    """The source package of each installed one that has another name."""
    found = {}
    for entry in (_DPKG / "status").read_text("utf-8").split("\n\n"):
        fields = dict(_FIELD.findall(entry))
        if "Source" in fields:
            found[fields["Package"]] = fields["Source"]
    return found


def _read(path: Path) -> str:
    """The text of a file, a page or a manual page; "" where there is none."""
    try:
        data = path.read_bytes()[:_MOST_BYTES]
        if path.suffix == ".gz":
            data = gzip.decompress(data)[:_MOST_BYTES]
        if "/man/man" in str(path):
            rows = data.decode("utf-8", "replace").split("\n")
            return "\n".join(_ROFF.sub("", row) for row in rows)
        media_type = "text/html" if ".html" in path.name else "text/plain"
        return read_text(io.BytesIO(data), limits=Limits(), media_type=media_type)
    except (FingerprintError, OSError, EOFError, zlib.error):
        return ""
