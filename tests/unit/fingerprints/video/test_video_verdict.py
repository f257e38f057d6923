"""What must never match alone: openings, black, titles, slides, logos."""

import io
from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from fingerprints.contract import Fingerprint, Limits
from fingerprints.video import VideoModality, signature, verdict
from tests.unit.fingerprints.video.films import (
    HEIGHT,
    RATE,
    WIDTH,
    Picture,
    each,
    film,
    photograph,
    rolled_credits,
    shot,
    written,
)

MODALITY = VideoModality()
OPENING = [*shot("rocket.jpg", 5, seed=3), *shot("hubble_deep_field.jpg", 6, seed=4)]
FIRST = film("coffee.png", "astronaut.png", "china.jpg", seconds=14)
SECOND = film("chelsea.png", "flower.jpg", "motorcycle_left.png", seconds=14)
BLACK = [np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * (4 * RATE)


def printed(frames: Sequence[Picture]) -> Fingerprint:
    return MODALITY.extract(io.BytesIO(written(frames)), limits=Limits())


FIRST_PRINT = printed([*OPENING, *BLACK, *FIRST])


def test_a_shared_opening_is_no_copy() -> None:
    comparison = MODALITY.verify(printed([*OPENING, *BLACK, *SECOND]), FIRST_PRINT)
    assert 0 < comparison.score < 0.5
    assert comparison.spans == ()


def test_nor_is_it_in_a_short_copy_that_goes_on_otherwise() -> None:
    logo = OPENING[: 6 * RATE]
    film_ = printed([*logo, *FIRST])
    assert MODALITY.verify(printed([*logo, *SECOND[: 18 * RATE]]), film_).score < 0.5
    assert (
        MODALITY.verify(printed([*SECOND[: 9 * RATE], *logo, *SECOND[-9 * RATE :]]), film_).score
        < 0.5
    )
    assert MODALITY.verify(printed([*logo, *(BLACK * 5)]), film_).score >= 0.5


def test_as_short_a_piece_of_the_middle_is_a_copy() -> None:
    piece = FIRST[18 * RATE : 24 * RATE]
    assert MODALITY.verify(printed([*piece, *SECOND[: 18 * RATE]]), FIRST_PRINT).score >= 0.5


def test_the_opening_put_up_by_itself_is_one() -> None:
    assert MODALITY.verify(printed(OPENING), FIRST_PRINT).score >= 0.5


def test_a_shared_ending_is_no_copy() -> None:
    first, second = printed([*FIRST, *OPENING]), printed([*SECOND, *OPENING])
    assert MODALITY.verify(second, first).score < 0.5


def test_neither_are_one_studios_opening_and_its_closing_together() -> None:
    logo, farewell = OPENING[: 5 * RATE], OPENING[-6 * RATE :]
    first = printed([*logo, *FIRST, *farewell])
    assert MODALITY.verify(printed([*logo, *SECOND, *farewell]), first).score < 0.5
    piece = FIRST[18 * RATE : 24 * RATE]
    copy = printed([*logo, *SECOND[: 20 * RATE], *piece, *SECOND[20 * RATE :], *farewell])
    assert MODALITY.verify(copy, first).score >= 0.5


@pytest.mark.parametrize("place", ["left", "centre", "columns"])
def test_credits_that_are_set_and_rolled_alike_are_no_copy(place: str) -> None:
    first = printed([*FIRST[: 20 * RATE], *rolled_credits(40, seed=1, place=place)])
    second = printed([*SECOND[: 20 * RATE], *rolled_credits(40, seed=2, place=place)])
    assert MODALITY.verify(second, first).score < 0.5


def test_a_piece_within_another_film_is_a_copy() -> None:
    piece = FIRST[16 * RATE : 40 * RATE]
    comparison = MODALITY.verify(printed([*SECOND, *piece]), FIRST_PRINT)
    assert comparison.score >= 0.5
    (span,) = comparison.spans
    assert np.allclose(span.copy, (42, 66), atol=1)
    assert np.allclose(span.work, (31, 55), atol=1)


def test_little_that_shows_anything_is_enough_where_the_rest_is_black() -> None:
    piece = [*BLACK, *FIRST[20 * RATE : 24 * RATE], *BLACK]
    (span,) = MODALITY.verify(printed(piece), FIRST_PRINT).spans
    assert np.allclose(span.copy, (4, 8), atol=0.6)
    assert np.allclose(span.work, (35, 39), atol=0.6)


def test_as_little_within_another_film_is_not() -> None:
    piece = [*SECOND[: 20 * RATE], *FIRST[20 * RATE : 23 * RATE], *SECOND[20 * RATE :]]
    assert MODALITY.verify(printed(piece), FIRST_PRINT).score < 0.5


def test_one_slide_in_both_is_no_copy() -> None:
    slide = [np.asarray(photograph("ihc.png")[:HEIGHT, :WIDTH], np.uint8)] * (20 * RATE)
    first, second = printed([*FIRST, *slide]), printed([*SECOND, *slide, *OPENING])
    assert MODALITY.verify(second, first).score < 0.5


def test_one_logo_over_both_is_no_copy() -> None:
    def branded(frame: Picture) -> Picture:
        marked = frame.copy()
        cv2.putText(marked, "TV 5", (190, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 3)
        cv2.circle(marked, (30, 30), 14, (0, 0, 255), 4)
        return marked

    comparison = MODALITY.verify(printed(each(SECOND, branded)), printed(each(FIRST, branded)))
    assert comparison.score < 0.5


def test_evidence_is_large_for_a_copy_and_nothing_for_a_stranger() -> None:
    piece = printed(FIRST[20 * RATE : 32 * RATE])
    known, strange = verdict.evidence(piece, FIRST_PRINT), verdict.evidence(piece, printed(SECOND))
    assert set(known) == set(strange) == {"frames", "details", "tones"}
    assert known["frames"] > 15
    assert known["details"] > 15
    assert strange["frames"] < 3
    assert strange["details"] < 5


def test_pieces_leave_out_the_ends() -> None:
    inner = verdict.pieces(printed([*FIRST, *SECOND]))
    assert [piece.parts[0].position for piece in inner] == [30.0]
    assert len(verdict.pieces(printed(FIRST[: 20 * RATE]))) == 1


def test_a_signature_survives_packing() -> None:
    part = FIRST_PRINT.parts[0]
    assert signature.packed(signature.unpacked(part.signature)) == part.signature
