"""Pages set by Pillow with its own font, of made-up words; and with made-up characters."""

from __future__ import annotations

import io
import random
import zipfile
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDE, HIGH, MARGIN = 900, 1270, 90
SIZE, PITCH = 19, 27
_SYLLABLES = "ba com de er fi gra hin il ju kan lo men nor op que ri sta tu un ver wa xi yl zo"


def words(seed: object, count: int = 900) -> list[str]:
    """Made-up words of one to four syllables."""
    chance = random.Random(str(seed))  # noqa: S311 (test data, not secrets)
    return [
        "".join(chance.choices(_SYLLABLES.split(), k=chance.randint(1, 4))) for _ in range(count)
    ]


def page(seed: object, head: str = "The Classics Library") -> Image.Image:
    """Set running text under a head that all pages share, to the right margin, by paragraphs."""
    sheet = Image.new("L", (WIDE, HIGH), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(SIZE)
    draw.text((MARGIN, 40), head, "black", font)
    left = words(seed)
    for number, y in enumerate(range(MARGIN, HIGH - MARGIN, PITCH)):
        x = MARGIN + (40 if number % 7 == 0 else 0)
        end = WIDE - MARGIN - (300 if number % 7 == 6 else 0)
        while x + draw.textlength(left[-1], font) < end:
            word = left.pop()
            draw.text((x, y), word, "black", font)
            x += round(draw.textlength(word, font)) + 7
    return sheet


@cache
def _character(code: int) -> Image.Image:
    """Strokes across and down in a square, as in Chinese characters; the same for the same code."""
    chance = random.Random(code)  # noqa: S311 (test data, not secrets)
    cell = Image.new("L", (SIZE, SIZE), "white")
    draw = ImageDraw.Draw(cell)
    for _ in range(chance.randint(2, 7)):
        a, b, place = chance.randint(0, 8), chance.randint(10, SIZE - 2), chance.randint(1, 17)
        draw.line((a, place, b, place) if chance.random() < 0.5 else (place, a, place, b), 0, 2)
    return cell


def han_page(seed: object) -> Image.Image:
    """Set characters without gaps between words, a comma now and then, all lines equally wide."""
    chance = random.Random(str(seed))  # noqa: S311 (test data, not secrets)
    sheet = Image.new("L", (WIDE, HIGH), "white")
    draw = ImageDraw.Draw(sheet)
    for y in range(MARGIN, HIGH - MARGIN, PITCH + 2):
        for x in range(MARGIN, WIDE - MARGIN - SIZE, SIZE + 1):
            if chance.random() < 0.1:
                draw.line((x + 3, y + 14, x + 6, y + 18), 0, 2)
            else:
                sheet.paste(_character(chance.randrange(3000)), (x, y))
    return sheet


def scanned(picture: Image.Image, degrees: float = 1.7) -> Image.Image:
    """Turn, blur, darken to one side, add noise."""
    turned = picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=250)
    blurred = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.8)), float)
    light = np.linspace(1, 0.75, blurred.shape[1])
    noise = np.random.default_rng(3).normal(0, 10, blurred.shape)
    return Image.fromarray(np.clip(blurred * light + noise, 0, 255).astype(np.uint8))


def watermarked(picture: Image.Image) -> Image.Image:
    """Write across it, half through."""
    over = picture.copy()
    draw = ImageDraw.Draw(over)
    for y in range(100, HIGH, 400):
        draw.text((60, y), "www.pirate.example", 90, ImageFont.load_default(75))
    return Image.blend(picture, over.rotate(20, fillcolor=255), 0.4)


def in_a_reader(picture: Image.Image) -> Image.Image:
    """Show it between bars, smaller, its end out of sight."""
    screen = Image.new("L", (1366, 1000), 70)
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, 1366, 50), 220)
    draw.text((20, 15), "File  Edit  View  Bookmarks", "black", ImageFont.load_default(16))
    screen.paste(picture.resize((720, 720 * HIGH // WIDE)).crop((0, 0, 720, 940)), (330, 60))
    return screen


def side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    """Lay two pages open."""
    both = Image.new("L", (2 * WIDE, HIGH), "white")
    both.paste(left, (0, 0))
    both.paste(right, (WIDE, 0))
    return both


def jpeg(picture: Image.Image, quality: int = 50) -> bytes:
    """Write a JPEG."""
    written = io.BytesIO()
    picture.save(written, "jpeg", quality=quality)
    return written.getvalue()


def pdf(pictures: Iterable[Image.Image]) -> bytes:
    """Bind pictures as the pages of a PDF."""
    first, *others = pictures
    written = io.BytesIO()
    first.save(written, "pdf", save_all=True, append_images=others, quality=85)
    return written.getvalue()


def cbz(pictures: Iterable[Image.Image]) -> bytes:
    """Bind pictures as a comic."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number, one in enumerate(pictures):
            archive.writestr(f"{number:03}.jpg", jpeg(one))
    return written.getvalue()
