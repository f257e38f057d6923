from pathlib import Path

import numpy as np
import pytest
import skimage
from numpy.typing import NDArray
from PIL import Image

from fingerprints.contract import Region
from fingerprints.image import hashes, local, signature
from fingerprints.image.alignment import Alignment, Canvas, alignments

DATA = Path(skimage.__file__).parent / "data"


def luminance(name: str) -> NDArray[np.uint8]:
    with Image.open(DATA / name) as image:
        return np.asarray(image.convert("L"))


def canvas(grey: NDArray[np.uint8]) -> Canvas:
    grey = np.ascontiguousarray(grey)
    averages = np.round(hashes.grid(grey)).astype(np.uint8)
    return signature.canvas(averages, grey.shape[1], grey.shape[0], local.features(grey))


def best(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> Alignment:
    return min(alignments(canvas(ours), canvas(theirs)), key=lambda one: one.distance)


ASTRONAUT = luminance("astronaut.png")


def test_features_are_bounded_and_repeatable() -> None:
    once, again = local.features(ASTRONAUT), local.features(ASTRONAUT)
    assert 200 < len(once) <= sum(local.QUOTAS)
    assert (once.code == again.code).all()
    assert once.code.max() < 2**63
    assert local.terms(once).max() < 2**28
    assert local.near_terms(once).shape == (len(once), 11)


def test_a_flat_picture_has_no_features() -> None:
    flat = local.features(np.full((200, 300), 128, np.uint8))
    assert len(flat) == 0
    assert local.terms(flat).shape == (0,)
    assert list(alignments(canvas(ASTRONAUT), canvas(np.full((200, 300), 128, np.uint8)))) == []


def test_a_mirrored_picture_shares_terms() -> None:
    upright, mirrored = local.features(ASTRONAUT), local.features(ASTRONAUT[:, ::-1].copy())
    shared = np.intersect1d(local.terms(upright), local.terms(mirrored))
    assert len(shared) > 100


def test_a_crop_lies_where_it_was_cut() -> None:
    found = best(ASTRONAUT[100:400, 50:450], ASTRONAUT)
    assert found.inliers > 20
    assert found.distance < 30
    assert found.theirs == pytest.approx(
        Region(50 / 512, 100 / 512, 450 / 512, 400 / 512), abs=0.03
    )
    assert found.ours == pytest.approx(Region(0, 0, 1, 1), abs=0.03)


def test_a_mirrored_crop_lies_where_it_was_cut() -> None:
    found = best(ASTRONAUT[100:400, 50:450][:, ::-1], ASTRONAUT)
    assert found.distance < 30
    assert found.theirs == pytest.approx(
        Region(50 / 512, 100 / 512, 450 / 512, 400 / 512), abs=0.03
    )


def test_a_crop_and_its_work_overlap_in_part() -> None:
    found = best(ASTRONAUT[:, :350], ASTRONAUT[:, 150:])
    assert found.ours == pytest.approx(Region(150 / 350, 0, 1, 1), abs=0.03)
    assert found.theirs == pytest.approx(Region(0, 0, 200 / 362, 1), abs=0.03)
    assert 0.4 < found.share < 0.7


@pytest.mark.parametrize("name", ["coffee.png", "chelsea.png", "page.png", "brick.png"])
def test_strangers_do_not_lie_on_each_other(name: str) -> None:
    for found in alignments(canvas(luminance(name)), canvas(ASTRONAUT)):
        assert found.inliers <= 4
        assert found.distance > 80
