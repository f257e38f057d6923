import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable
from fingerprints.image.decode import LONG_SIDE, Picture, decode


def scene(width: int = 320, height: int = 200) -> NDArray[np.uint8]:
    """Colours in which left and right, top and bottom, all differ."""
    y, x = np.mgrid[0:height, 0:width]
    red = 255 * x // width
    green = 255 * y // height
    blue = 127 + 120 * np.sin(x / 9) * np.cos(y / 7)
    return np.stack([red, green, blue], axis=2).astype(np.uint8)


def written(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def read(content: bytes, limits: Limits | None = None) -> Picture:
    return decode(io.BytesIO(content), limits or Limits())


COLOURS = Image.fromarray(scene())
GREY = np.asarray(COLOURS.convert("L")).astype(int)


def assert_like_grey(picture: Picture, tolerance: float = 6.0) -> None:
    assert picture.luminance.shape == GREY.shape
    assert picture.luminance.dtype == np.uint8
    assert np.abs(picture.luminance - GREY).mean() < tolerance


@pytest.mark.parametrize("form", ["jpeg", "png", "webp", "bmp", "tiff", "avif", "gif"])
def test_every_format(form: str) -> None:
    assert_like_grey(read(written(COLOURS, form)))


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "YCbCr", "1"])
def test_every_mode(mode: str) -> None:
    form = "tiff" if mode in {"CMYK", "YCbCr"} else "png"
    picture = read(written(COLOURS.convert(mode), form))
    if mode == "1":
        assert set(np.unique(picture.luminance)) == {0, 255}
    else:
        assert_like_grey(picture, 12.0)


def test_cmyk_jpeg() -> None:
    assert_like_grey(read(written(COLOURS.convert("CMYK"), "jpeg", quality=95)), 12.0)


def test_sixteen_bits() -> None:
    deep = Image.fromarray((GREY * 257).astype(np.uint16))
    assert_like_grey(read(written(deep, "png")), 1.0)


def test_floats() -> None:
    deep = Image.fromarray((GREY / 10 - 3).astype(np.float32))
    picture = read(written(deep, "tiff"))
    assert np.corrcoef(picture.luminance.ravel(), GREY.ravel())[0, 1] > 0.99


def test_transparency_lies_on_white() -> None:
    rgba = np.dstack([scene(), np.full(GREY.shape, 255, np.uint8)])
    rgba[:100, :, 3] = 0
    picture = read(written(Image.fromarray(rgba), "png"))
    assert (picture.luminance[:100] == 255).all()


def test_what_shows_on_black_only_is_shown_on_black() -> None:
    white = np.full((*GREY.shape, 4), 255, np.uint8)
    white[..., 3] = GREY
    assert_like_grey(read(written(Image.fromarray(white), "png")), 1.0)


@pytest.mark.parametrize(
    ("orientation", "undo"),
    [
        (2, lambda a: a[:, ::-1]),
        (3, lambda a: a[::-1, ::-1]),
        (4, lambda a: a[::-1]),
        (5, lambda a: a.T),
        (6, np.rot90),
        (7, lambda a: a[::-1, ::-1].T),
        (8, lambda a: np.rot90(a, -1)),
    ],
)
def test_orientation_is_undone(
    orientation: int, undo: Callable[[NDArray[np.int64]], NDArray[np.int64]]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(undo(GREY).astype(np.uint8))
    for form in ("jpeg", "png", "tiff"):
        picture = read(written(stored, form, exif=exif))
        assert_like_grey(picture, 3.0)
        assert (picture.width, picture.height) == (320, 200), form


def test_large_pictures_are_made_small() -> None:
    big = COLOURS.resize((2000, 1250))
    for form in ("jpeg", "png"):
        picture = read(written(big, form))
        assert picture.luminance.shape == (LONG_SIDE * 1250 // 2000, LONG_SIDE)
        assert (picture.width, picture.height) == (2000, 1250)


def test_the_first_frame_with_content_counts() -> None:
    blank = Image.new("RGB", COLOURS.size, "white")
    frames = [blank, COLOURS, COLOURS.rotate(180)]
    content = written(frames[0], "gif", save_all=True, append_images=frames[1:])
    assert_like_grey(read(content), 8.0)


def test_a_blank_picture_gives_nothing() -> None:
    blank = Image.new("RGB", (300, 200), "navy")
    with pytest.raises(NothingToPrint):
        read(written(blank, "png"))
    with pytest.raises(NothingToPrint):
        read(written(blank, "gif", save_all=True, append_images=[blank, blank]))
    with pytest.raises(NothingToPrint):
        read(written(COLOURS.resize((8, 8)), "png"))


def nearly_black() -> Image.Image:
    """Return the scene in levels 0 to 4."""
    return Image.fromarray((scene() // 60).astype(np.uint8))


def test_a_picture_made_nearly_black_is_what_it_was() -> None:
    picture = decode(io.BytesIO(written(nearly_black(), "png")), Limits(), faint=True)
    assert picture.is_faint
    assert np.corrcoef(picture.luminance.ravel(), GREY.ravel())[0, 1] > 0.9
    assert picture.luminance.std() > 20


def test_a_page_that_is_nearly_blank_is_blank() -> None:
    with pytest.raises(NothingToPrint):
        read(written(nearly_black(), "png"))


def test_a_faint_frame_is_second_choice() -> None:
    frames = [nearly_black(), COLOURS]
    content = written(frames[0], "gif", save_all=True, append_images=frames[1:])
    picture = decode(io.BytesIO(content), Limits(), faint=True)
    assert not picture.is_faint
    assert_like_grey(picture, 8.0)


def test_a_faint_picture_opened_once_is_judged_by_each_who_asks() -> None:
    source = io.BytesIO(written(nearly_black(), "png"))
    assert decode(source, Limits(), faint=True).is_faint
    with pytest.raises(NothingToPrint):
        decode(source, Limits())


@pytest.mark.parametrize("form", ["jpeg", "png", "bmp", "gif", "tiff"])
def test_a_file_cut_short_is_used_by_what_is_there(form: str) -> None:
    content = written(COLOURS, form)
    rows = len(read(content[: len(content) * 8 // 10]).luminance)
    assert 100 <= rows <= 200  # an interlaced GIF has all, the last of them black
    with pytest.raises(Undecodable):
        read(content[: len(content) * 3 // 10])


def test_pixels_are_counted_before_decoding() -> None:
    with pytest.raises(TooLarge) as caught:
        read(written(COLOURS, "png"), Limits(image_pixels=320 * 200 - 1))
    assert (caught.value.limit, caught.value.found) == ("image_pixels", 64000)


def test_a_bomb_is_too_large() -> None:
    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    bomb += (
        struct.pack(">I", zlib.crc32(chunk)) + b"\0\0\0\0IDAT5\xaf\x06\x1e\0\0\0\0IEND\xaeB`\x82"
    )
    for allowed in (100_000_000, 10**10):
        with pytest.raises(TooLarge):
            read(bomb, Limits(image_pixels=allowed))


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0", b"%PDF-1.4 ..."])
def test_other_bytes_are_undecodable(content: bytes) -> None:
    with pytest.raises(Undecodable):
        read(content)


def test_formats_not_listed_are_not_read() -> None:
    for form in ("ppm", "ico", "tga", "sgi"):
        with pytest.raises(Undecodable):
            read(written(COLOURS.resize((64, 64)), form))
