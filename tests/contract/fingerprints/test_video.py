"""The video modality keeps the contract, on films cut from photographs that scikit-image brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import cv2
import numpy as np

from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable
from fingerprints.video import VideoModality
from tests.contract.fingerprints.suite import ModalitySuite, NearDuplicate, Refused, Sample
from tests.unit.fingerprints.video.films import (
    HEIGHT,
    RATE,
    WIDTH,
    Picture,
    cropped,
    each,
    film,
    letterboxed,
    photograph,
    shot,
    upright,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

FILM = film("coffee.png", "astronaut.png", "china.jpg", "rocket.jpg")
LONG = film("chelsea.png", "motorcycle_left.png", "flower.jpg", "hubble_deep_field.jpg", seconds=35)
OTHER = film("retina.jpg", "brick.png", "ihc.png")
SLIDE = [np.asarray(photograph("coffee.png")[:HEIGHT, :WIDTH], np.uint8)] * (8 * RATE)
TITLE = np.full((HEIGHT, WIDTH, 3), 12, np.uint8)
cv2.putText(TITLE, "MARQUE", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (240, 240, 240), 2)
START, END = 6 * RATE, 16 * RATE


def sample(name: str, frames: Sequence[Picture], **options: object) -> Sample:
    """Encode frames as MPEG-4 in MP4, unless the options say otherwise."""
    return Sample(name, written(frames, **options), "video/mp4")  # type: ignore[arg-type]


def copy(done: str, frames: Sequence[Picture], *, of: str = "film", **how: object) -> NearDuplicate:
    return NearDuplicate(done, sample(f"{of}, {done}", frames, **how), of)


PIECE = FILM[START:END]


class TestVideo(ModalitySuite):
    modality = VideoModality()
    symmetric: ClassVar[bool] = True
    tolerance: ClassVar[float] = 0.05
    originals = (sample("film", FILM), sample("long", LONG))
    near_duplicates = (
        copy("ten seconds of it", PIECE),
        copy("low quality, Matroska", PIECE, form="matroska", quality=24),
        copy("mirrored", each(PIECE, lambda frame: frame[:, ::-1])),
        copy("letterboxed", each(PIECE, letterboxed)),
        copy("upright, blurred borders", each(PIECE, upright)),
        copy("cropped", each(PIECE, lambda frame: cropped(frame, 0.8))),
        copy("faster", FILM[: 16 * RATE], rate=RATE * 1.2),
        copy("slower", PIECE, rate=RATE * 0.8),
        copy("three frames a second", PIECE[::4], rate=3),
        copy("brighter", each(PIECE, lambda frame: np.minimum(255, frame * 0.8 + 50.0))),
        copy("pieces of it", [*LONG[: 12 * RATE], *OTHER, *LONG[1000:1200]], of="long"),
        copy("across two parts", LONG[55 * RATE : 66 * RATE], of="long"),
    )
    strangers = (
        sample("other film", OTHER),
        sample("title", [TITLE] * (4 * RATE) + shot("text.png", 3.0)),
        sample("a slide of it", SLIDE),
    )
    refused = (
        Refused(Sample("empty", b""), Undecodable),
        Refused(Sample("noise", np.random.default_rng(1).bytes(5000)), Undecodable),
        Refused(Sample("text", b"#EXTM3U\nfile:///etc/passwd\n" * 20), Undecodable),
        Refused(sample("black", [np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * 60), NothingToPrint),
        Refused(sample("titles only", [TITLE] * 60), NothingToPrint),
        Refused(sample("long film", FILM), TooLarge, Limits(duration_s=20)),
        Refused(sample("large", FILM[:24]), TooLarge, Limits(image_pixels=WIDTH * HEIGHT - 1)),
    )

    def test_the_piece_is_where_it_was_cut(self) -> None:
        (span,) = self._spans("ten seconds of it", "film")
        assert np.allclose(span.copy, (0, 10), atol=0.5)
        assert np.allclose(span.work, (6, 16), atol=0.5)

    def test_the_speed_is_found(self) -> None:
        (span,) = self._spans("slower", "film")
        assert np.allclose(span.copy, (0, 12.5), atol=0.5)
        assert np.allclose(span.work, (6, 16), atol=0.5)

    def test_each_piece_is_where_it_was_cut(self) -> None:
        first, second = self._spans("pieces of it", "long")
        assert np.allclose(first.work, (0, 12), atol=1)
        assert np.allclose(second.work, (1000 / RATE, 1200 / RATE), atol=1)
        assert np.allclose(second.copy, (30, 30 + 200 / RATE), atol=1)

    def test_prints_are_small(self) -> None:
        whole = self.extract(self.originals[1])
        assert len(whole.parts) == 3
        assert all(len(part.terms) <= 1500 for part in whole.parts)
        assert all(len(part.signature) < 80_000 for part in whole.parts)

    def _spans(self, done: str, of: str) -> tuple:  # type: ignore[type-arg]
        near = next(one for one in self.near_duplicates if one.done == done)
        work = next(one for one in self.originals if one.name == of)
        return self.modality.verify(self.extract(near.copy), self.extract(work)).spans
