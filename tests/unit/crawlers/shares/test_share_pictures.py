"""QR codes in pictures that name shares."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from crawlers.shares.pictures import links_in_picture

LINK = "https://pan.baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv?pwd=k2hk"
QUARK = "https://pan.quark.cn/s/0a1b2c3d4e5f"


def code(text: str, module_px: int = 8) -> Image.Image:
    modules = cv2.QRCodeEncoder.create().encode(text)
    size = modules.shape[0] * module_px
    return Image.fromarray(modules).resize((size, size), Image.Resampling.NEAREST)


def poster(*codes: Image.Image, colour: tuple[int, int, int] = (250, 240, 200)) -> Image.Image:
    """Return a picture with codes side by side on a coloured ground."""
    width = sum(one.width + 80 for one in codes) + 80
    picture = Image.new("RGB", (width, 600), colour)
    left = 80
    for one in codes:
        picture.paste(one, (left, 120))
        left += one.width + 80
    return picture


def encoded(picture: Image.Image, kind: str) -> bytes:
    data = io.BytesIO()
    picture.save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_code_is_read(kind: str) -> None:
    (share,) = links_in_picture(encoded(poster(code(LINK)), kind))
    assert (share.provider, share.id, share.code) == ("baidu", "1AbCdEfGhIjKlMnOpQrStUv", "k2hk")


def test_several_codes_are_read() -> None:
    shares = links_in_picture(encoded(poster(code(LINK), code(QUARK)), "PNG"))
    assert {share.provider for share in shares} == {"baidu", "quark"}


def test_a_small_code_without_a_margin_is_read() -> None:
    assert [share.provider for share in links_in_picture(encoded(code(QUARK, 3), "PNG"))] == [
        "quark"
    ]


def test_a_code_in_light_on_dark_is_read() -> None:
    dark = Image.fromarray(255 - np.asarray(code(QUARK)))
    ground = Image.new("L", (dark.width + 120, dark.height + 120), 0)
    ground.paste(dark, (60, 60))
    assert [share.provider for share in links_in_picture(encoded(ground, "PNG"))] == ["quark"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"GIF89a",
        b"<svg/>",
        encoded(Image.new("RGB", (9, 9)), "PNG"),
    ],
)
def test_what_is_no_picture_of_a_code_has_no_shares(data: bytes) -> None:
    assert links_in_picture(data) == []


def test_a_picture_cut_short_has_no_shares() -> None:
    data = encoded(poster(code(LINK)), "JPEG")
    assert links_in_picture(data[:600]) == []


def test_too_many_pixels_are_not_read() -> None:
    assert links_in_picture(encoded(Image.new("1", (9000, 9000)), "PNG")) == []


def test_a_code_for_something_else_is_no_share() -> None:
    assert links_in_picture(encoded(poster(code("https://example.org/pay?code=1234")), "PNG")) == []
