"""Single characters as little pictures."""

from __future__ import annotations

import base64
import io
import random

import pytest
from PIL import Image, ImageDraw, ImageFont

from fingerprints.text.page import page_text
from fingerprints.text.pictures import pictured_character

LETTERS = "ABDEFGHKLMNPQRTabdeghkmnpqrt23456789"


def picture(
    text: str,
    *,
    size: int = 28,
    ink: str = "black",
    ground: str | None = "white",
    kind: str = "PNG",
) -> bytes:
    face = ImageFont.load_default(size)
    assert isinstance(face, ImageFont.FreeTypeFont)
    wide = int(face.getlength(text)) + 8
    drawn = Image.new("RGBA", (wide, size + 12), ground or (0, 0, 0, 0))
    ImageDraw.Draw(drawn).text((4, 2), text, font=face, fill=ink)
    written = io.BytesIO()
    (drawn if kind == "PNG" else drawn.convert("RGB")).save(written, kind)
    return written.getvalue()


@pytest.mark.parametrize(
    ("ink", "ground", "kind"),
    [("black", "white", "PNG"), ("#eee", "#213", "JPEG"), ("#222", None, "PNG")],
)
def test_characters_are_read(ink: str, ground: str | None, kind: str) -> None:
    read = [pictured_character(picture(one, ink=ink, ground=ground, kind=kind)) for one in LETTERS]
    right = sum(one.lower() == other.lower() for one, other in zip(read, LETTERS, strict=True))
    assert right >= 0.85 * len(LETTERS)


def test_what_is_no_single_character_is_not_read() -> None:
    assert pictured_character(picture("several")) == ""
    assert pictured_character(picture(" ")) == ""
    assert pictured_character(b"") == ""
    assert pictured_character(b"\x89PNG\r\n\x1a\n" + bytes(50)) == ""
    large = io.BytesIO()
    Image.new("L", (4000, 4000)).save(large, "PNG")
    assert pictured_character(large.getvalue()) == ""


def test_damaged_pictures_give_a_character_or_none() -> None:
    chance = random.Random(2)  # noqa: S311 (damage, not secrets)
    good = picture("R")
    for _ in range(60):
        damaged = bytearray(good)
        for _ in range(chance.choice((1, 5, 50))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        assert len(pictured_character(bytes(damaged))) <= 1


def test_pictures_stand_in_the_text_of_a_page() -> None:
    data = picture("R")
    url = "data:image/png;base64," + base64.b64encode(data).decode()
    assert page_text(f"<p>床<img src='{url}'>前", depth_limit=9) == "床R前"
    page = "<p>床<img src='/i/77.png'>前"
    assert page_text(page, depth_limit=9, resources={"/i/77.png": data}) == "床R前"
    assert page_text(page, depth_limit=9) == "床前"
