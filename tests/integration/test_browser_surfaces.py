"""The pictures that a reader sees, in a real Chromium: drawn, in tiles, late, and what is none."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from crawlers.browser.options import BrowserOptions
from crawlers.browser.showing import Document
from tests.browsing import AGENT, SITE, Browsing
from tests.e2e.channels.books import (
    HIGH,
    WIDE,
    comic_pages,
    drawn_on_canvas,
    in_tiles,
    jpeg,
    scrambled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.browser.snapshot import Surface

PAGE = comic_pages()[0]
GRID = "".join("<img src=/plain.jpg style='width:180px;height:260px'>" for _ in range(8))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browsing]:
    with Browsing(BrowserOptions(time_s=40.0)) as browsing:
        browsing.network.answers[f"{SITE}/mixed.jpg"] = ("image/jpeg", jpeg(scrambled(PAGE), 95))
        browsing.network.answers[f"{SITE}/plain.jpg"] = ("image/jpeg", jpeg(PAGE))
        for number in range(16):
            w, h = WIDE // 4, HIGH // 4
            x, y = number % 4 * w, number // 4 * h
            tile = jpeg(PAGE.crop((x, y, x + w, y + h)), 95)
            browsing.network.answers[f"{SITE}/tile{number}.jpg"] = ("image/jpeg", tile)
        yield browsing


def surfaces(browser: Browsing, markup: str) -> tuple[Surface, ...]:
    document = Document(url=f"{SITE}/", text=f"<body>{markup}", headers={})
    showing = browser.renderer.render(document, AGENT, surfaces=True)
    return browser.loop.run(showing).surfaces


def is_the_page(surface: Surface) -> bool:
    picture = Image.open(io.BytesIO(surface.body)).convert("RGB")
    assert abs(picture.width / picture.height - WIDE / HIGH) < 0.01
    away = np.asarray(picture.resize((72, 104)), float) - np.asarray(PAGE.resize((72, 104)), float)
    return bool(np.abs(away).mean() < 6)


def test_a_canvas_is_taken_at_the_size_that_was_drawn(browser: Browsing) -> None:
    (found,) = surfaces(browser, drawn_on_canvas(["/mixed.jpg"]))
    assert (found.kind, found.url, found.width) == ("canvas", "", 480.0)
    assert Image.open(io.BytesIO(found.body)).size == (WIDE, HIGH)
    assert is_the_page(found)


TILES = {
    "sprite": in_tiles("/mixed.jpg"),
    "pictures": f"<div style='position:relative;width:{WIDE}px;height:{HIGH}px'>"
    + "".join(
        f"<img src=/tile{at}.jpg style='position:absolute;left:{at % 4 * WIDE // 4}px;"
        f"top:{at // 4 * HIGH // 4}px'>"
        for at in range(16)
    )
    + "</div>",
    "table": "<table cellspacing=0 cellpadding=0>"
    + "".join(
        "<tr>"
        + "".join(
            f"<td><img src=/tile{row * 4 + at}.jpg style='display:block'></td>" for at in range(4)
        )
        + "</tr>"
        for row in range(4)
    )
    + "</table>",
    "cut out": f"<div style='position:relative;width:{WIDE}px;height:{HIGH}px'>"
    + "".join(
        f"<div style='position:absolute;overflow:hidden;width:{WIDE // 4}px;height:{HIGH // 4}px;"
        f"left:{at % 4 * WIDE // 4}px;top:{at // 4 * HIGH // 4}px'><img src=/plain.jpg style='"
        f"position:absolute;left:-{at % 4 * WIDE // 4}px;top:-{at // 4 * HIGH // 4}px'></div>"
        for at in range(16)
    )
    + "</div>",
}


@pytest.mark.parametrize("form", TILES)
def test_tiles_are_one_picture(form: str, browser: Browsing) -> None:
    (found,) = surfaces(browser, TILES[form])
    assert found.kind == "tiles"
    assert is_the_page(found)


def test_pages_in_tiles_stay_apart_and_in_order(browser: Browsing) -> None:
    markup = f"<img src=/plain.jpg>{TILES['sprite']}{drawn_on_canvas(['/mixed.jpg'])}"
    found = surfaces(browser, markup + TILES["pictures"])
    assert [one.kind for one in found] == ["picture", "tiles", "canvas", "tiles"]
    assert [one.url for one in found] == [f"{SITE}/plain.jpg", "", "", ""]
    assert all(is_the_page(one) for one in found[1:])


def test_what_only_stands_beside_each_other_is_no_page(browser: Browsing) -> None:
    linked = "".join(
        f"<a href=/{at}><img src=/tile{at}.jpg style='float:left'></a>" for at in range(16)
    )
    apart = "".join(f"<img src=/tile{at}.jpg style='margin:4px'>" for at in range(16))
    column = "".join(f"<img src=/tile{at}.jpg style='display:block'>" for at in range(8))
    for markup in (linked, apart, column):
        found = surfaces(browser, f"<div style='width:{WIDE + 200}px'>{markup}</div>")
        assert {one.kind for one in found} == {"picture"}


def test_what_is_drawn_when_it_comes_into_view_is_there(browser: Browsing) -> None:
    late = """<style>canvas { display: block; width: 480px; height: 1600px }</style><script>
    const watch = new IntersectionObserver((seen) => { for (const one of seen)
      if (one.isIntersecting) { one.target.getContext("2d").fillRect(0, 0, 300, 150); } });
    for (let at = 0; at < 12; at++) { const canvas = document.createElement("canvas");
      document.body.append(canvas); watch.observe(canvas); }</script>"""
    found = surfaces(browser, late)
    assert len(found) == 12
    darkest = [np.asarray(Image.open(io.BytesIO(one.body)).convert("L")).mean() for one in found]
    assert max(darkest) < 10


def test_little_and_hidden_ones_are_none(browser: Browsing) -> None:
    markup = (
        "<canvas width=100 height=100></canvas><canvas hidden width=900 height=900></canvas>"
        "<img src=/plain.jpg style='visibility:hidden'><p>words</p>"
    )
    assert surfaces(browser, markup) == ()


def test_pages_of_other_channels_are_not_looked_at(browser: Browsing) -> None:
    assert browser.shown(drawn_on_canvas(["/mixed.jpg"])).surfaces == ()


def test_thousands_of_tiles_and_huge_canvases_are_bounded(browser: Browsing) -> None:
    many = "".join(
        f"<img src=/tile0.jpg style='position:absolute;left:{at % 100 * 12}px;"
        f"top:{at // 100 * 12}px;width:12px;height:12px'>"
        for at in range(5_000)
    )
    canvases = "<canvas width=5000 height=5000 style='width:900px;height:900px'></canvas>" * 3
    found = surfaces(browser, f"<div style='height:900px'>{many}</div>{canvases}")
    sizes = [Image.open(io.BytesIO(one.body)).size for one in found if one.kind == "canvas"]
    assert len(sizes) == 3
    assert all(wide * high <= 8_100_000 for wide, high in sizes)
