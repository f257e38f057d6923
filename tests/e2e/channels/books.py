"""A comic of real pictures, and copies of its pages in the forms that sites hand them out."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from console.demo.content import shipped_content
from tests.servers import content, page, status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tests.servers import Line

    Routes = dict[str, Callable[[Line], None]]

WIDE, HIGH, GAP = 720, 1040, 16
COLUMNS, ROWS = 4, 4
ORDER = (5, 0, 14, 9, 3, 12, 7, 2, 10, 15, 1, 8, 13, 6, 11, 4)
"""Where the scrambled picture has each tile of the page."""


@cache
def comic_pages(count: int = 18) -> tuple[Image.Image, ...]:
    """Pages of three panels each; no panel stands on two pages."""
    shipped = shipped_content()
    pictures = [
        Image.open(io.BytesIO(one.content)).convert("RGB")
        for one in (*shipped.pictures, *shipped.innocent_pictures)
    ]
    panels = [
        picture.crop((x * w, y * h, (x + 1) * w, (y + 1) * h))
        for x, y in ((0, 0), (1, 1), (0, 1), (1, 0))
        for picture in pictures
        for w, h in ((picture.width // 2, picture.height // 2),)
    ]
    return tuple(_page(panels[number :: len(panels) // 3][:3]) for number in range(count))


def _page(panels: Sequence[Image.Image]) -> Image.Image:
    sheet = Image.new("RGB", (WIDE, HIGH), "white")
    high = (HIGH - GAP) // 3 - GAP
    for number, panel in enumerate(panels):
        fitted = ImageOps.fit(panel, (WIDE - 2 * GAP, high))
        sheet.paste(fitted, (GAP, GAP + number * (high + GAP)))
    return sheet


def jpeg(picture: Image.Image, quality: int = 70) -> bytes:
    """Write a JPEG."""
    made = io.BytesIO()
    picture.save(made, "jpeg", quality=quality)
    return made.getvalue()


def cbz(pictures: Iterable[Image.Image], quality: int = 92) -> bytes:
    """Bind pictures as a comic book."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number, one in enumerate(pictures):
            archive.writestr(f"{number:03}.jpg", jpeg(one, quality))
    return made.getvalue()


def copied(picture: Image.Image) -> bytes:
    """Return a page as a pirate has it: smaller, and compressed once more."""
    return jpeg(picture.resize((WIDE * 5 // 6, HIGH * 5 // 6)), 60)


def scrambled(picture: Image.Image) -> Image.Image:
    """Return a page with its tiles in another order."""
    mixed = Image.new("RGB", picture.size)
    for place, source in enumerate(ORDER):
        mixed.paste(picture.crop(_tile(picture, source)), _tile(picture, place)[:2])
    return mixed


def _tile(picture: Image.Image, number: int) -> tuple[int, int, int, int]:
    w, h = picture.width // COLUMNS, picture.height // ROWS
    x, y = number % COLUMNS * w, number // COLUMNS * h
    return x, y, x + w, y + h


def drawn_on_canvas(paths: Sequence[str]) -> str:
    """Return a reader whose script puts the tiles in order."""
    return f"""<div id="reader"></div><script>
    const order = {list(ORDER)}, paths = {json.dumps(paths)};
    for (const path of paths) {{
      const canvas = document.createElement("canvas"), picture = new Image();
      canvas.style.cssText = "display:block;width:480px";
      document.getElementById("reader").append(canvas);
      picture.onload = () => {{
        canvas.width = picture.width; canvas.height = picture.height;
        const w = picture.width / {COLUMNS}, h = picture.height / {ROWS};
        const ink = canvas.getContext("2d");
        order.forEach((to, from) => ink.drawImage(picture,
          from % {COLUMNS} * w, Math.floor(from / {COLUMNS}) * h, w, h,
          to % {COLUMNS} * w, Math.floor(to / {COLUMNS}) * h, w, h));
      }};
      picture.src = path;
    }}</script>"""


def in_tiles(path: str) -> str:
    """Return a page as tiles of one sprite that styles put in order."""
    w, h = WIDE // COLUMNS, HIGH // ROWS
    tiles = "".join(
        f"<div style='position:absolute;left:{to % COLUMNS * w}px;top:{to // COLUMNS * h}px;"
        f"width:{w}px;height:{h}px;background:url({path}) "
        f"-{at % COLUMNS * w}px -{at // COLUMNS * h}px'></div>"
        for at, to in enumerate(ORDER)
    )
    return f"<div style='position:relative;width:{WIDE}px;height:{HIGH}px'>{tiles}</div>"


def packed(script: str) -> str:
    """Pack a script as Dean Edwards' packer does, its words by their number."""
    words = sorted({word for word in script.replace("_", " ").split('"') if word.isalnum()})
    names = {word: str(number) for number, word in enumerate(words) if number < 10}
    code = script
    for word, name in names.items():
        code = code.replace(f'"{word}"', f'"{name}"')
    code = code.replace("'", "\\'")
    return (
        "eval(function(p,a,c,k,e,d){e=function(c){return c};return p}"
        f"('{code}',10,{len(names)},'{'|'.join(names)}'.split('|'),0,{{}}))"
    )


def protected(body: bytes, shown_on: str) -> Callable[[Line], None]:
    """Hand a picture out to the page that shows it, and to nobody else."""

    def answer(line: Line) -> None:
        is_there = line.asked.headers.get("referer") == shown_on
        (content(body, "image/jpeg") if is_there else status(403))(line)

    return answer


def in_base64(value: object) -> str:
    """Return JSON in base64."""
    return base64.b64encode(json.dumps(value).encode()).decode()


def pages_at(folder: str, pictures: Sequence[Image.Image]) -> Mapping[str, bytes]:
    """Return copies of pages by their paths."""
    return {f"{folder}{number:03}.jpg": copied(one) for number, one in enumerate(pictures, 1)}


def reader(
    body: str, *, previous: str = "", following: str = "", catalogue: str = "/manga/7/"
) -> Callable[[Line], None]:
    """Answer with a page of a reader."""
    ways = "".join(
        f"<a href={url}>{words}</a>"
        for url, words in ((previous, "上一话"), (catalogue, "目录"), (following, "下一话"))
        if url
    )
    return page(
        f"<html><title>星海 在线漫画</title><header><img src=/logo.png></header>{body}{ways}"
    )
