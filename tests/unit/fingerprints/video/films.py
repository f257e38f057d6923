"""Short films for the tests: a camera that moves over the photographs that scikit-image brings."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np
import skimage
import sklearn
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Picture = NDArray[np.uint8]

WIDTH, HEIGHT, RATE = 256, 144, 12
_LETTERS = list("abcdefghijklmnopqrstuvwxyz")
_GAPS = 0.2

_SCIKIT_IMAGE = Path(skimage.__file__).parent / "data"
_SCIKIT_LEARN = Path(sklearn.__file__).parent / "datasets" / "images"


def photograph(name: str) -> Picture:
    """A photograph by its file's name, in colours, covering the frame twice."""
    folder = _SCIKIT_LEARN if (_SCIKIT_LEARN / name).exists() else _SCIKIT_IMAGE
    picture = cv2.imread(str(folder / name), cv2.IMREAD_COLOR)
    assert picture is not None
    scale = 2 * max(WIDTH / picture.shape[1], HEIGHT / picture.shape[0])
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale), np.uint8)


def shot(name: str, seconds: float, *, seed: int = 0, rate: float = RATE) -> list[Picture]:
    """Move the camera over a photograph; another seed, another way."""
    picture = photograph(name)
    chance = np.random.default_rng(seed)
    (x, y, zoom), (u, v, end) = chance.uniform((0.42, 0.42, 0.55), (0.58, 0.58, 0.8), (2, 3))
    frames = []
    for share in np.linspace(0, 1, round(seconds * rate)):
        scale = zoom + (end - zoom) * share
        move = np.array(
            [
                [scale, 0, WIDTH / 2 - scale * (x + (u - x) * share) * picture.shape[1]],
                [0, scale, HEIGHT / 2 - scale * (y + (v - y) * share) * picture.shape[0]],
            ]
        )
        seen = cv2.warpAffine(picture, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
        frames.append(np.asarray(seen, np.uint8))
    return frames


def rolled_credits(seconds: float, *, seed: int, place: str = "left") -> list[Picture]:
    """Roll names up the black: "left" or "centre", or "columns" of parts and names."""
    chance = np.random.default_rng(seed)
    line, pace, font = 14, 30, cv2.FONT_HERSHEY_SIMPLEX
    lines = []
    for _ in range(int((seconds * pace + HEIGHT) / line)):
        words = ["".join(chance.choice(_LETTERS, size)) for size in chance.integers(4, 9, 2)]
        lines.append(words if chance.random() > _GAPS else [])
    frames = []
    for number in range(round(seconds * RATE)):
        frame = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        for row, words in enumerate(lines):
            y = int(HEIGHT + row * line - pace * number / RATE)
            if not words or not 0 < y < HEIGHT + line:
                continue
            whole = " ".join(words)
            wide, first = (cv2.getTextSize(text, font, 0.35, 1)[0][0] for text in (whole, words[0]))
            x = {"left": WIDTH // 4, "centre": (WIDTH - wide) // 2, "columns": WIDTH // 2 - first}
            cv2.putText(frame, whole, (x[place], y), font, 0.35, (220,) * 3, 1, cv2.LINE_AA)
        frames.append(frame)
    return frames


def film(*names: str, seconds: float = 6.0) -> list[Picture]:
    """Cut shots of several photographs together."""
    return [frame for n, name in enumerate(names) for frame in shot(name, seconds, seed=n)]


def faint(*names: str, seconds: float = 8.0) -> list[Picture]:
    """Cut shots of several photographs together, out of focus and in the dark."""
    return each(film(*names, seconds=seconds), lambda f: cv2.GaussianBlur(f, (0, 0), 6) * 0.15 + 5)


def stripes(seconds: float, seed: int) -> list[Picture]:
    """Let bare upright stripes slide past."""
    chance = np.random.default_rng(seed)
    shades = np.repeat(chance.uniform(15, 110, 80), chance.integers(6, 30, 80)).astype(np.uint8)
    starts = np.linspace(0, 12 * seconds, round(seconds * RATE)).astype(int)
    lines = [shades[start : start + WIDTH] for start in starts]
    return [np.ascontiguousarray(np.tile(line[None, :, None], (HEIGHT, 1, 3))) for line in lines]


def written(
    frames: Sequence[Picture],
    *,
    rate: float = RATE,
    form: str = "mp4",
    codec: str = "mpeg4",
    rotation: int = 0,
    stamps: Sequence[float] | None = None,
    quality: int = 4,
) -> bytes:
    """Encode frames; `stamps` are times in seconds, one a frame."""
    out = io.BytesIO()
    height, width = frames[0].shape[:2]
    with av.open(out, "w", format=form) as container:
        track: Any = container.add_stream(codec, Fraction(rate).limit_denominator(1000))
        track.width, track.height, track.pix_fmt = width, height, "yuv420p"
        track.options = {"threads": "1"}
        if codec == "mpeg4":
            track.codec_context.time_base = Fraction(1, 1000)
            track.codec_context.qmin = track.codec_context.qmax = quality
        if rotation:
            track.set_display_rotation(rotation)
        for number, frame in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(frame, format="bgr24")
            picture.time_base = Fraction(1, 1000)
            picture.pts = round(1000 * (stamps[number] if stamps else number / rate))
            container.mux(track.encode(picture))
        container.mux(track.encode(None))
    return out.getvalue()


def each(frames: Sequence[Picture], change: Any) -> list[Picture]:  # noqa: ANN401 (a function)
    """Change every frame."""
    return [np.ascontiguousarray(change(frame), np.uint8) for frame in frames]


def cropped(frame: Picture, share: float) -> Picture:
    """What is left of a frame whose right and lower edges are cut off, even in both sides."""
    height, width = (round(side * share / 2) * 2 for side in frame.shape[:2])
    return frame[:height, :width]


def letterboxed(frame: Picture) -> Picture:
    """A frame with black bars above and below."""
    bar = np.zeros((20, frame.shape[1], 3), np.uint8)
    return np.concatenate([bar, frame, bar])


def upright(frame: Picture) -> Picture:
    """A frame within a telephone's, over a larger, blurred one of itself."""
    large = np.asarray(cv2.resize(frame, (568, 320)), np.uint8)[:, 194:374]
    page = np.asarray(cv2.blur(large, (31, 31)), np.uint8)
    page[110:210] = cv2.resize(frame, (180, 100), interpolation=cv2.INTER_AREA)
    return page
