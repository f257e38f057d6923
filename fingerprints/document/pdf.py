"""PDF, by PDFium: the text that is in it, and its pages drawn as grey pictures.

A page is drawn whether it is text, drawings or a scan, since a copy may turn any into any. How
large the file says a page is has no part in what drawing it costs; what does is counted.
"""

from __future__ import annotations

import ctypes
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import cv2
import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from fingerprints.archive.streams import part_of
from fingerprints.document import pdf_costs, pictures
from fingerprints.document.pictures import blank
from fingerprints.errors import Encrypted, TooLarge, Undecodable
from fingerprints.image import long_pictures
from fingerprints.image.decode import LONG_SIDE, Picture, pieces_of
from fingerprints.sizes import size_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.contract import Limits

_MOST_TEXT_PAGES: Final = 20_000
_MOST_OBJECTS: Final = 100_000
"""Of one page; a map has some ten thousand."""
_MOST_OBJECTS_IN_ALL: Final = 3_000_000
"""Of all pages that are read: a thick book has one million."""
_PAINT_PIXELS: Final = (20_000, 500_000)
"""What a gradient, or what lets another shine through, counts for: at least, and over a page."""
_DEEPEST: Final = 8
_MOST_BROKEN: Final = 50
"""So many pages on end that can't be read, and no more are looked for."""
_DRAWN_SIDE: Final = 2 * LONG_SIDE
_LONGEST_DRAWN: Final = 32_000
"""Pixels of a long page."""
_NARROWEST: Final = 32
_HYPHENS: Final = re.compile("[\x02\ufffe\xad]\\s*")
_PASSWORD: Final = raw.FPDF_ERR_PASSWORD


def texts(source: BinaryIO, limits: Limits) -> Iterator[str]:
    """Yield the text of each page in the order it was written; raises `Undecodable`, `TooLarge`."""
    with _opened(source, limits) as file:
        for page in _pages(file, _MOST_TEXT_PAGES):
            yield "" if page is None else _text(page, limits)


def pages(source: BinaryIO, limits: Limits) -> Iterator[Picture]:
    """Yield each page as a picture, blank where nothing is on it or it can't be drawn."""
    left = pictures.MOST_PIXELS * limits.image_pixels
    with _opened(source, limits) as file:
        for page in _pages(file, pictures.MOST_PAGES):
            if page is None:
                yield blank()
                continue
            cost = _pixels(page, limits)
            left -= cost or 0
            if left < 0:
                return
            yield blank() if cost is None else _drawn(page)


@contextmanager
def _opened(source: BinaryIO, limits: Limits) -> Iterator[pdfium.PdfDocument]:
    pdf_costs.check(source, limits)
    try:
        file = pdfium.PdfDocument(part_of(source, 0, size_of(source)))
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise Encrypted from error
        raise Undecodable(f"PDF: {error}"[:200]) from error
    try:
        yield file
    finally:
        file.close()


def _pages(file: pdfium.PdfDocument, most: int) -> Iterator[pdfium.PdfPage | None]:
    """Yield the pages, each closed after use; None for one that can't be read.

    Ends early where they have too many objects all together.
    """
    broken, objects = 0, 0
    for number in range(min(len(file), most)):
        try:
            page = file[number]
        except pdfium.PdfiumError:
            broken += 1
            if broken > _MOST_BROKEN:
                return
            yield None
            continue
        broken = 0
        objects += max(0, raw.FPDFPage_CountObjects(page))
        try:
            yield page
        finally:
            page.close()
        if objects > _MOST_OBJECTS_IN_ALL:
            return


def _text(page: pdfium.PdfPage, limits: Limits) -> str:
    if raw.FPDFPage_CountObjects(page) > _MOST_OBJECTS:
        return ""
    try:
        text_page = page.get_textpage()
    except pdfium.PdfiumError:
        return ""
    try:
        count = text_page.count_chars()
        if count > limits.text_characters:
            raise TooLarge("text_characters", limits.text_characters, count)
        text = text_page.get_text_range() if count > 0 else ""
    finally:
        text_page.close()
    return _HYPHENS.sub("", text.replace("\r\n", "\n"))


def _pixels(page: pdfium.PdfPage, limits: Limits) -> int | None:
    """Count the pixels of the pictures on a page; None for a page too costly to draw."""
    total = 0
    width, height = ctypes.c_uint(), ctypes.c_uint()
    for count, thing in enumerate(_things(page)):
        if count > _MOST_OBJECTS or total > limits.image_pixels:
            return None
        kind = raw.FPDFPageObj_GetType(thing)
        if kind == raw.FPDF_PAGEOBJ_SHADING or raw.FPDFPageObj_HasTransparency(thing):
            total += _paint(page, thing)
        is_picture = kind == raw.FPDF_PAGEOBJ_IMAGE
        if is_picture and raw.FPDFImageObj_GetImagePixelSize(thing, width, height):
            total += width.value * height.value
    return total if total <= limits.image_pixels else None


def _paint(page: pdfium.PdfPage, thing: Any) -> int:  # noqa: ANN401 (a pointer of PDFium's)
    """Return what a gradient or something transparent costs, as pixels, by how much it covers."""
    least, most = _PAINT_PIXELS
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    width, height = page.get_size()
    if not raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top) or width * height <= 0:
        return least + most
    area = abs((right.value - left.value) * (top.value - bottom.value)) / (width * height)
    return least + int(most * min(1.0, area)) if area >= 0 else least + most


def _things(page: pdfium.PdfPage) -> Iterator[Any]:
    """Yield the objects of a page and of the forms on it, as often as they are drawn."""
    count = raw.FPDFPage_CountObjects(page)
    levels: list[Iterator[Any]] = [(raw.FPDFPage_GetObject(page, at) for at in range(count))]
    while levels:
        thing = next(levels[-1], None)
        if thing is None:
            levels.pop()
            continue
        yield thing
        if raw.FPDFPageObj_GetType(thing) == raw.FPDF_PAGEOBJ_FORM and len(levels) < _DEEPEST:
            levels.append(_in_form(thing))


def _in_form(form: Any) -> Iterator[Any]:  # noqa: ANN401 (a pointer of PDFium's)
    for at in range(raw.FPDFFormObj_CountObjects(form)):
        yield raw.FPDFFormObj_GetObject(form, at)


def _drawn(page: pdfium.PdfPage) -> Picture:
    width, height = page.get_size()
    long = max(width, height)
    if not (0 < long < float("inf") and min(width, height) > 0):
        return blank()
    is_long = long_pictures.is_long(round(width), round(height))
    scale = _scale(width, height) if is_long else _DRAWN_SIDE / long
    if min(width, height) * scale < _NARROWEST:
        return blank()
    try:
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    except (pdfium.PdfiumError, ValueError, MemoryError):
        return blank()
    drawn = bitmap.to_numpy()
    drawn = drawn[..., 0] if drawn.ndim == 3 else drawn  # noqa: PLR2004 (rows, columns, samples)
    high, wide = drawn.shape
    size = (
        max(1, round(wide * LONG_SIDE / max(high, wide))),
        max(1, round(high * LONG_SIDE / max(high, wide))),
    )
    small = cv2.resize(drawn, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    parts = pieces_of(drawn, wide, high) if is_long else ()
    bitmap.close()
    return Picture(np.ascontiguousarray(small), wide, high, pieces=parts)


def _scale(width: float, height: float) -> float:
    """Return at which scale the pieces of a long page are drawn as large as pages are."""
    breadth, length = sorted((width, height))
    return min(2 * long_pictures.BREADTH / breadth, _LONGEST_DRAWN / length)
