"""Comics: panels cut out of photographs, set on pages with balloons, bound as a book."""

from __future__ import annotations

import zipfile
from io import BytesIO
from itertools import cycle
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageFont, ImageOps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIDTH: Final = 720
_HIGH: Final = 1040
_GUTTER: Final = 16
_PANELS: Final = 3
_PARTS: Final = ((0, 0), (1, 1), (0, 1), (1, 0))
_SAID: Final = (
    *("Look there!", "Who took it?", "Nobody was here.", "Wait for me.", "It is gone.", "Again?"),
    *("Home at last.", "Follow the light.", "What a day!", "Not one word more."),
)


def book(photographs: Sequence[bytes]) -> bytes:
    """Bind pages of three panels each, no panel twice: a CBZ, three pages of four photographs."""
    panels = list(_cut(photographs))
    said = cycle(_SAID)
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(len(panels) // _PANELS):
            page = _page(panels[number :: len(panels) // _PANELS][:_PANELS], said)
            member = BytesIO()
            page.save(member, "JPEG", quality=92)
            archive.writestr(zipfile.ZipInfo(f"{number + 1:03}.jpg"), member.getvalue())
    return file.getvalue()


def pages_of(comic: bytes) -> list[Image.Image]:
    """Return the pages of a book."""
    with zipfile.ZipFile(BytesIO(comic)) as archive:
        return [
            Image.open(BytesIO(archive.read(name))).convert("RGB")
            for name in sorted(archive.namelist())
        ]


def _cut(photographs: Sequence[bytes]) -> Iterator[Image.Image]:
    """Yield quarters of the photographs, one of each before a second of any."""
    pictures = [Image.open(BytesIO(one)).convert("RGB") for one in photographs]
    for x, y in _PARTS:
        for picture in pictures:
            width, high = picture.width // 2, picture.height // 2
            yield picture.crop((x * width, y * high, (x + 1) * width, (y + 1) * high))


def _page(panels: Sequence[Image.Image], said: Iterator[str]) -> Image.Image:
    sheet = Image.new("RGB", (_WIDTH, _HIGH), "white")
    draw = ImageDraw.Draw(sheet)
    high = (_HIGH - _GUTTER) // _PANELS - _GUTTER
    for number, panel in enumerate(panels):
        top = _GUTTER + number * (high + _GUTTER)
        fitted = ImageOps.autocontrast(ImageOps.fit(panel, (_WIDTH - 2 * _GUTTER, high)))
        sheet.paste(fitted, (_GUTTER, top))
        draw.rectangle((_GUTTER, top, _WIDTH - _GUTTER, top + high), outline="black", width=3)
        _speak(draw, next(said), left=60 + 140 * number, top=top + 24)
    return sheet


def _speak(draw: ImageDraw.ImageDraw, words: str, *, left: int, top: int) -> None:
    font = ImageFont.load_default(22)
    width = round(draw.textlength(words, font)) + 60
    draw.ellipse((left, top, left + width, top + 64), fill="white", outline="black", width=2)
    draw.text((left + 30, top + 20), words, "black", font)
