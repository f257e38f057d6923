"""Shots that films are cut from: pictures under a moving camera, drawn and played scenes, titles.

Each is an endless or limited run of frames that depends on nothing but its seed and its pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.accuracy.video.encoding import Picture, Size

Region = tuple[float, float, float, float]
"""left, top, right, bottom: shares of a picture."""

WHOLE: Final[Region] = (0.0, 0.0, 1.0, 1.0)
QUARTERS: Final[tuple[Region, ...]] = (
    (0.0, 0.0, 0.48, 0.48), (0.52, 0.0, 1.0, 0.48),
    (0.0, 0.52, 0.48, 1.0), (0.52, 0.52, 1.0, 1.0),
)  # fmt: skip

_WORDS: Final = (
    *("harbour", "north", "river", "glass", "seven", "winter", "ember", "stone", "quiet"),
    *("lantern", "west", "paper", "orchard", "signal", "copper", "marble", "velvet", "distant"),
    *("hollow", "garden", "silver", "morning", "bridge", "canyon"),
)
_FONT: Final = cv2.FONT_HERSHEY_DUPLEX
_SPRITES: Final = 14


@dataclass(frozen=True, slots=True)
class Reel:
    """What all shots of one film share: size (width, height), frames a second."""

    size: Size
    rate: int

    def count(self, seconds: float) -> int:
        """Return how many frames so many seconds are."""
        return max(1, round(seconds * self.rate))


def still(reel: Reel, path: Path, region: Region, seconds: float, seed: int) -> Iterator[Picture]:
    """Move the camera over a part of a picture, with an easing, slightly shaking hand."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        return
    yield from _panned(reel, _cut(np.asarray(picture, np.uint8), region, reel), seconds, seed)


def _cut(picture: Picture, region: Region, reel: Reel) -> Picture:
    """Cut a region out, and make it no larger than needed to cover the frame."""
    height, width = picture.shape[:2]
    left, top, right, bottom = region
    part = picture[int(top * height) : int(bottom * height), int(left * width) : int(right * width)]
    scale = 1.5 * max(reel.size[0] / part.shape[1], reel.size[1] / part.shape[0])
    size = round(part.shape[1] * scale), round(part.shape[0] * scale)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, size, interpolation=way), np.uint8)


def _panned(reel: Reel, picture: Picture, seconds: float, seed: int) -> Iterator[Picture]:
    chance = np.random.default_rng(seed)
    zooms = chance.uniform(1.15, 1.9, 2)
    reach = 0.5 - 0.5 / zooms
    x, y = 0.5 + chance.uniform(-reach, reach), 0.5 + chance.uniform(-reach, reach)
    shake = chance.uniform(0.0, 0.004)
    count = reel.count(seconds)
    for number in range(count):
        share = number / max(1, count - 1)
        eased = share * share * (3 - 2 * share)
        along, down, zoom = (pair[0] + (pair[1] - pair[0]) * eased for pair in (x, y, zooms))
        along += shake * np.sin(number / 7)
        down += shake * np.cos(number / 11)
        yield seen(reel, picture, along, down, zoom)


def seen(reel: Reel, picture: Picture, x: float, y: float, zoom: float) -> Picture:
    """Look at a picture: centre in shares of it; zoom 1 just covers the frame."""
    (width, height), (h, w) = reel.size, picture.shape[:2]
    scale = zoom * max(width / w, height / h)
    move = np.array([[scale, 0, width / 2 - scale * x * w], [0, scale, height / 2 - scale * y * h]])
    found = cv2.warpAffine(picture, move, reel.size, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(found, np.uint8)


def game(
    reel: Reel, tiles: Sequence[Picture], sprites: Sequence[Picture], seconds: float, seed: int
) -> Iterator[Picture]:
    """Play a strategy game: the map scrolls, pieces go their ways, a bar counts below."""
    chance = np.random.default_rng(seed)
    ground = _map(tiles, chance, (2 * reel.size[0], 2 * reel.size[1]))
    pieces = [sprites[n] for n in chance.integers(0, len(sprites), _SPRITES)]
    place = chance.uniform(0, 1, (_SPRITES, 2)) * ground.shape[1::-1]
    speed = chance.normal(0, 40, (_SPRITES, 2))
    start, way = chance.uniform(0.1, 0.9, 2), chance.uniform(-0.05, 0.05, 2)
    score, level = int(chance.integers(100, 9000)), int(chance.integers(1, 30))
    for number in range(reel.count(seconds)):
        time = number / reel.rate
        corner = (np.clip(start + way * time, 0, 1) * np.array(reel.size)).astype(int)
        frame = _window(ground, corner, reel.size)
        for piece, at in zip(pieces, place + speed * time - corner, strict=True):
            _paste(frame, piece, at)
        _bar(frame, f"LEVEL {level}   SCORE {score + int(time * 37)}   TIME {int(time):03}")
        yield frame


def _map(tiles: Sequence[Picture], chance: np.random.Generator, size: Size) -> Picture:
    """Lay tiles in patches, so that a map has regions and not just noise."""
    side = int(chance.integers(56, 128))
    rows, columns = size[1] // side + 1, size[0] // side + 1
    kinds = [tiles[n] for n in chance.integers(0, len(tiles), 6)]
    coarse = chance.uniform(0, 1, (rows // 3 + 2, columns // 3 + 2)).astype(np.float32)
    field = cv2.resize(coarse, (columns, rows)) + chance.uniform(0, 0.25, (rows, columns))
    chosen = np.minimum((field / 1.25 * len(kinds)).astype(int), len(kinds) - 1)
    cells = [cv2.resize(kind[..., :3], (side, side)) for kind in kinds]
    laid = np.concatenate([np.concatenate([cells[n] for n in row], axis=1) for row in chosen])
    light = cv2.resize(chance.uniform(0.55, 1.2, (5, 8)).astype(np.float32), laid.shape[1::-1])
    return np.clip(laid * light[..., None], 0, 255).astype(np.uint8)


def _window(ground: Picture, corner: NDArray[np.int64], size: Size) -> Picture:
    x = int(np.clip(corner[0], 0, ground.shape[1] - size[0]))
    y = int(np.clip(corner[1], 0, ground.shape[0] - size[1]))
    return ground[y : y + size[1], x : x + size[0]].copy()


def _paste(frame: Picture, piece: Picture, at: NDArray[np.float64]) -> None:
    """Lay a (h, w, 4) piece over the frame, where it is inside."""
    x, y = int(at[0]), int(at[1])
    height, width = piece.shape[:2]
    if not (0 <= x < frame.shape[1] - width and 0 <= y < frame.shape[0] - height):
        return
    under = frame[y : y + height, x : x + width]
    under[...] = np.where(piece[..., 3:] > 127, piece[..., :3], under)  # noqa: PLR2004 - half


def _bar(frame: Picture, text: str) -> None:
    height, width = frame.shape[:2]
    cv2.rectangle(frame, (0, height - 30), (width, height), (60, 40, 30), -1)
    cv2.putText(frame, text, (12, height - 9), _FONT, 0.55, (210, 230, 240), 1, cv2.LINE_AA)


def drawn(reel: Reel, seconds: float, seed: int) -> Iterator[Picture]:
    """Draw a cartoon's landscape: a sky, ridges that move past each other, shapes that fly."""
    chance = np.random.default_rng(seed)
    width, height = reel.size
    sky = _clouds(chance, (width, height))
    ridges = [_ridge(chance, reel, depth) for depth in range(int(chance.integers(2, 5)))]
    pace, way = chance.uniform(8, 40), int(chance.choice([-1, 1]))
    flyers = [_flyer(chance, reel) for _ in range(int(chance.integers(3, 9)))]
    for number in range(reel.count(seconds)):
        time = number / reel.rate
        frame = sky.copy()
        for depth, (colours, mask) in enumerate(ridges):
            shift = int(pace * (depth + 1) * time) % width
            at = shift if way > 0 else width - shift
            below = mask[:, at : at + width]
            frame[below] = colours[:, at : at + width][below]
        for flyer in flyers:
            flyer.draw(frame, time)
        yield frame


def _clouds(chance: np.random.Generator, size: Size) -> Picture:
    """Add up noise of doubling frequencies, in colours of its own."""
    total = np.zeros((size[1], size[0], 3), np.float32)
    for octave in range(2, 7):
        grid = chance.uniform(-1, 1, (2**octave, 2**octave, 3)).astype(np.float32)
        total += cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC) * 0.62 ** (octave - 2)
    base, spread = chance.uniform(60, 190, 3), chance.uniform(20, 80)
    return np.clip(base + spread * total, 0, 255).astype(np.uint8)


def _ridge(
    chance: np.random.Generator, reel: Reel, depth: int
) -> tuple[Picture, NDArray[np.bool_]]:
    """Colours (h, 2w, 3), the same to the left as to the right, and where they cover the sky."""
    width, height = reel.size
    steps = np.arange(width) * (2 * np.pi / width)
    waves = chance.integers(1, 14, 6), chance.uniform(0, 2 * np.pi, 6)
    line = sum(np.sin(f * steps + p) / f**0.6 for f, p in zip(*waves, strict=True))
    top = height * (0.35 + 0.17 * depth) + np.asarray(line) * height * 0.06
    mask = np.arange(height)[:, None] > top[None]
    return np.tile(_clouds(chance, reel.size), (1, 2, 1)), np.tile(mask, (1, 2))


@dataclass(frozen=True, slots=True)
class _Flyer:
    """A polygon that turns about its centre while it crosses the frame."""

    corners: NDArray[np.float64]
    start: NDArray[np.float64]
    speed: NDArray[np.float64]
    spin: float
    colour: tuple[int, int, int]

    def draw(self, frame: Picture, time: float) -> None:
        angle = self.spin * time
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        points = self.corners @ turn + self.start + self.speed * time
        cv2.fillPoly(frame, [points.astype(np.int32)], self.colour, cv2.LINE_AA)


def _flyer(chance: np.random.Generator, reel: Reel) -> _Flyer:
    count = int(chance.integers(3, 9))
    angles = np.sort(chance.uniform(0, 2 * np.pi, count))
    radius = chance.uniform(10, 70, count)
    return _Flyer(
        np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1),
        chance.uniform(0.1, 0.9, 2) * reel.size,
        chance.normal(0, 30, 2),
        float(chance.normal(0, 1)),
        (int(chance.integers(256)), int(chance.integers(256)), int(chance.integers(256))),
    )


def black(reel: Reel, seconds: float) -> Iterator[Picture]:
    """Show nothing."""
    for _ in range(reel.count(seconds)):
        yield np.zeros((reel.size[1], reel.size[0], 3), np.uint8)


def title(reel: Reel, seconds: float, words: str) -> Iterator[Picture]:
    """Show white words on black."""
    for frame in black(reel, seconds):
        at = reel.size[0] // 6, reel.size[1] // 2
        cv2.putText(frame, words, at, _FONT, reel.size[0] / 500, (235, 235, 235), 2, cv2.LINE_AA)
        yield frame


def credits_(reel: Reel, seconds: float, seed: int) -> Iterator[Picture]:
    """Roll names up the black."""
    chance = np.random.default_rng(seed)
    names = [" ".join(chance.choice(_WORDS, 3)).title() for _ in range(40)]
    step, pace = reel.size[1] // 10, reel.size[1] / 5
    for number, frame in enumerate(black(reel, seconds)):
        for line, name in enumerate(names):
            y = int(reel.size[1] + line * step - pace * number / reel.rate)
            if -step < y < reel.size[1] + step:
                place = reel.size[0] // 4, y
                cv2.putText(frame, name, place, _FONT, reel.size[0] / 900, (220,) * 3, 1)
        yield frame


def bars(reel: Reel, seconds: float) -> Iterator[Picture]:
    """Show the test pattern of colour bars, with a ramp below."""
    width, height = reel.size
    colours = [(192,) * 3, (0, 192, 192), (192, 192, 0), (0, 192, 0), (192, 0, 192), (0, 0, 192)]
    pattern = np.zeros((height, width, 3), np.uint8)
    for number, colour in enumerate([*colours, (192, 0, 0)]):
        pattern[: 2 * height // 3, number * width // 7 : (number + 1) * width // 7] = colour
    pattern[2 * height // 3 :] = np.linspace(0, 255, width, dtype=np.uint8)[None, :, None]
    for _ in range(reel.count(seconds)):
        yield pattern


def opening(reel: Reel, studio: int) -> Iterator[Picture]:
    """Show a distributor's trailer: a turning emblem over its clouds, and its name; 6 seconds."""
    chance = np.random.default_rng(9000 + studio)
    emblems = [_flyer(chance, reel) for _ in range(7)]
    sky = _clouds(chance, reel.size)
    for number in range(reel.count(6.0)):
        time = number / reel.rate
        frame = np.asarray(sky * min(1.0, time / 1.5), np.uint8)
        for emblem in emblems:
            emblem.draw(frame, time)
        words = f"STUDIO {_WORDS[studio].upper()}"
        at = reel.size[0] // 5, 2 * reel.size[1] // 3
        cv2.putText(frame, words, at, _FONT, reel.size[0] / 450, (240, 240, 240), 2, cv2.LINE_AA)
        yield frame
