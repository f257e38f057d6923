"""What a font shows for code points that say something else: read by the shapes of its glyphs.

Sites draw «的» at a private code point, or swap characters. Each glyph in use is drawn and compared
with glyphs of common fonts, brought to one size; the nearest by cosine is what it shows. Those are
kept in `glyphs.npz`, so that a page reads the same whatever fonts a machine has;
`python -m benchmarks.accuracy.text.letterforms` makes it anew.
"""

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Shapes = NDArray[np.float32]

_MOST_BYTES: Final = 8 << 20
_MOST_UNPACKED: Final = 32 << 20
_MOST_GLYPHS: Final = 2048
SIZE_PX: Final = 48
SIDE: Final = 16
_LEAST_ALIKE: Final = 0.6
_FLAT: Final = 400.0
"""Contrast below which a glyph is one bar: its measures tell more than its pixels."""
_SAME: Final = 0.90
"""A glyph this much like the installed glyph of its own code point is that."""
_LEAST_SWAPPED: Final = 0.75
_MARGIN: Final = 0.12
"""… and one is another's where it is like that, and so much more than its own."""
_RARE: Final = 0.82
_FEW: Final = 0.2
_TIE: Final = 0.03
_ASPECT: Final = 0.3
_BATCH: Final = 256
_WIDEST_PX: Final = 8 * SIZE_PX
FILE: Final = "glyphs.npz"
_HAN: Final = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")


@dataclass(frozen=True, slots=True)
class _References:
    """Glyphs of common fonts: `shapes` (n, d) of length 1, what each shows, and which show it.

    `sizeless`: their shapes where only their height to width is known.
    """

    characters: str
    shapes: Shapes
    sizeless: Shapes
    rows: dict[str, list[int]]


def shown(font: bytes, characters: Iterable[str]) -> dict[str, str]:
    """For those of some characters that a font draws as others, what it shows.

    "" where it can't be told what. Raises nothing: a font that can't be read changes nothing.
    """
    face = _opened(font)
    if face is None:
        return {}
    used = sorted({one for one in characters if one.isalnum() or _PRIVATE.match(one)})
    missing = drawn(face, "\U0010ffff")
    glyphs: dict[str, NDArray[np.uint8]] = {}
    for one in used[:_MOST_GLYPHS]:
        picture = drawn(face, one)
        if picture is not None and (missing is None or (picture != missing).any()):
            glyphs[one] = picture
    if not glyphs:
        return {}
    return dict(_read("".join(glyphs), _shapes(np.stack(list(glyphs.values())))))


def _read(codes: str, shapes: Shapes) -> Iterator[tuple[str, str]]:
    private = np.array([_PRIVATE.match(one) is not None for one in codes])
    own = np.array([_likeness(*row) for row in zip(codes, shapes, strict=True)])
    is_rare = own == _RARE
    if is_rare.mean() > _FEW:  # no text has so many: they are lent
        private |= is_rare
    doubtful = np.flatnonzero(private | (own < _SAME))
    if not doubtful.size:
        return
    alike, read = _nearest(shapes[doubtful])
    for row, at in enumerate(doubtful.tolist()):
        if private[at]:
            yield codes[at], read[row] if alike[row] >= _LEAST_ALIKE else ""
        elif read[row] != codes[at] and alike[row] >= max(_LEAST_SWAPPED, own[at] + _MARGIN):
            yield codes[at], read[row]


def _likeness(code: str, shape: Shapes) -> float:
    """How much a shape is like a known glyph of a character.

    1.0 where none is known, but for rare Han: they are lent to others, so only what is very like
    another character is taken for that.
    """
    for references in (_references(is_latin=False), _references(is_latin=True)):
        if rows := references.rows.get(code):
            return float((references.shapes[rows] @ shape).max())
    return _RARE if _HAN.match(code) else 1.0


def _nearest(shapes: Shapes) -> tuple[list[float], list[str]]:
    """Likeness of the most alike known glyph, and what it shows, for each shape.

    «l» and «丨» are one shape: near a tie, the script that most of a font shows has it.
    """
    han, han_read = _nearest_of(shapes, _references(is_latin=False))
    latin, latin_read = _nearest_of(shapes, _references(is_latin=True))
    bias = _TIE if np.count_nonzero(latin > han) * 2 > han.size else -_TIE
    is_latin = latin + bias > han
    rows = zip(is_latin.tolist(), latin_read, han_read, strict=True)
    read = [one if chosen else other for chosen, one, other in rows]
    return np.where(is_latin, latin, han).tolist(), read


def _nearest_of(shapes: Shapes, references: _References) -> tuple[Shapes, list[str]]:
    alike: list[Shapes] = []
    read: list[str] = []
    for start in range(0, len(shapes), _BATCH):
        likeness = shapes[start : start + _BATCH] @ references.shapes.T
        best = likeness.argmax(axis=1)
        alike.append(likeness[np.arange(best.size), best])
        read += [references.characters[at] for at in best.tolist()]
    return np.concatenate(alike), read


def _opened(font: bytes) -> ImageFont.FreeTypeFont | None:
    if len(font) > _MOST_BYTES or _unpacked_size(font) > _MOST_UNPACKED:
        return None
    try:
        return ImageFont.truetype(io.BytesIO(font), SIZE_PX, layout_engine=ImageFont.Layout.BASIC)
    except (OSError, ValueError):
        return None


def _unpacked_size(font: bytes) -> int:
    """What a WOFF or WOFF2 says it unpacks to; FreeType refuses those that lie."""
    if font[:4] in {b"wOFF", b"wOF2"} and len(font) > 20:  # noqa: PLR2004 (WOFF 1.0, 3)
        (size,) = struct.unpack_from(">I", font, 16)
        return int(size)
    return len(font)


def drawn(face: ImageFont.FreeTypeFont, character: str) -> NDArray[np.uint8] | None:
    """A glyph as `SIDE`² pixels, then its height, width and top, (`SIDE`² + 3,); None if blank."""
    try:
        mask, (_, top) = face.getmask2(character, mode="L")
    except (OSError, ValueError, MemoryError):
        return None
    width, height = mask.size
    if not 0 < width <= _WIDEST_PX or not 0 < height <= _WIDEST_PX:
        return None
    picture = np.frombuffer(bytes(mask), np.uint8).reshape(height, width)
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    if not rows.size:
        return None
    picture = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scaled = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA).reshape(-1)
    measures = np.clip((*picture.shape, top + int(rows[0])), 0, 255).astype(np.uint8)
    return np.concatenate((scaled, measures))


def _blurred(pictures: NDArray[np.uint8]) -> Shapes:
    """Each pixel with its neighbours, 1 2 1 both ways, so that a stroke may be a little off."""
    around = np.pad(pictures.astype(np.float32), ((0, 0), (1, 1), (1, 1)), mode="edge")
    rows = around[:, :-2] + 2 * around[:, 1:-1] + around[:, 2:]
    both: Shapes = (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 16
    return both


def _shapes(glyphs: NDArray[np.uint8]) -> Shapes:
    """Glyphs as vectors of length 1, (n, d) float32."""
    pixels = _blurred(glyphs[:, : SIDE * SIDE].reshape(-1, SIDE, SIDE)).reshape(len(glyphs), -1)
    shapes = np.concatenate(
        (_unit(pixels), glyphs[:, SIDE * SIDE :] / np.float32(4 * SIZE_PX)), axis=1
    )
    lengths = np.linalg.norm(shapes, axis=1, keepdims=True)
    normed: Shapes = (shapes / lengths).astype(np.float32)
    return normed


def nearest_of_any_size(pixels: NDArray[np.uint8], height: int, width: int) -> str:
    """The known glyph most like a picture of one, whatever its size, or "" where none is.

    `pixels`: the ink within its bounds, scaled to (`SIDE`, `SIDE`); they were `height` × `width`.
    """
    shape = _sizeless(pixels.reshape(1, -1), np.array([[height, width]], np.float32))[0]
    best = []
    for references in (_references(is_latin=False), _references(is_latin=True)):
        likeness = references.sizeless @ shape
        at = int(likeness.argmax())
        best.append((float(likeness[at]), references.characters[at]))
    alike, read = max(best)
    return read if alike >= _LEAST_ALIKE * (1 + _ASPECT**2) else ""


def _sizeless(pixels: NDArray[np.uint8], sizes: Shapes) -> Shapes:
    """Shapes by their pixels and how high they are for their width, (n, d)."""
    aspects = _ASPECT * sizes / sizes.max(axis=1, keepdims=True)
    flat = _unit(_blurred(pixels.reshape(-1, SIDE, SIDE)).reshape(len(pixels), -1))
    return np.concatenate((flat, aspects), axis=1).astype(np.float32)


def _unit(pixels: Shapes) -> Shapes:
    """Pixels less their mean, of length 1; what is one even bar, of less."""
    pixels = pixels - pixels.mean(axis=1, keepdims=True)
    scaled: Shapes = pixels / np.maximum(np.linalg.norm(pixels, axis=1, keepdims=True), _FLAT)
    return scaled


@cache
def _references(*, is_latin: bool) -> _References:
    """Glyphs of the common fonts of a script: pixels of 4 bits, two a byte."""
    name = "latin" if is_latin else "han"
    with resources.files("fingerprints.text").joinpath(FILE).open("rb") as file:
        kept = np.load(file, allow_pickle=False)
        points, packed, measures = (kept[f"{name}_{of}"] for of in ("points", "pixels", "measures"))
    pixels = np.stack((packed >> 4, packed & 15), axis=2).reshape(len(packed), -1) * 17
    characters = points.astype("<u4").tobytes().decode("utf-32-le")
    rows: dict[str, list[int]] = {}
    for row, one in enumerate(characters):
        rows.setdefault(one, []).append(row)
    shapes = _shapes(np.concatenate((pixels, measures), axis=1))
    sizeless = _sizeless(pixels, measures[:, :2].astype(np.float32))
    return _References(characters, shapes, sizeless, rows)
