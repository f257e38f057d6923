"""Fonts that draw other characters than their code points say, and what is read of them."""

from __future__ import annotations

import base64
import io
import random
import struct
from importlib import resources

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from PIL import ImageFont

from fingerprints.text.glyphs import SIDE, shown
from fingerprints.text.page import page_text

LETTERS = "abcdefghijklmnpqrstuvwxyzABDEFGHKLMNQRT23456789"
HAN = "的是不了人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"


def latin(codes: dict[int, int]) -> bytes:
    """Pillow's own font, with other code points (new → old)."""
    face = ImageFont.load_default(48)
    assert isinstance(face, ImageFont.FreeTypeFont)
    font = TTFont(io.BytesIO(face.font_bytes))
    names = font.getBestCmap()
    for table in font["cmap"].tables:
        table.cmap = {new: names[old] for new, old in codes.items()}
    font["cmap"].tables = [one for one in font["cmap"].tables if one.isUnicode()]
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def han(characters: dict[int, str]) -> bytes:
    """A font of squares, after the pictures that glyphs are read by (code point → character)."""
    with resources.files("fingerprints.text").joinpath("glyphs.npz").open("rb") as file:
        kept = np.load(file)
        points, pixels, measures = (kept[f"han_{of}"] for of in ("points", "pixels", "measures"))
    rows = {one: points.tolist().index(ord(one)) for one in characters.values()}
    glyphs, cmap = {".notdef": TTGlyphPen(None).glyph()}, {}
    for code, one in characters.items():
        packed = pixels[rows[one]]
        grid = np.stack((packed >> 4, packed & 15), axis=1).reshape(SIDE, SIDE)
        glyphs[f"g{code}"] = squares(grid, measures[rows[one]].tolist())
        cmap[code] = f"g{code}"
    builder = FontBuilder(960, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(cmap)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (960, 0)))
    builder.setupHorizontalHeader(ascent=840, descent=-120)
    builder.setupOS2()
    builder.setupPost()
    written = io.BytesIO()
    builder.save(written)
    return written.getvalue()


def squares(grid: np.ndarray, measures: list[int]) -> object:
    height, width, top = (one * 20 for one in measures)
    pen = TTGlyphPen(None)
    for row, column in np.argwhere(grid).tolist():
        share = grid[row, column] / 15  # of the square is black
        left, right = (round(width * (column + one) / SIDE) for one in (0, 1))
        upper, lower = (840 - top - round(height * (row + one) / SIDE) for one in (0, share))
        pen.moveTo((left, lower))
        for corner in ((left, upper), (right, upper), (right, lower)):
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def test_letters_at_private_code_points_are_read() -> None:
    font = latin({0xE000 + at: ord(one) for at, one in enumerate(LETTERS)})
    read = shown(font, [chr(0xE000 + at) for at in range(len(LETTERS))])
    right = sum(read[chr(0xE000 + at)].lower() == one.lower() for at, one in enumerate(LETTERS))
    assert right >= 0.9 * len(LETTERS)


def test_swapped_letters_are_read_and_others_left() -> None:
    codes = {ord(one): ord(one) for one in LETTERS}
    codes |= {ord("e"): ord("k"), ord("k"): ord("w"), ord("w"): ord("e")}
    assert shown(latin(codes), LETTERS) == {"e": "k", "k": "w", "w": "e"}


def test_han_at_private_code_points_are_read() -> None:
    font = han({0xE000 + at: one for at, one in enumerate(HAN)})
    read = shown(font, [chr(0xE000 + at) for at in range(len(HAN))])
    right = sum(read.get(chr(0xE000 + at)) == one for at, one in enumerate(HAN))
    assert right >= 0.95 * len(HAN)


def test_rare_han_that_show_common_ones_are_read() -> None:
    font = han({0x3500 + at: one for at, one in enumerate(HAN)})
    read = shown(font, [chr(0x3500 + at) for at in range(len(HAN))])
    right = sum(read.get(chr(0x3500 + at)) == one for at, one in enumerate(HAN))
    assert right >= 0.95 * len(HAN)


def test_swapped_han_are_read_and_others_left() -> None:
    characters = {ord(one): one for one in HAN}
    characters |= {ord("的"): "是", ord("是"): "不", ord("不"): "的"}
    read = shown(han(characters), HAN)
    assert {one: read.get(one) for one in "的是不"} == {"的": "是", "是": "不", "不": "的"}
    assert len(read) <= 5


def test_a_page_is_read_as_its_font_draws_it() -> None:
    story = "我们不是在这个地方生的"
    codes = {one: chr(0xE100 + at) for at, one in enumerate(sorted(set(story)))}
    font = han({ord(code): one for one, code in codes.items()})
    body = "".join(codes[one] for one in story)
    url = "data:font/ttf;base64," + base64.b64encode(font).decode()
    style = f"<style>@font-face{{font-family:'X y';src:url({url})}}.r{{font:16px/2 'x Y',serif}}"
    page = f"{style}</style><p>前<p class=r>{body}<b style='font-family:serif'>后</b>"
    assert page_text(page, depth_limit=99) == f"前\n{story}后"
    linked = page.replace(url, "/f.woff")
    assert page_text(linked, depth_limit=99, resources={"/f.woff": font}).endswith(f"{story}后")
    assert page_text(linked, depth_limit=99).endswith(f"{body}后")


@pytest.mark.parametrize("flavour", ["", "woff"])
def test_damaged_fonts_change_nothing_or_little(flavour: str) -> None:
    written = io.BytesIO()
    font = TTFont(io.BytesIO(latin({0xE000 + at: ord(one) for at, one in enumerate("abcdef")})))
    font.flavor = flavour or None
    font.save(written)
    good = written.getvalue()
    chance = random.Random(7)  # noqa: S311 (damage, not secrets)
    for _ in range(60):
        damaged = bytearray(good[: chance.randrange(len(good))] if chance.random() < 0.3 else good)
        for _ in range(chance.choice((1, 20, 200))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        shown(bytes(damaged), "\ue000\ue001\ue002")


def test_a_font_that_unpacks_to_gigabytes_is_not_opened() -> None:
    lying = b"wOFF\0\1\0\0" + struct.pack(">IHHI", 100, 1, 0, 1 << 31) + bytes(80)
    assert shown(lying, "\ue000") == {}
