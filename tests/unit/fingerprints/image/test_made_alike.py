"""What one tool makes is no copy of what else it made; a copy of it is."""

import io
from collections.abc import Callable
from itertools import permutations

import cv2
import numpy as np
import pytest

from fingerprints.contract import Fingerprint, Limits
from fingerprints.image import ImageModality
from tests.unit.fingerprints.image import made
from tests.unit.fingerprints.image.made import Picture

MODALITY = ImageModality()
KINDS = made.notes, made.qr_code, made.chat, made.bars, made.slide
# Of 20 pairs: bars that are about as high, lines about as long.
MOST: dict[Callable[[int], Picture], int] = {made.bars: 4, made.slide: 2}


def printed(picture: Picture, *, quality: int = 85) -> Fingerprint:
    _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return MODALITY.extract(io.BytesIO(coded.tobytes()), limits=Limits())


@pytest.mark.parametrize("kind", KINDS)
def test_others_of_the_same_make_are_no_copies(kind: Callable[[int], Picture]) -> None:
    prints = [printed(kind(seed)) for seed in range(5)]
    scores = [MODALITY.verify(*pair).score for pair in permutations(prints, 2)]
    assert sum(score >= 0.5 for score in scores) <= MOST.get(kind, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_copies_are(kind: Callable[[int], Picture]) -> None:
    picture = kind(1)
    halved = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    small = np.asarray(halved, np.uint8)
    high, wide = picture.shape[:2]
    cut = picture[high // 10 :, : wide - wide // 10]
    for copy in (small, cut):
        assert MODALITY.verify(printed(copy, quality=50), printed(picture)).score >= 0.5
