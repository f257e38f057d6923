"""How pirates disguise a picture: each trick takes a picture and gives back a file.

The same picture, trick and seed give the same bytes with the same Pillow.
"""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw, ImageFont, ImageOps

if TYPE_CHECKING:
    from collections.abc import Callable

_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_SUFFIXES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
_MARK = "www.wallpaper-demo.example"


class PictureFile(NamedTuple):
    """A picture as a site serves it."""

    content: bytes
    media_type: str
    suffix: str


class PictureDisguise(NamedTuple):
    """One trick: a change of the picture, and how the result is written."""

    name: str
    change: Callable[[Image.Image, Random], Image.Image]
    format: str = "JPEG"
    quality: int = 80

    def apply(self, original: bytes, *, seed: str) -> PictureFile:
        """Disguise a picture file; equal seeds give equal results."""
        dice = Random(f"{self.name} {seed}")  # noqa: S311 - no secret
        return written(self.change(opened(original), dice), self.format, self.quality)


def opened(content: bytes) -> Image.Image:
    """Decode a picture as RGB on white."""
    with Image.open(BytesIO(content)) as image:
        coloured = image.convert("RGBA")
    ground = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(ground, coloured).convert("RGB")


def written(image: Image.Image, format_: str = "JPEG", quality: int = 80) -> PictureFile:
    """Encode a picture."""
    out = BytesIO()
    image.save(out, format_, quality=quality)
    return PictureFile(out.getvalue(), _MEDIA_TYPES[format_], _SUFFIXES[format_])


def thumbnail(content: bytes, width: int = 240) -> PictureFile:
    """Return a smaller picture, as galleries list them."""
    image = opened(content)
    return written(ImageOps.contain(image, (width, width)))


def _same(image: Image.Image, _dice: Random) -> Image.Image:
    return image


def _cropped(image: Image.Image, dice: Random) -> Image.Image:
    """Cut 12–20 % of the area away, from any sides."""
    side = (1 - dice.uniform(0.12, 0.20)) ** 0.5
    width, height = round(image.width * side), round(image.height * side)
    left, top = dice.randint(0, image.width - width), dice.randint(0, image.height - height)
    return image.crop((left, top, left + width, top + height))


def _mirrored(image: Image.Image, _dice: Random) -> Image.Image:
    return ImageOps.mirror(image)


def _resized(image: Image.Image, dice: Random) -> Image.Image:
    return ImageOps.scale(image, dice.uniform(0.4, 0.6))


def _grey(image: Image.Image, _dice: Random) -> Image.Image:
    return ImageOps.grayscale(image)


def _bordered(image: Image.Image, dice: Random) -> Image.Image:
    border = round(max(image.size) * dice.uniform(0.05, 0.10))
    return ImageOps.expand(image, border, dice.choice(("black", "white", "#302010")))


def _watermarked(image: Image.Image, dice: Random) -> Image.Image:
    """Write the site's name over the picture, again and again, half transparent."""
    layer = Image.new("RGBA", image.size)
    draw = ImageDraw.Draw(layer)
    font = ImageFont.load_default(max(12, image.width // 22))
    step = max(60, image.height // 5)
    for top in range(dice.randint(0, step // 2), image.height, step):
        draw.text((dice.randint(0, image.width // 3), top), _MARK, (255, 255, 255, 120), font)
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def _combined(image: Image.Image, dice: Random) -> Image.Image:
    return _watermarked(_mirrored(_cropped(image, dice), dice), dice)


def _pasted(image: Image.Image, dice: Random) -> Image.Image:
    """Make a screenshot of a page that shows the picture among other things."""
    page = Image.new("RGB", (1200, 900), "#f4f4f2")
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 1200, 64), fill="#22344c")
    draw.text((32, 16), "Wallpaper Forum", "white", ImageFont.load_default(28))
    shown = ImageOps.contain(image, (680, 520))
    left, top = dice.randint(40, 80), dice.randint(130, 170)
    page.paste(shown, (left, top))
    _write_posts(draw, left + shown.width + 32, dice)
    _write_posts(draw, left, dice, top=top + shown.height + 24)
    return page


def _write_posts(draw: ImageDraw.ImageDraw, left: int, dice: Random, *, top: int = 130) -> None:
    font = ImageFont.load_default(17)
    words = ("great picture", "thanks for sharing", "source?", "saved", "more of these please")
    for number, line in enumerate(range(top, 880, 46), start=1):
        draw.text((left, line), f"#{number}  {dice.choice(words)}", "#444444", font)
        draw.line((left, line + 34, 1160, line + 34), "#d0d0d0")


PICTURE_DISGUISES = (
    PictureDisguise("re-encoded", _same, quality=25),
    PictureDisguise("cropped", _cropped),
    PictureDisguise("mirrored", _mirrored),
    PictureDisguise("resized", _resized, "WEBP", 60),
    PictureDisguise("grey", _grey),
    PictureDisguise("bordered", _bordered),
    PictureDisguise("watermarked", _watermarked),
    PictureDisguise("combined", _combined, quality=60),
    PictureDisguise("pasted", _pasted, "PNG"),
)
"""Every trick, the mildest first."""
