from pathlib import Path

import numpy as np
import pytest
import skimage
from numpy.typing import NDArray
from PIL import Image

from fingerprints.contract import Region
from fingerprints.image import local, overlay, signature
from fingerprints.image.alignment import Lie, Similarity, lies
from fingerprints.image.overlay import Canvas, Overlay

DATA = Path(skimage.__file__).parent / "data"


def luminance(name: str) -> NDArray[np.uint8]:
    with Image.open(DATA / name) as image:
        return np.asarray(image.convert("L"))


def canvas(grey: NDArray[np.uint8]) -> Canvas:
    grey = np.ascontiguousarray(grey)
    averages = np.asarray(Image.fromarray(grey).resize((overlay.SIDE,) * 2, Image.Resampling.BOX))
    return signature.canvas(averages, grey.shape[1], grey.shape[0], local.features(grey))


def best(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> tuple[Lie, Overlay]:
    mine, other = canvas(ours), canvas(theirs)
    lie = lies(mine.features, other.features)[0]
    laid = overlay.overlay(mine, other, lie.similarity)
    assert laid is not None
    return lie, laid


ASTRONAUT = luminance("astronaut.png")


def test_features_are_bounded_and_repeatable() -> None:
    once, again = local.features(ASTRONAUT), local.features(ASTRONAUT)
    assert 200 < len(once) <= sum(local.QUOTAS)
    assert (once.code == again.code).all()
    assert once.code.max() < 2**48


def test_a_flat_picture_has_no_features() -> None:
    flat = local.features(np.full((200, 300), 128, np.uint8))
    assert len(flat) == 0
    assert lies(local.features(ASTRONAUT), flat) == []


def test_a_crop_lies_where_it_was_cut() -> None:
    lie, found = best(ASTRONAUT[100:400, 50:450], ASTRONAUT)
    assert lie.inliers > 20
    assert lie.spread > 0.2
    assert found.theirs == pytest.approx(
        Region(50 / 512, 100 / 512, 450 / 512, 400 / 512), abs=0.03
    )
    assert found.ours == pytest.approx(Region(0, 0, 1, 1), abs=0.03)
    assert np.corrcoef(found.first.ravel(), found.second.ravel())[0, 1] > 0.95


def test_a_mirrored_crop_lies_where_it_was_cut() -> None:
    lie, found = best(ASTRONAUT[100:400, 50:450][:, ::-1], ASTRONAUT)
    assert lie.similarity.mirrored
    assert found.theirs == pytest.approx(
        Region(50 / 512, 100 / 512, 450 / 512, 400 / 512), abs=0.03
    )


def test_a_crop_and_its_work_overlap_in_part() -> None:
    _, found = best(ASTRONAUT[:, :350], ASTRONAUT[:, 150:])
    assert found.ours == pytest.approx(Region(150 / 350, 0, 1, 1), abs=0.03)
    assert found.theirs == pytest.approx(Region(0, 0, 200 / 362, 1), abs=0.03)
    assert 0.4 < found.share < 0.7


@pytest.mark.parametrize("name", ["coffee.png", "chelsea.png", "page.png", "brick.png"])
def test_strangers_hardly_lie_on_each_other(name: str) -> None:
    found = lies(canvas(luminance(name)).features, canvas(ASTRONAUT).features)
    assert all(lie.inliers <= 6 for lie in found)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_lie_and_its_inverse_lead_back(mirrored: bool) -> None:  # noqa: FBT001 (a parameter)
    lie = Similarity(mirrored=mirrored, turn=0.8 + 0.3j, shift=0.1 - 0.2j)
    places = np.array([0, 1, 0.3 + 0.7j])
    assert np.allclose(lie.back(lie.there(places)), places)
    assert np.allclose(lie.inverse().there(lie.there(places)), places)
