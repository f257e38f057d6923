"""Pages whose fonts, or pictures, show other characters than their code points say."""

from __future__ import annotations

import base64
import html
import io
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Final

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from random import Random

_PRIVATE: Final = 0xE000
_PICTURE_PX: Final = 20


def remapped(text: str, chance: Random) -> str:
    """Write half of the characters as private code points that an embedded font draws."""
    letters = sorted({one for one in text if one.isalnum()})
    chosen = chance.sample(letters, max(1, len(letters) // 2))
    codes = chance.sample(range(_PRIVATE, _PRIVATE + 6000), len(chosen))
    mapping = dict(zip(chosen, codes, strict=True))
    font = base64.b64encode(_font(mapping)).decode()
    body = "".join(chr(mapping[one]) if one in mapping else html.escape(one) for one in text)
    return (
        "<!doctype html><meta charset=utf-8><style>@font-face{font-family:x;"
        f"src:url(data:font/woff;base64,{font}) format('woff')}} .r{{font-family:x,serif}}</style>"
        f"<div class=r>{body.replace(chr(10), '<br>')}</div>"
    )


def permuted(text: str, chance: Random) -> str:
    """Write a quarter of the characters as each other, which an embedded font undoes."""
    letters = sorted({one for one in text if one.isalnum()})
    chosen = chance.sample(letters, max(2, len(letters) // 4))
    written = chosen[1:] + chosen[:1]
    mapping = {shown: ord(code) for shown, code in zip(chosen, written, strict=True)}
    font = base64.b64encode(_font(mapping)).decode()
    body = "".join(chr(mapping[one]) if one in mapping else html.escape(one) for one in text)
    return (
        "<!doctype html><meta charset=utf-8><style>@font-face{font-family:x;"
        f"src:url(data:font/woff;base64,{font})}} body{{font-family:x}}</style><p>{body}</p>"
    )


def drawn(text: str, chance: Random) -> str:
    """Put little pictures for a fifth of the characters, named by numbers, drawn by a font."""
    letters = [one for one in text if one.isalnum()]
    path, number = _base(ord(min(letters)), ord(max(letters)))
    face = ImageFont.truetype(path, _PICTURE_PX, index=number)
    body = ""
    for one in text:
        if one.isalnum() and chance.random() < 0.2:  # noqa: PLR2004
            body += f'<img src="data:image/png;base64,{_picture(one, face)}">'
        else:
            body += html.escape(one)
    return f"<!doctype html><meta charset=utf-8><p>{body.replace(chr(10), '<br>')}"


def _picture(character: str, face: ImageFont.FreeTypeFont) -> str:
    width = max(8, round(face.getlength(character)) + 4)
    picture = Image.new("RGB", (width, 2 * _PICTURE_PX), "white")
    ImageDraw.Draw(picture).text((2, 2), character, font=face, fill="black")
    written = io.BytesIO()
    picture.save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


def _font(mapping: dict[str, int]) -> bytes:
    """A WOFF font with nothing but these glyphs, under these code points and meaningless names."""
    shown = {ord(one) for one in mapping}
    path, number = _base(min(shown), max(shown))
    font = TTFont(path, fontNumber=number, lazy=True)
    options = subset.Options(notdef_outline=True, layout_features=[], name_IDs=[], hinting=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=shown)
    subsetter.subset(font)
    best = font.getBestCmap()
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap = {
                mapping[chr(point)]: name for point, name in best.items() if point in shown
            }
    font["cmap"].tables = [one for one in font["cmap"].tables if one.isUnicode()]
    font.flavor = "woff"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


@cache
def _base(least: int, greatest: int) -> tuple[str, int]:
    """An installed font that has both characters, as fontconfig finds it."""
    wanted = f":charset={least:x} {greatest:x}:outline=True"
    found = subprocess.run(
        ("fc-match", "-f", "%{file}\\n%{index}", wanted), check=True, capture_output=True, text=True
    ).stdout.split("\n")
    return found[0], int(found[1]) & 0xFFFF
