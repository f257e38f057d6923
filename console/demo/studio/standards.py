"""Standards: running text set on pages as PDF, in a typewriter's letters that no file has to bring.

PDF as in ISO 32000-1: one of the fourteen fonts that every reader has (9.6.2.2).
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_COLUMNS: Final = 78
_LINES: Final = 52
_WIDTH: Final = 595
_HIGH: Final = 842
_MARGIN: Final = 64
_SIZE: Final = 10
_PITCH: Final = 13.4


def printed(heading: str, words: str) -> bytes:
    """Set a text whose characters are Latin; others are left out."""
    lines = [line for block in words.split("\n\n") for line in (*_wrapped(block), "")]
    sheets = [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)]
    pages = range(4, 4 + 2 * len(sheets), 2)
    kids = " ".join(f"{number} 0 R" for number in pages)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(sheets)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for number, (at, sheet) in enumerate(zip(pages, sheets, strict=True), 1):
        objects += _page(at, [f"{heading}{number:>{_COLUMNS - len(heading)}}", "", *sheet])
    return _written(objects)


def _wrapped(block: str) -> list[str]:
    return textwrap.wrap(" ".join(block.split()), _COLUMNS)


def _page(number: int, lines: Sequence[str]) -> Iterator[bytes]:
    yield (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HIGH}] /Contents {number + 1} 0 R"
        " /Resources << /Font << /F1 3 0 R >> >> >>"
    ).encode()
    shown = "\n".join(f"({_escaped(line)}) '" for line in lines)
    start = f"BT /F1 {_SIZE} Tf {_PITCH} TL {_MARGIN} {_HIGH - _MARGIN} Td"
    stream = f"{start}\n{shown}\nET".encode("cp1252", "ignore")
    yield b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _written(objects: Sequence[bytes]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        body
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}"
            f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
        ).encode()
    )
