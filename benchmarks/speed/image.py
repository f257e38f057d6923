"""How fast pictures are fingerprinted, beside ThreatExchange's PDQ and imagehash."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Final

import imagehash
import numpy as np
import pdqhash
from PIL import Image

from benchmarks.accuracy.image.originals import originals
from benchmarks.accuracy.suite import Half
from benchmarks.speed.suite import SpeedCase
from fingerprints.contract import Limits
from fingerprints.image import ImageModality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_PIXELS: Final = (1_000_000, 4_000_000, 12_000_000)
_MODALITY: Final = ImageModality()


def cases(corpus: Path) -> list[SpeedCase]:
    """Photographs as JPEG of quality 85 in several sizes, and one as PNG."""
    with Image.open(next(_photographs(corpus))) as image:
        photograph = image.convert("RGB")
    found = [_case("JPEG", _sized(photograph, pixels), "jpeg") for pixels in _PIXELS]
    return [*found, _case("PNG", _sized(photograph, _PIXELS[0]), "png")]


def _photographs(corpus: Path) -> Iterator[Path]:
    return (one.path for one in originals(Half.REPORT, corpus) if "lomiri" in one.name)


def _sized(picture: Image.Image, pixels: int) -> Image.Image:
    scale = (pixels / (picture.width * picture.height)) ** 0.5
    return picture.resize((round(picture.width * scale), round(picture.height * scale)))


def _case(name: str, picture: Image.Image, form: str) -> SpeedCase:
    written = io.BytesIO()
    picture.save(written, form, quality=85)
    content = written.getvalue()
    megapixels = picture.width * picture.height / 1e6
    peers: dict[str, Callable[[], object]] = {
        "pdqhash": partial(_pdq, content),
        "imagehash.phash": partial(_phash, content),
    }
    ours = partial(_extract, content)
    return SpeedCase(f"{name}, {megapixels:.0f} megapixels", "megapixel", megapixels, ours, peers)


def _extract(content: bytes) -> object:
    return _MODALITY.extract(io.BytesIO(content), limits=Limits())


def _pdq(content: bytes) -> object:
    with Image.open(io.BytesIO(content)) as image:
        return pdqhash.compute(np.asarray(image.convert("RGB")))


def _phash(content: bytes) -> object:
    with Image.open(io.BytesIO(content)) as image:
        return imagehash.phash(image)
