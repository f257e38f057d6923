"""Perceptual hashes of pages: the nearest pair of pages is the distance of two documents."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import imagehash
import numpy as np
import pypdfium2 as pdfium
from PIL import Image

from benchmarks.accuracy.suite import Peer
from fingerprints.archive import members
from fingerprints.contract import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Bits = NDArray[np.bool_]

_PICTURES: Final = {".jpg", ".jpeg", ".png", ".webp"}
_MOST: Final = 40


def _pages(path: Path) -> Iterator[Image.Image]:
    if path.suffix in _PICTURES:
        with Image.open(path) as picture:
            yield picture.convert("RGB")
    elif path.suffix == ".pdf":
        with pdfium.PdfDocument(path) as file:
            for page in list(file)[:_MOST]:
                yield page.render(scale=1.5).to_pil().convert("RGB")
    else:
        with path.open("rb") as source:
            for member in members(source, Limits()):
                if member.suffix in _PICTURES:
                    with Image.open(io.BytesIO(member.open().read())) as picture:
                        yield picture.convert("RGB")


def _hashes(hashed: Callable[[Image.Image], Bits]) -> Callable[[Path], Bits | None]:
    def extract(path: Path) -> Bits | None:
        found = [hashed(page) for page in _pages(path)]
        return np.stack(found) if found else None

    return extract


def _phash(page: Image.Image) -> Bits:
    return np.asarray(imagehash.phash(page).hash, bool).ravel()


def _pdq(page: Image.Image) -> Bits:
    import pdqhash  # noqa: PLC0415 - only this needs it

    bits, _ = pdqhash.compute(np.asarray(page))
    return np.asarray(bits, bool)


def _nearest(copy: Bits, work: Bits) -> float:
    return float((copy[:, None] != work[None]).sum(axis=2).min())


PEERS: Final = (
    Peer("phash of pages", _hashes(_phash), _nearest),
    Peer("PDQ of pages", _hashes(_pdq), _nearest, 31),
)
