"""The search for where one picture may lie in another."""

import cv2
import numpy as np
import pytest

from fingerprints.image import local, places
from fingerprints.image.signature import canvas

NOISE = np.random.default_rng(11).integers(0, 255, (24, 24)).astype(np.uint8)
AVERAGES = np.asarray(cv2.resize(NOISE, (80, 80), interpolation=cv2.INTER_CUBIC), np.uint8)
NOTHING = local.features(np.zeros((64, 64), np.uint8))


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_cut_is_found_where_it_was(mirrored: bool) -> None:  # noqa: FBT001
    cut = cv2.resize(AVERAGES[8:72, 16:80], (80, 80), interpolation=cv2.INTER_AREA)
    if mirrored:
        cut = cut[:, ::-1]
    ours = canvas(np.ascontiguousarray(cut), 640, 640, NOTHING)
    theirs = canvas(AVERAGES, 800, 800, NOTHING)
    best = places.places(ours, theirs, places.DETAILS)[0]
    assert best.mirrored is mirrored
    assert abs(best.turn) == pytest.approx(0.8, abs=0.05)
    middle = complex(best.there(np.array([0.5 + 0.5j]))[0])
    assert middle == pytest.approx(0.6 + 0.5j, abs=0.05)


def test_weights_are_of_the_cells_that_overlap() -> None:
    search = places.SHADES
    (found,) = places._weights(((32, 20),), (32, 24), search)
    for y, x in ((0, 0), (3, 5), (60, 2), (30, 31)):
        down, right = (at - 64 if at > 32 else at for at in (y, x))
        wide, high = min(right + 32, 32) - max(right, 0), min(down + 20, 24) - max(down, 0)
        cells = max(0, wide) * max(0, high)
        expected = 1 / np.sqrt(cells) if cells >= search.overlap * 32 * 20 else 0
        assert found[y, x] == pytest.approx(expected)
