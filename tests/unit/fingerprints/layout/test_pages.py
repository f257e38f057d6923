"""How lines lie is found, pages are coded alike through copies, and strangers share nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from fingerprints.layout import signature, terms, verdict
from fingerprints.layout.letters import Letters, letters
from fingerprints.layout.pose import poses
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


def test_terms_of_a_page_are_few_and_wide() -> None:
    page = coded(made.page(4))
    known = terms.registered(page)
    assert 24 <= known.size <= 150
    assert known.max() < 1 << 32
    assert known.max() > 1 << 28
    assert np.isin(known, terms.asked(page)).all()
