"""Lists of addresses, as complaints come: a text with one a line, or a table with a column of them.

Each line that has none is named, and the others count all the same.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawlers.links import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_ADDRESSES: Final = 50_000
_MOST_BYTES: Final = 64 * 2**20
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'，；、。（）【】《》]{3,2083}", re.IGNORECASE)
_BARE: Final = re.compile(
    r"(?:[a-z0-9\u4e00-\u9fff](?:[a-z0-9\u4e00-\u9fff-]{0,61}[a-z0-9\u4e00-\u9fff])?\.){1,8}"
    r"[a-z\u4e00-\u9fff]{2,24}(?::\d{1,5})?(?:/[^\s<>\"']{0,2000})?",
    re.IGNORECASE,
)
_TABLES: Final = {".csv": ",", ".tsv": "\t"}
_COLUMN: Final = re.compile(
    r"\s*(?:url|link|address|网址|链接|地址|侵权(?:链接|网址|地址|url)|被投诉(?:链接|网址)|链接地址)\s*",
    re.IGNORECASE,
)
_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that has no address: its number, from 1, what it says, and why it won't do."""

    line: int
    text: str
    english: str
    chinese: str


@dataclass(slots=True)
class UrlList:
    """The addresses of a file, each once, in order, and the lines that have none."""

    urls: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


class NotReadable(Exception):
    """The file is no text, or too large to be a list."""


def read(path: Path) -> UrlList:
    """Read a list. Raises `NotReadable` and `OSError`."""
    if path.stat().st_size > _MOST_BYTES:
        raise NotReadable(f"{path} has more than {_MOST_BYTES:,} bytes")
    text = _decoded(path)
    found, known = UrlList(), set[str]()
    for line, cell in _cells(text, _TABLES.get(path.suffix.lower())):
        said = cell.strip()
        if not said or said.startswith("#"):
            continue
        url = _address(said)
        if url is None:
            found.refused.append(Refused(line, said[:_SHOWN], "no http(s) address", "没有网址"))
        elif url not in known:
            if len(known) >= MOST_ADDRESSES:
                more = (
                    f"more than {MOST_ADDRESSES:,} addresses",
                    f"超过 {MOST_ADDRESSES:,} 个网址",
                )
                found.refused.append(Refused(line, said[:_SHOWN], *more))
                break
            known.add(url)
            found.urls.append(url)
    return found


def _address(said: str) -> str | None:
    """Return the first address of a line, in canonical form."""
    if (written := _ADDRESS.search(said)) is not None:
        return canonical(written[0].rstrip(".,;!?)]}"))
    bare = said.split(maxsplit=1)[0].rstrip(".,;，；。")
    return canonical(f"http://{bare}") if _BARE.fullmatch(bare) else None


def _cells(text: str, delimiter: str | None) -> Iterator[tuple[int, str]]:
    """Yield where addresses are looked for: lines, or of a table its column, with line numbers."""
    if delimiter is None:
        yield from enumerate(text.splitlines(), 1)
        return
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    column: int | None = None
    try:
        for number, row in enumerate(rows):
            if number == 0:
                column = next((at for at, one in enumerate(row) if _COLUMN.fullmatch(one)), None)
                if column is not None:
                    continue
            wanted = row if column is None else row[column : column + 1]
            # A title of columns has no address, and isn't meant to have one.
            if number or any(_ADDRESS.search(one) for one in wanted):
                yield rows.line_num, " ".join(wanted)
    except csv.Error as error:
        raise NotReadable(f"line {rows.line_num}: {error}") from error


def _decoded(path: Path) -> str:
    body = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotReadable(f"{path} is neither UTF-8 nor GB 18030")
