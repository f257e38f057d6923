"""Films: a camera that moves over photographs, shot after shot."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import Image, ImageOps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]

WIDTH: Final = 320
HIGH: Final = 180
FRAMES_A_SECOND: Final = 12
SHOT_S: Final = 6.0


def filmed(photographs: Sequence[bytes], *, seed: int = 0) -> list[Frame]:
    """(180, 320, 3) uint8 RGB frames: six seconds of each photograph."""
    return [
        frame
        for number, photograph in enumerate(photographs)
        for frame in _shot(photograph, np.random.default_rng((seed, number)))
    ]


def _shot(photograph: bytes, chance: np.random.Generator) -> Iterator[Frame]:
    """Move from one place in the picture to another, nearer or further away."""
    with Image.open(BytesIO(photograph)) as image:
        picture = np.asarray(ImageOps.fit(image.convert("RGB"), (2 * WIDTH, 2 * HIGH)))
    (x, y, zoom), (to_x, to_y, end) = chance.uniform((0.42, 0.42, 0.55), (0.58, 0.58, 0.8), (2, 3))
    for share in np.linspace(0, 1, round(SHOT_S * FRAMES_A_SECOND)):
        scale = zoom + (end - zoom) * share
        left = WIDTH / 2 - scale * (x + (to_x - x) * share) * picture.shape[1]
        top = HIGH / 2 - scale * (y + (to_y - y) * share) * picture.shape[0]
        move = np.array([[scale, 0, left], [0, scale, top]])
        seen = cv2.warpAffine(picture, move, (WIDTH, HIGH), borderMode=cv2.BORDER_REFLECT)
        yield np.asarray(seen, np.uint8)
