"""A standard of real text and figures as a PDF, and what its pages look like."""

from __future__ import annotations

import io
import re
import textwrap
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image

from console.demo.content import shipped_content
from tests.unit.fingerprints.document.made import pdf_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXTS = ("breast_cancer", "california_housing", "covtype", "kddcup99", "lfw", "wine_data")
_LINES = 34
_CHARACTERS = 88


@cache
def paragraphs() -> tuple[str, ...]:
    """Real prose of several subjects, as paragraphs on one line."""
    texts = (
        resources.files("sklearn.datasets.descr").joinpath(f"{name}.rst").read_text("utf-8")
        for name in _TEXTS
    )
    plain = (re.sub(r"[^ -~\n]", "", text) for text in texts)
    return tuple(
        " ".join(one.split())
        for text in plain
        for one in text.split("\n\n")
        if len(one) > 150 and "|" not in one and "==" not in one
    )


@cache
def standard(count: int = 8) -> bytes:
    """A PDF: on each page running text and a figure."""
    lines = [line for one in paragraphs() for line in textwrap.wrap(one, _CHARACTERS)]
    each = min(_LINES, len(lines) // count)
    pages = [lines[number * each : (number + 1) * each] for number in range(count)]
    return _pdf(pages)


def _pdf(pages: Sequence[Sequence[str]]) -> bytes:
    pictures = shipped_content().pictures
    kids = " ".join(f"{10 + 3 * at} 0 R" for at in range(len(pages)))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)}"
        " /MediaBox [0 0 595 842] >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    for at, lines in enumerate(pages):
        shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
        figure = f" q 300 0 0 200 140 60 cm /F{at} Do Q" if at % 2 == 0 else ""
        text = f"BT /T 11 Tf 14 TL 50 790 Td {shown} ET{figure}".encode()
        picture = Image.open(io.BytesIO(pictures[at % len(pictures)].content)).convert("RGB")
        objects[10 + 3 * at] = (
            f"<< /Type /Page /Parent 2 0 R /Contents {11 + 3 * at} 0 R /Resources << /Font"
            f" << /T 3 0 R >> /XObject << /F{at} {12 + 3 * at} 0 R >> >> >>"
        ).encode()
        objects[11 + 3 * at] = _stream(b"", text)
        objects[12 + 3 * at] = _stream(
            f"/Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height}"
            " /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode".encode(),
            _jpeg(picture),
        )
    return pdf_of(objects)


def looks(pdf: bytes, numbers: Sequence[int], width: int = 820) -> list[bytes]:
    """Return pages of a PDF as a site's preview shows them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_jpeg(_look(document, number, width), 70) for number in numbers]
    finally:
        document.close()


def _look(document: pypdfium2.PdfDocument, number: int, width: int) -> Image.Image:
    page = document[number]
    looked: Image.Image = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
    return looked


def _stream(about: bytes, content: bytes) -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (about, len(content), content)


def _escaped(line: str) -> str:
    return re.sub(r"([\\()])", r"\\\1", line)


def _jpeg(picture: Image.Image, quality: int = 88) -> bytes:
    made = io.BytesIO()
    picture.save(made, "jpeg", quality=quality)
    return made.getvalue()
