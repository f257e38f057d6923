"""The layout modality keeps the contract, on pages set by one tool in one type."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import skimage
from PIL import Image

from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable
from fingerprints.layout import LayoutModality
from tests.contract.fingerprints.suite import ModalitySuite, NearDuplicate, Refused, Sample
from tests.unit.fingerprints.layout import set_pages as made

PDF, CBZ, JPEG = "application/pdf", "application/vnd.comicbook+zip", "image/jpeg"
PAGES = [made.page(number) for number in range(5)]
OTHERS = [made.page(number) for number in range(10, 15)]
HAN = [made.han_page(number) for number in range(3)]
SINGLE = made.page("single")
BLANK = Image.new("L", (made.WIDE, made.HIGH), "white")


def picture(name: str, shown: Image.Image, quality: int = 50) -> Sample:
    return Sample(name, made.jpeg(shown, quality), JPEG)


def wide(shown: Image.Image, width: int) -> Image.Image:
    return shown.resize((width, width * shown.height // shown.width), Image.Resampling.BOX)


def cropped(shown: Image.Image) -> Image.Image:
    return shown.crop((110, 140, made.WIDE - 100, made.HIGH - 170))


COPIES: dict[str, tuple[str, Sample]] = {
    "a page": ("book", picture("p0", PAGES[2])),
    "a page scanned": ("book", picture("p1", made.scanned(PAGES[1]), 30)),
    "a page scanned at 4 degrees": ("single", picture("p2", made.scanned(SINGLE, -4), 30)),
    "a preview of 600 pixels": ("single", picture("p3", wide(SINGLE, 600))),
    "cropped": ("book", picture("p4", cropped(PAGES[3]))),
    "watermarked": ("single", picture("p5", made.watermarked(SINGLE))),
    "black and white": ("single", picture("p6", SINGLE.point(lambda tone: 255 * (tone > 150)))),
    "dark": ("single", picture("p7", SINGLE.point(lambda tone: 255 - tone))),
    "in a reader": ("book", picture("p8", made.in_a_reader(PAGES[0]))),
    "three pages as pictures": (
        "book",
        Sample("p9", made.cbz([wide(one, 700) for one in PAGES[1:4]]), CBZ),
    ),
    "side by side": ("book", picture("p10", made.side_by_side(PAGES[2], PAGES[3]))),
    "characters scanned": ("characters", picture("p11", made.scanned(HAN[1]), 30)),
    "characters, a preview": ("characters", picture("p12", wide(HAN[2], 600))),
}


def photograph(name: str) -> Sample:
    with Image.open(Path(skimage.__file__).parent / "data" / name) as image:
        return picture(name, image.convert("L"))


class TestLayout(ModalitySuite):
    modality = LayoutModality()
    originals = (
        Sample("book", made.pdf(PAGES), PDF),
        Sample("other book", made.cbz(OTHERS), CBZ),
        Sample("characters", made.pdf(HAN), PDF),
        picture("single", SINGLE, 90),
    )
    near_duplicates = tuple(NearDuplicate(done, copy, of) for done, (of, copy) in COPIES.items())
    strangers = (
        picture("same type, other words", made.page("stranger")),
        Sample("other pages", made.pdf([made.page(f"s{at}") for at in range(4)]), PDF),
        picture("other characters", made.han_page("stranger")),
        picture("stranger scanned", made.scanned(made.page("stranger 2"))),
        picture("stranger with the same watermark", made.watermarked(made.page("stranger 3"))),
    )
    refused = (
        Refused(Sample("nothing", b"", JPEG), Undecodable),
        Refused(Sample("no pdf", b"text", PDF), Undecodable),
        Refused(picture("blank", BLANK), NothingToPrint),
        Refused(Sample("blank pages", made.pdf([BLANK, BLANK]), PDF), NothingToPrint),
        Refused(photograph("astronaut.png"), NothingToPrint),
        Refused(photograph("coffee.png"), NothingToPrint),
        Refused(photograph("rocket.jpg"), NothingToPrint),
        Refused(
            picture("too many pixels", SINGLE),
            TooLarge,
            Limits(image_pixels=made.WIDE * made.HIGH - 1),
        ),
    )

    def test_pages_of_a_copy_are_the_works(self) -> None:
        copy = self.extract(COPIES["three pages as pictures"][1])
        found = self.modality.verify(copy, self.extract(self.originals[0])).spans
        assert [(one.copy, one.work) for one in found] == [
            ((0, 1), (1, 2)),
            ((1, 2), (2, 3)),
            ((2, 3), (3, 4)),
        ]

    def test_a_picture_of_two_pages_is_divided(self) -> None:
        copy = self.extract(COPIES["side by side"][1])
        left, right = self.modality.verify(copy, self.extract(self.originals[0])).spans
        assert (left.copy, left.work) == ((0, 0.5), (2, 3))
        assert (right.copy, right.work) == ((0.5, 1), (3, 4))
        assert left.copy_region is not None
        assert right.copy_region is not None
        assert left.copy_region.right <= 0.5 <= right.copy_region.left

    def test_regions_of_a_crop_are_where_it_was_cut(self) -> None:
        copy = self.extract(COPIES["cropped"][1])
        (span,) = self.modality.verify(copy, self.extract(self.originals[0])).spans
        assert span.work_region is not None
        assert span.copy_region is not None
        across = np.array(span.copy_region)[[0, 2]] * (made.WIDE - 210) + 110
        assert np.allclose(np.array(span.work_region)[[0, 2]] * made.WIDE, across, atol=9)

    def test_a_page_is_small(self) -> None:
        printed = self.extract(self.originals[3])
        assert all(len(part.terms) <= 150 for part in printed.parts)
        assert all(len(part.signature) < 6_000 for part in printed.parts)
