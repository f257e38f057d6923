"""How fast pages of text are fingerprinted, and told from pictures that are none."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Final

import imagehash
import numpy as np
import pdqhash
import pypdfium2 as pdfium
from PIL import Image

from benchmarks.accuracy.image.originals import originals as photographs
from benchmarks.accuracy.layout.originals import originals
from benchmarks.accuracy.suite import Half
from benchmarks.speed.suite import SpeedCase
from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint
from fingerprints.layout import LayoutModality

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LONGER: Final = 1414
_MODALITY: Final = LayoutModality()


def cases(corpus: Path) -> list[SpeedCase]:
    """A page as a picture, and a photograph as large, which is refused."""
    with pdfium.PdfDocument(originals(Half.REPORT, corpus)[0].path) as file:
        page = file[0].render(scale=_LONGER / file[0].get_height()).to_pil().convert("RGB")
    photograph = next(one for one in photographs(Half.REPORT, corpus) if "lomiri" in one.name)
    with Image.open(photograph.path) as image:
        other = image.convert("RGB")
    other.thumbnail((_LONGER, _LONGER))
    return [_case("a page of text", page), _case("a photograph", other)]


def _case(name: str, picture: Image.Image) -> SpeedCase:
    written = io.BytesIO()
    picture.save(written, "jpeg", quality=85)
    content = written.getvalue()
    peers: dict[str, Callable[[], object]] = {
        "pdqhash": partial(_pdq, content),
        "imagehash.phash": partial(_phash, content),
    }
    megapixels = picture.width * picture.height / 1e6
    return SpeedCase(name, "megapixel", megapixels, partial(_extract, content), peers)


def _extract(content: bytes) -> object:
    try:
        return _MODALITY.extract(io.BytesIO(content), limits=Limits())
    except NothingToPrint:
        return None


def _pdq(content: bytes) -> object:
    with Image.open(io.BytesIO(content)) as image:
        return pdqhash.compute(np.asarray(image.convert("RGB")))


def _phash(content: bytes) -> object:
    with Image.open(io.BytesIO(content)) as image:
        return imagehash.phash(image)
