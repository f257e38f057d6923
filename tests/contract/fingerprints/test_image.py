"""The image modality keeps the contract, on photographs that scikit-image brings."""

from __future__ import annotations

import io
from pathlib import Path

import imagehash
import numpy as np
import skimage
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable
from fingerprints.image import ImageModality
from tests.contract.fingerprints.suite import ModalitySuite, NearDuplicate, Refused, Sample

DATA = Path(skimage.__file__).parent / "data"


def photograph(name: str, longer: int = 640) -> Image.Image:
    """One picture of the package, no larger than that."""
    with Image.open(DATA / name) as image:
        picture = image.convert("RGB")
    picture.thumbnail((longer, longer))
    return picture


def sample(name: str, picture: Image.Image, quality: int = 90) -> Sample:
    written = io.BytesIO()
    picture.save(written, "jpeg", quality=quality)
    return Sample(name, written.getvalue(), "image/jpeg")


def png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "png")
    return written.getvalue()


def crop(picture: Image.Image, left: float, top: float, side: float) -> Image.Image:
    wide, high = picture.size
    box = (left * wide, top * high, (left + side) * wide, (top + side) * high)
    return picture.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]


def watermarked(picture: Image.Image) -> Image.Image:
    over = picture.copy()
    draw = ImageDraw.Draw(over)
    for y in range(20, over.height, 60):
        for x in range(-(y // 2) % 140 - 140, over.width, 140):
            draw.text((x, y), "PREVIEW", fill="white", font_size=28)
    return Image.blend(picture, over, 0.5)


def on_a_page(picture: Image.Image) -> Image.Image:
    page = Image.new("RGB", (1000, 1300), "white")
    draw = ImageDraw.Draw(page)
    for y in range(30, 1270, 26):
        draw.text((40, y), "the quick brown fox jumps over the lazy dog " * 3, fill="black")
    copy = picture.resize((400, round(400 * picture.height / picture.width)))
    page.paste(copy, (330, 420))
    return page


# What `pdqhash.compute` of pdqhash 0.2.8 returns for it.
PDQ_OF_ASTRONAUT = "2d6b1af3a956c529e79ca3d2526fa834d4196c81cedd04de0a26b855fc99b724"
ASTRONAUT, COFFEE, CHELSEA = (
    photograph(name) for name in ("astronaut.png", "coffee.png", "chelsea.png")
)
MADE = Image.fromarray(np.random.default_rng(5).integers(0, 256, (300, 400, 3)).astype(np.uint8))

COPIES: dict[str, tuple[str, Image.Image, int]] = {
    "jpeg 10": ("astronaut", ASTRONAUT, 10),
    "quarter size": ("coffee", COFFEE.resize((COFFEE.width // 4, COFFEE.height // 4)), 85),
    "grey": ("chelsea", ImageOps.grayscale(CHELSEA), 85),
    "brighter": ("coffee", ImageEnhance.Brightness(COFFEE).enhance(1.3), 85),
    "mirrored": ("chelsea", ImageOps.mirror(CHELSEA), 85),
    "turned 90°": ("coffee", COFFEE.transpose(Image.Transpose.ROTATE_90), 85),
    "turned 180°": ("astronaut", ASTRONAUT.transpose(Image.Transpose.ROTATE_180), 85),
    "turned 5°": ("coffee", COFFEE.rotate(5), 85),
    "framed": ("astronaut", ImageOps.expand(ASTRONAUT, 50, "white"), 85),
    "letterboxed": ("chelsea", ImageOps.expand(CHELSEA, (0, 40), "black"), 85),
    "crop of 80 %": ("astronaut", crop(ASTRONAUT, 0.15, 0.05, 0.8), 85),
    "crop of 60 %": ("coffee", crop(COFFEE, 0.3, 0.2, 0.6), 85),
    "crop of 45 %": ("astronaut", crop(ASTRONAUT, 0.2, 0.05, 0.45), 85),
    "watermarked": ("coffee", watermarked(COFFEE), 60),
    "on a page": ("astronaut", on_a_page(ASTRONAUT), 70),
    "all at once": ("coffee", watermarked(ImageOps.mirror(crop(COFFEE, 0.05, 0.1, 0.85))), 40),
}


class TestImage(ModalitySuite):
    modality = ImageModality()
    originals = (
        sample("astronaut", ASTRONAUT),
        sample("coffee", COFFEE),
        sample("chelsea", CHELSEA),
    )
    near_duplicates = tuple(
        NearDuplicate(done, sample(f"{of}, {done}", picture, quality), of)
        for done, (of, picture, quality) in COPIES.items()
    )
    strangers = (
        sample("rocket", photograph("rocket.jpg")),
        sample("brick", photograph("brick.png")),
        sample("text", photograph("text.png")),
        sample("motorcycle", photograph("motorcycle_left.png")),
        sample("a page without them", on_a_page(photograph("rocket.jpg"))),
        sample("watermarked stranger", watermarked(photograph("rocket.jpg"))),
        sample("noise", MADE),
    )
    refused = (
        Refused(Sample("nothing", b""), Undecodable),
        Refused(Sample("text as picture", b"<html>no picture</html>", "image/png"), Undecodable),
        Refused(sample("blank", Image.new("RGB", (200, 100), "teal")), NothingToPrint),
        Refused(
            sample("too many pixels", MADE), TooLarge, Limits(image_pixels=MADE.width * 300 - 1)
        ),
    )

    def test_regions_of_a_crop_are_where_it_was_cut(self) -> None:
        copy = self.extract(sample("cut", crop(COFFEE, 0.3, 0.2, 0.6)))
        (span,) = self.modality.verify(copy, self.extract(self.originals[1])).spans
        assert span.work_region is not None
        assert np.allclose(span.work_region, (0.3, 0.2, 0.9, 0.8), atol=0.03)
        assert span.copy_region is not None
        assert np.allclose(span.copy_region, (0, 0, 1, 1), atol=0.03)

    def test_region_on_a_page_is_where_it_was_pasted(self) -> None:
        page = self.extract(sample("page", on_a_page(ASTRONAUT)))
        (span,) = self.modality.verify(page, self.extract(self.originals[0])).spans
        assert span.copy_region is not None
        assert np.allclose(span.copy_region, (0.33, 420 / 1300, 0.73, 820 / 1300), atol=0.03)

    def test_one_part_is_enough_for_a_photograph(self) -> None:
        printed = self.extract(self.originals[0])
        assert len(printed.parts) == 1
        assert len(printed.parts[0].terms) < 420
        assert sum(lookup.terms.size for lookup in self.modality.probe(printed).lookups) < 2_000
        assert len(printed.parts[0].signature) < 16_000

    def test_hashes_for_exchange(self) -> None:
        printed = self.extract(Sample("png", png(ASTRONAUT)))
        assert self.modality.phash(printed) == str(imagehash.phash(ASTRONAUT.convert("L")))
        pdq = self.modality.pdq(printed)
        assert pdq is not None
        assert (int(pdq, 16) ^ int(PDQ_OF_ASTRONAUT, 16)).bit_count() <= 10
