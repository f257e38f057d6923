from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage
from numpy.typing import NDArray
from PIL import Image

from benchmarks.accuracy.image.projection import BITS, Pairs, learned, lie, same
from fingerprints.image import local

with Image.open(Path(skimage.__file__).parent / "data" / "astronaut.png") as _image:
    ASTRONAUT = np.asarray(_image.convert("L"))


def shared(copy: NDArray[np.uint8]) -> tuple[NDArray[np.int64], float]:
    """Pairs of the same patch, and the share of their codes' first 20 bits that differ."""
    found = lie(ASTRONAUT, copy)
    ours, theirs = local.patches(ASTRONAUT), local.patches(copy)
    assert found is not None
    assert ours is not None
    assert theirs is not None
    pairs = same(ours, theirs, found)
    codes = local.features(ASTRONAUT).code[pairs[:, 0]], local.features(copy).code[pairs[:, 1]]
    differing = np.bitwise_count((codes[0] ^ codes[1]) & np.uint64(2**20 - 1))
    return pairs, float(differing.mean()) / 20


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_patch_is_found_again_in_a_crop(mirrored: bool) -> None:  # noqa: FBT001 (a parameter)
    crop = ASTRONAUT[60:460, 40:480]
    pairs, wrong = shared(np.ascontiguousarray(crop[:, ::-1] if mirrored else crop))
    assert len(pairs) > 50
    assert wrong < 0.25


def test_strangers_do_not_lie_on_each_other() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (40, 40)).astype(np.uint8)
    assert lie(ASTRONAUT, cv2.resize(noise, (400, 400)).astype(np.uint8)) is None


def test_what_copies_keep_is_learned() -> None:
    chance = np.random.default_rng(4)
    ours = chance.normal(size=(3000, 63)).astype(np.float32) * 100
    noise = np.where(np.arange(63) < 20, 5, 200)  # the first twenty are kept
    theirs = ours + (chance.normal(size=ours.shape) * noise).astype(np.float32)
    made = learned(Pairs(ours, theirs, ours)).astype(np.float64)
    assert made.shape == (BITS + 17, BITS)
    projection, spread = made[:-2], made[-1]
    assert (projection[:20, :15] ** 2).sum(axis=0) == pytest.approx(1, abs=0.05)
    assert spread[:15].max() < spread[30:].min()
    even = (projection[~local.ODD] ** 2).sum(axis=0)
    assert np.minimum(even, 1 - even) == pytest.approx(0, abs=1e-3)
