"""Films with little in their frames are recognised by their tones, and by nothing else."""

import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from fingerprints.contract import Fingerprint, Limits
from fingerprints.video import VideoModality, verdict
from tests.contract.fingerprints.suite import NaiveIndex
from tests.unit.fingerprints.video.films import (
    HEIGHT,
    RATE,
    WIDTH,
    Picture,
    each,
    faint,
    letterboxed,
    stripes,
    written,
)

MODALITY = VideoModality()
FILM = [*faint("coffee.png", "astronaut.png", "china.jpg"), *stripes(8, 1), *stripes(8, 2)]
OTHER = [*faint("chelsea.png", "motorcycle_left.png", "rocket.jpg"), *stripes(8, 3)]
DARK, STRIPED = FILM[2 * RATE : 14 * RATE], FILM[25 * RATE : 37 * RATE]


def printed(frames: Sequence[Picture], quality: int = 4) -> Fingerprint:
    return MODALITY.extract(io.BytesIO(written(frames, quality=quality)), limits=Limits())


WORK, STRANGER = printed(FILM), printed(OTHER)


def unchanged(frame: Picture) -> Picture:
    return frame


@pytest.mark.parametrize("piece", [DARK, STRIPED], ids=["dark", "striped"])
@pytest.mark.parametrize(
    ("change", "quality"),
    [(unchanged, 10), (lambda frame: frame[:, ::-1], 4), (letterboxed, 4)],
    ids=["re-encoded", "mirrored", "letterboxed"],
)
def test_a_piece_is_recognised(
    piece: list[Picture], change: Callable[[Picture], Picture], quality: int
) -> None:
    copy = printed(each(piece, change), quality)
    found = MODALITY.verify(copy, WORK)
    assert found.score >= 0.5
    assert MODALITY.verify(copy, STRANGER).score < 0.5
    assert verdict.evidence(copy, WORK)["tones"] > 2 * verdict.evidence(copy, STRANGER)["tones"]
    index = NaiveIndex({"work": WORK})
    assert "work" in index.candidates(MODALITY.probe(copy))


def test_it_is_where_it_was_cut() -> None:
    (span,) = MODALITY.verify(printed(DARK), WORK).spans
    assert np.allclose(span.copy, (0, 12), atol=1)
    assert np.allclose(span.work, (2, 14), atol=1)


def test_a_picture_that_stands_still_is_no_evidence() -> None:
    still, other = [DARK[0]] * (20 * RATE), [FILM[-1]] * (20 * RATE)
    shown = verdict.evidence(printed(still), printed([*other, *still]))
    assert shown["tones"] == 0


def test_a_border_around_nothing_shows_nothing() -> None:
    grey = np.full((HEIGHT, WIDTH, 3), 70, np.uint8)
    paged = each([grey] * (8 * RATE), letterboxed)
    both = printed([*paged, *each(DARK, letterboxed)])
    assert not len(both.parts) or verdict.footage(both).times.min() > 7.5
