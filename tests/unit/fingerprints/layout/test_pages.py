"""How lines lie is found, pages are coded alike through copies, and strangers share nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import skimage
from PIL import Image

from fingerprints.contract import Fingerprint, Part
from fingerprints.layout import signature, terms, verdict
from fingerprints.layout.letters import Letters, letters
from fingerprints.layout.pose import is_lined, poses
from tests.unit.fingerprints.layout import set_pages as made

if TYPE_CHECKING:
    from collections.abc import Callable


def small(picture: Image.Image) -> np.ndarray:
    copy = picture.copy()
    copy.thumbnail((512, 512), Image.Resampling.BOX)
    return np.asarray(copy)


def coded(picture: Image.Image) -> Letters:
    luminance = small(picture)
    return letters(luminance, poses(luminance)[0])


@pytest.mark.parametrize("degrees", [0, 2, -5])
def test_lines_are_found_without_reading_one(degrees: float) -> None:
    first = poses(small(made.page(1).rotate(degrees, fillcolor=255)))[0]
    assert first.pitch * made.HIGH == pytest.approx(made.PITCH, rel=0.015)
    assert np.degrees(np.arctan(first.slope)) == pytest.approx(-degrees, abs=0.4)


def test_light_letters_on_dark_lie_the_same() -> None:
    dark = Image.eval(made.page(1), lambda tone: 255 - tone)
    assert poses(small(dark))[0].pitch == pytest.approx(
        poses(small(made.page(1)))[0].pitch, rel=0.01
    )


@pytest.mark.parametrize("kind", [made.page, made.han_page])
def test_pages_are_told_from_pictures_at_a_glance(kind: Callable[[object], Image.Image]) -> None:
    page = kind(1)
    faded = Image.eval(page, lambda tone: 120 + tone // 2)
    assert all(is_lined(small(one)) for one in (page, made.scanned(page, 4), faded))
    with Image.open(Path(skimage.__file__).parent / "data" / "astronaut.png") as photograph:
        assert not is_lined(small(photograph.convert("L")))


def test_of_lines_at_three_distances_each_is_found() -> None:
    sheet = Image.new("L", (made.WIDE, made.HIGH), "white")
    for top, pitch in ((90, 20), (480, 27), (860, 33)):
        for y in range(top, top + 350, pitch):
            for x in range(90, 780, 23):
                sheet.paste(0, (x, y, x + 15 + (x * y) % 7, y + pitch // 2))
    found = sorted(way.pitch * made.HIGH for way in poses(small(sheet)))
    assert found == pytest.approx([20, 27, 33], rel=0.03)


def test_no_lines_are_found_where_none_are() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (512, 400)).astype(np.uint8)
    ramp = np.tile(np.linspace(0, 255, 400).astype(np.uint8), (512, 1))
    assert poses(noise) == []
    assert poses(ramp) == []
    assert poses(np.zeros((512, 400), np.uint8)) == []


@pytest.mark.parametrize("kind", [made.page, made.han_page])
def test_a_scan_shares_terms_and_strangers_do_not(
    kind: Callable[[object], Image.Image],
) -> None:
    known = terms.registered(coded(kind("known")))
    assert np.intersect1d(terms.asked(coded(made.scanned(kind("known")))), known).size >= 5
    for stranger in range(5):
        asked = terms.asked(coded(kind(stranger)))
        assert np.intersect1d(asked, known).size < 3


def test_shared_heads_are_no_evidence() -> None:
    ours, theirs = coded(made.page("a")), coded(made.page("b"))
    found = verdict.compared(ours, theirs)
    assert found is None or found.raw < 6


def test_leaders_that_are_all_alike_are_left_out() -> None:
    sheet = np.full((512, 400), 255, np.uint8)
    sheet[40:480:10, 30:370:6] = 0
    assert all(len(letters(sheet, way)) < 24 for way in poses(sheet))


def test_places_survive_storage() -> None:
    page = coded(made.page(3))
    back = signature.unpacked(signature.packed(page))
    assert np.array_equal(back.codes, page.codes)
    assert np.array_equal(back.weakest, page.weakest)
    assert np.abs(back.places - page.places).max() <= 1 / 128
    assert np.allclose(back.laid, page.laid)


def test_a_book_is_cut_into_pages_to_calibrate_with() -> None:
    parts = tuple(Part(place, np.zeros(0, np.int64), b"") for place in (0.0, 0.0, 2.0))
    pages = verdict.pieces(Fingerprint("layout", 1, parts, 3.0))
    assert [(len(one.parts), one.extent) for one in pages] == [(2, 1.0), (1, 1.0)]


def test_terms_of_a_page_are_few_and_wide() -> None:
    page = coded(made.page(4))
    known = terms.registered(page)
    assert 24 <= known.size <= 150
    assert known.max() < 1 << 38
    assert known.max() > 1 << 34
    assert np.isin(known, terms.asked(page)).all()
