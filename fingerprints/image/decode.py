"""Bytes to a small upright grey picture, within limits and whatever the bytes are."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar

import cv2
import numpy as np
import simplejpeg
from PIL import Image, UnidentifiedImageError

from fingerprints.errors import FingerprintError, NothingToPrint, TooLarge, Undecodable
from fingerprints.image import long_pictures
from fingerprints.opened import Opened
from fingerprints.sizes import read_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.contract import Limits

FORMATS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
}

Level = TypeVar("Level", np.uint8, np.float32)

LONG_SIDE = 512
"""Longer side of what is decoded to, in pixels; smaller pictures keep their size."""

_decoded: Final[Opened[tuple[Limits, Picture]]] = Opened()
"""What the files that are open were decoded to: more than one modality looks at a picture."""

_LEAST_SIDE = 16
_LEAST_ROWS = 0.5  # of a picture cut short: with less, it is not the picture any more
_LINEAR = 0.7
_FLAT = 2.0  # standard deviation of the luminance, of 255
_FAINTEST = 0.4  # the same, of what is left of a picture that was made nearly black or white
_STRETCHED = 24.0  # and what it is made to have
_FRAMES = 100  # of an animation: so many are looked through for one with something in it
_ORIENTATION = 0x0112
_UPRIGHT = {2: "h", 3: "hv", 4: "v", 5: "t", 6: "th", 7: "thv", 8: "tv"}


@dataclass(frozen=True, slots=True)
class Picture:
    """`luminance`: (h, w) uint8, upright, longer side at most `LONG_SIDE`.

    `width`, `height`: the file's own size in pixels, upright. `is_faint`: the file is nearly black,
    white or of one tone, and `luminance` is what is left, given contrast. `pieces`: what is on a
    long picture, piece by piece (see `long_pictures`); none of others.
    """

    luminance: NDArray[np.uint8]
    width: int
    height: int
    is_faint: bool = False
    pieces: tuple[Picture, ...] = ()


def decode(source: BinaryIO, limits: Limits, *, faint: bool = False) -> Picture:
    """Decode the first frame that has something in it.

    Transparency lies on white, or on black where nothing would show on white. `faint`: where no
    frame has much in it, take one that is nearly blank, as gamma leaves a dark picture.
    Raises `TooLarge` before any pixel is decoded, `Undecodable` for damaged or foreign bytes, and
    `NothingToPrint` for blank or tiny pictures. A file cut short is used where at least half of
    its rows are there.
    """
    picture = _once(source, limits)
    if picture.is_faint and not faint:
        raise NothingToPrint("blank")
    return picture


def _once(source: BinaryIO, limits: Limits) -> Picture:
    before = _decoded.get(source)
    if before is not None and before[0] == limits:
        return before[1]
    content = read_whole(source, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow, on odd metadata and large pictures
            picture = _decode(content, limits)
    except FingerprintError:
        raise
    except Image.DecompressionBombError as error:
        raise TooLarge("image_pixels", limits.image_pixels) from error
    except Exception as error:  # decoders raise anything on hostile bytes
        raise Undecodable(f"{type(error).__name__}: {error}"[:200]) from error
    _decoded.keep(source, (limits, picture))
    return picture


def _decode(content: bytes, limits: Limits) -> Picture:
    with _opened(content) as image:
        pixels = image.width * image.height
        if pixels > limits.image_pixels:
            raise TooLarge("image_pixels", limits.image_pixels, pixels)
        if min(image.size) < _LEAST_SIDE:
            raise NothingToPrint(f"{image.width}×{image.height} pixels")
        frames = min(_FRAMES, limits.image_pixels // pixels)
        whole, luminance, is_faint = _first_with_content(image, content, frames)
        steps = _orientation(image)
        luminance, size = _upright(luminance, image.size, steps)
        pieces: tuple[Picture, ...] = ()
        if long_pictures.is_long(*size) and not is_faint:
            pieces = pieces_of(_upright(whole, image.size, steps)[0], *size)
    return Picture(luminance, *size, is_faint, pieces)


def pieces_of(luminance: NDArray[np.uint8], width: int, height: int) -> tuple[Picture, ...]:
    """Cut up a long picture of so many pixels, of which there is `luminance`, as large or less."""
    scale = min(width, height) / min(luminance.shape)
    return tuple(
        Picture(_shrunk(piece), round(piece.shape[1] * scale), round(piece.shape[0] * scale))
        for piece in long_pictures.pieces(luminance)
    )


def _opened(content: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content), formats=tuple(FORMATS))
    except UnidentifiedImageError:
        raise Undecodable("no picture in a known format") from None


def _first_with_content(
    image: Image.Image, content: bytes, frames: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], bool]:
    """Return a frame, the same made small, and whether it is faint; those are second choice."""
    faint: tuple[NDArray[np.uint8], NDArray[np.uint8]] | None = None
    for number in range(frames):
        try:
            image.seek(number)
        except EOFError:
            break
        whole = _loaded(image, content)
        luminance = _shrunk(whole)
        contrast = float(cv2.meanStdDev(luminance)[1][0, 0])
        if contrast >= _FLAT:
            return whole, luminance, False
        if faint is None and contrast >= _FAINTEST:
            faint = whole, _stretched(whole)
    if faint is None:
        raise NothingToPrint("blank")
    return *faint, True


def _stretched(luminance: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Shrink it with the fractions of levels that means have, and give it contrast."""
    means = _shrunk(luminance.astype(np.float32))
    away = (means - means.mean()) * (_STRETCHED / max(float(means.std()), _FAINTEST))
    return np.asarray(np.clip(128 + away, 0, 255), np.uint8)


def _loaded(image: Image.Image, content: bytes) -> NDArray[np.uint8]:
    """Luminance at full size, or at the smallest a JPEG decodes to that is large enough."""
    luminance = _of_jpeg(image, content)
    if luminance is not None:
        return luminance
    _draft(image)
    try:
        image.load()
    except OSError:
        return _what_is_there(image, content)
    return _luminance(image)


def _of_jpeg(image: Image.Image, content: bytes) -> NDArray[np.uint8] | None:
    """Decode a sound JPEG to grey by libjpeg-turbo alone; None for all that takes more."""
    if image.format != "JPEG" or image.mode not in {"L", "RGB"}:
        return None
    share = _enough(image)
    width, height = (max(1, int(side * share)) for side in image.size)
    try:
        found = simplejpeg.decode_jpeg(content, "GRAY", min_height=height, min_width=width)
    except ValueError:  # cut short, damaged, or a kind of JPEG that it doesn't know
        return None
    return np.asarray(found[..., 0], np.uint8)


def _draft(image: Image.Image) -> None:
    """Let a JPEG decode to grey, at 1/2, 1/4 or 1/8 where that is enough."""
    if image.mode in {"L", "RGB"}:
        share = _enough(image)
        image.draft("L", (int(image.width * share), int(image.height * share)))


def _enough(image: Image.Image) -> float:
    """Return the share of its size at which a picture, or the pieces of it, have all detail."""
    if long_pictures.is_long(*image.size):
        return min(1.0, long_pictures.BREADTH / min(image.size))
    return min(1.0, LONG_SIDE / max(image.size))


def _what_is_there(image: Image.Image, content: bytes) -> NDArray[np.uint8]:
    """Rows of a picture cut short; a JPEG gets the end mark that its decoder waits for."""
    if image.format == "JPEG":
        with _opened(content + b"\xff\xd9") as whole:
            _draft(whole)
            whole.load()
            luminance = _luminance(whole)
    else:
        image.tile = []  # type: ignore[attr-defined]  # what is decoded so far, is all
        luminance = _luminance(image)
    there = np.flatnonzero(luminance.std(axis=1) > 1)
    if there.size < _LEAST_ROWS * len(luminance):
        raise Undecodable(f"cut short: {there.size} of {len(luminance)} rows")
    return luminance[there[0] : there[-1] + 1]  # a BMP begins with its last row


def _luminance(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode == "L" and "transparency" not in image.info:
        return np.asarray(image)
    if image.mode.startswith(("I", "F")):
        return _deep(np.asarray(image))
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        return _opaque(image.convert("RGBA"))
    if image.mode in {"1", "RGB"}:
        return np.asarray(image.convert("L"))
    return np.asarray(image.convert("RGB").convert("L"))


def _opaque(rgba: Image.Image) -> NDArray[np.uint8]:
    """Lay it on white; on black where nothing shows on white."""
    for paper in (255, 0):
        below = Image.new("RGBA", rgba.size, (paper, paper, paper, 255))
        luminance = np.asarray(Image.alpha_composite(below, rgba).convert("L"))
        if float(luminance.std()) >= _FLAT:
            break
    return luminance


def _deep(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """16 and 32 bits a sample: 16-bit range when they fit in it, else what range there is."""
    deep = np.nan_to_num(values.astype(np.float32))
    low, high = float(deep.min()), float(deep.max())
    if values.dtype.kind != "f" and low >= 0 and high <= 65535:  # noqa: PLR2004 (16 bits)
        low, high = 0.0, 65535.0 if high > 255 else 255.0  # noqa: PLR2004 (8 bits)
    return ((deep - low) * (255.0 / max(high - low, 1e-9))).astype(np.uint8)


def _shrunk(luminance: NDArray[Level]) -> NDArray[Level]:
    height, width = luminance.shape
    scale = LONG_SIDE / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(luminance)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    # Of less than two pixels, a linear mean is as good as one by area, and much faster.
    way = cv2.INTER_LINEAR if scale > _LINEAR else cv2.INTER_AREA
    found = cv2.resize(luminance, size, interpolation=way)
    return np.asarray(found, luminance.dtype)


def _orientation(image: Image.Image) -> str:
    """Say which flips and transpositions make it upright; "" where its EXIF data can't be read."""
    try:
        return _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1), "")
    except Exception:  # noqa: BLE001 (broken metadata must not lose the picture)
        return ""


def _upright(
    luminance: NDArray[np.uint8], size: tuple[int, int], steps: str
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    for step in steps:
        if step == "t":
            luminance, size = luminance.T, (size[1], size[0])
        else:
            luminance = luminance[:, ::-1] if step == "h" else luminance[::-1]
    return np.ascontiguousarray(luminance), size
