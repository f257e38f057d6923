import cv2
import numpy as np
import pytest

from fingerprints.video import frames
from tests.unit.fingerprints.video.films import HEIGHT, WIDTH, photograph

COFFEE = cv2.cvtColor(photograph("coffee.png"), cv2.COLOR_BGR2GRAY).astype(np.uint8)
CHINA = cv2.cvtColor(photograph("china.jpg"), cv2.COLOR_BGR2GRAY).astype(np.uint8)


def test_a_mirrored_frame_has_the_mirrored_hash() -> None:
    plain = frames.hashed(frames.grid(COFFEE))
    mirrored = frames.hashed(frames.grid(np.ascontiguousarray(COFFEE[:, ::-1])))
    assert frames.distances((plain ^ frames.MIRROR)[None], mirrored[None])[0, 0] <= 4
    assert frames.distances(plain[None], mirrored[None])[0, 0] > 60


def test_a_smaller_darker_frame_is_near_and_another_is_not() -> None:
    darker = cv2.resize(COFFEE, (200, 120)) * 0.6
    hashed = [frames.hashed(frames.grid(one.astype(np.uint8))) for one in (COFFEE, darker, CHINA)]
    table = frames.distances(np.stack(hashed), np.stack(hashed))
    assert table[0, 1] < 25
    assert table[0, 2] > 90
    assert (np.diag(table) == 0).all()


def test_terms_are_distinct_and_near_terms_hold_them() -> None:
    words = np.stack([frames.hashed(frames.grid(one)) for one in (COFFEE, CHINA)])
    terms, near = frames.terms(words), frames.near_terms(words)
    assert terms.shape == (2, 3)
    assert near.shape == (2, 3, 29)
    assert (near[..., 0] == terms).all()
    assert len(np.unique(near)) == near.size
    assert (terms < 1 << 30).all()


def title() -> np.ndarray:
    picture = np.full((HEIGHT, WIDTH), 12, np.uint8)
    cv2.putText(picture, "THE END", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 240, 2)
    return picture


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (COFFEE, True),
        (np.zeros((90, 160), np.uint8), False),
        (np.full((90, 160), 255, np.uint8), False),
        (title(), False),
        (255 - title(), False),
    ],
)
def test_which_frames_vote(picture: np.ndarray, expected: bool) -> None:  # noqa: FBT001
    assert frames.votes(frames.grid(picture)) is expected
