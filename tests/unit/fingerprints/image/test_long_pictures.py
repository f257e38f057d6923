"""Long pictures: strips of comics and pages joined to one picture."""

import io
import zipfile
from math import ceil
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image

from fingerprints import document
from fingerprints.contract import Fingerprint, Limits
from fingerprints.image import ImageModality
from fingerprints.image.decode import LONG_SIDE, decode
from fingerprints.image.long_pictures import MOST, is_long, pieces

DATA = Path(skimage.__file__).parent / "data"
MODALITY = ImageModality()
LIMITS = Limits()
COMIC = "application/vnd.comicbook+zip"
NAMES = ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg", "retina.jpg", "ihc.png")
WIDTH = 420


def page(name: str) -> Image.Image:
    with Image.open(DATA / name) as image:
        found = image.convert("RGB")
    return found.resize((WIDTH, round(found.height * WIDTH / found.width)))


PAGES = [page(name) for name in NAMES]


def joined(pages: list[Image.Image]) -> Image.Image:
    whole = Image.new("RGB", (WIDTH, sum(one.height for one in pages)))
    at = 0
    for one in pages:
        whole.paste(one, (0, at))
        at += one.height
    return whole


def written(picture: Image.Image, form: str = "jpeg", **how: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **how)
    return file.getvalue()


def single(picture: Image.Image, form: str = "jpeg", **how: object) -> Fingerprint:
    return MODALITY.extract(io.BytesIO(written(picture, form, **how)), limits=LIMITS)


def zipped(pictures: list[Image.Image]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, one in enumerate(pictures):
            archive.writestr(f"{number:03}.jpg", written(one, quality=80))
    return file.getvalue()


def comic(pictures: list[Image.Image]) -> Fingerprint:
    return MODALITY.extract(io.BytesIO(zipped(pictures)), limits=LIMITS, media_type=COMIC)


STRIP = joined(PAGES)


def test_pages_are_found_in_a_long_picture() -> None:
    work = comic(PAGES)
    found = MODALITY.verify(single(STRIP, quality=60), work)
    assert found.score > 0.9
    assert {int(span.work[0]) for span in found.spans} == set(range(len(PAGES)))
    assert MODALITY.verify(work, single(STRIP, quality=60)).score > 0.9


def test_what_lies_across_is_found_as_well() -> None:
    wide = STRIP.transpose(Image.Transpose.ROTATE_90)
    assert MODALITY.verify(single(wide, quality=60), comic(PAGES)).score > 0.5
    turned = comic([one.transpose(Image.Transpose.ROTATE_90) for one in PAGES])
    assert MODALITY.verify(single(wide, quality=60), turned).score > 0.9


def test_a_long_picture_that_is_cut_otherwise() -> None:
    work = single(STRIP)
    slices = [
        STRIP.crop((0, top, WIDTH, min(STRIP.height, top + 530)))
        for top in range(0, STRIP.height - 200, 530)
    ]
    found = MODALITY.verify(comic(slices), work)
    assert found.score > 0.9
    assert len(found.spans) >= len(slices) - 2
    shorter = STRIP.crop((0, 700, WIDTH, STRIP.height)).resize((300, 1200))
    assert is_long(*shorter.size)
    assert MODALITY.verify(single(shorter, quality=50), work).score > 0.5


def test_strangers_stay_strangers() -> None:
    first, second = joined(PAGES[:4]), joined([*PAGES[4:], page("brick.png")])
    assert is_long(*first.size)
    assert is_long(*second.size)
    assert MODALITY.verify(single(first), single(second)).score < 0.5


def test_one_page_is_found_in_it_and_said_where() -> None:
    (span,) = MODALITY.verify(single(PAGES[2], quality=60), single(STRIP)).spans
    shown = decode(io.BytesIO(written(STRIP)), LIMITS).pieces[int(span.work[0]) - 1]
    grey = np.asarray(PAGES[2].convert("L"), float)
    top = (PAGES[0].height + PAGES[1].height) / WIDTH
    middle = 0.75 * (int(span.work[0]) - 1) + 0.75  # of the piece, in breadths from the top
    assert abs(middle - (top + grey.shape[0] / WIDTH / 2)) < 0.75
    assert shown.width == WIDTH


def test_pieces_cover_all_and_lie_half_over_each_other() -> None:
    rows = np.repeat(np.arange(2000, dtype=np.uint16) // 8, 200).reshape(2000, 200).astype(np.uint8)
    found = list(pieces(rows))
    assert len(found) == ceil((2000 - 300) / 150) + 1
    assert {len(piece) for piece in found} == {300}
    assert (found[0][0, 0], found[-1][-1, 0]) == (rows[0, 0], rows[-1, 0])
    tops = [int(piece[0, 0]) * 8 for piece in found]
    assert max(np.diff(tops)) <= 160
    across = [piece.T for piece in pieces(rows.T)]
    assert all((one == other).all() for one, other in zip(found, across, strict=True))


def test_there_are_so_many_pieces_at_most() -> None:
    assert sum(1 for _ in pieces(np.zeros((100_000, 160), np.uint8))) == MOST


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1080, 2340), False), ((728, 90), False), ((720, 6000), True), ((400, 1001), True)],
)
def test_telephones_screens_and_banners_are_not_long(
    *, size: tuple[int, int], expected: bool
) -> None:
    assert is_long(*size) is expected
    assert is_long(*reversed(size)) is expected


def test_pieces_have_the_detail_of_pages() -> None:
    large = STRIP.resize((1440, round(STRIP.height * 1440 / WIDTH)))
    for form in ("jpeg", "png", "webp"):
        picture = decode(io.BytesIO(written(large, form)), LIMITS)
        assert max(picture.luminance.shape) == LONG_SIDE
        assert (picture.width, picture.height) == large.size
        sides = {max(piece.luminance.shape) for piece in picture.pieces}
        assert min(sides) >= LONG_SIDE - 1
        assert max(sides) <= LONG_SIDE


def test_upright_by_its_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = STRIP.transpose(Image.Transpose.ROTATE_90)
    found = decode(io.BytesIO(written(turned, exif=exif.tobytes())), LIMITS)
    plain = decode(io.BytesIO(written(STRIP)), LIMITS)
    assert (found.width, found.height) == STRIP.size
    for one, other in zip(found.pieces, plain.pieces, strict=True):
        assert np.corrcoef(one.luminance.ravel(), other.luminance.ravel())[0, 1] > 0.98


def test_one_cut_short_still_has_pieces() -> None:
    content = written(STRIP, quality=90)
    found = decode(io.BytesIO(content[: len(content) * 4 // 5]), LIMITS)
    assert 0 < len(found.pieces) <= len(decode(io.BytesIO(content), LIMITS).pieces)


def test_long_pages_of_an_archive_are_pages_each_piece() -> None:
    found = list(document.pages(io.BytesIO(zipped([PAGES[0], STRIP])), LIMITS, COMIC))
    strips = decode(io.BytesIO(written(STRIP, quality=80)), LIMITS).pieces
    assert len(found) == 1 + len(strips)
