"""Learns the projection of `fingerprints.image.local` from pairs of the same patch.

    python -m benchmarks.accuracy.image.projection --corpus DIR --copies DIR projection.npy

Pictures of the tune half are attacked; where a copy lies on its original is found by OpenCV's SIFT,
which has nothing of what is learned here. Patches at one place, of one scale and direction, are one
patch. Directions in which all patches differ much and the two of a pair little are the generalised
eigenvectors of both covariances (as in LDAHash: Strecha et al. 2012); of the even and the odd
frequencies apart, so that a mirrored patch has the same. The least alike pairs are left out: they
are of patches that something opaque lies on.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from benchmarks.accuracy.copies import Copies
from benchmarks.accuracy.image import SUITE
from benchmarks.accuracy.image.originals import is_picture
from benchmarks.accuracy.suite import Half
from fingerprints.contract import Limits
from fingerprints.errors import FingerprintError
from fingerprints.image import local
from fingerprints.image.decode import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.image.local import Patches

ATTACKS: Final = ("heavy watermark", "combination", "crop 0.4", "crop 0.6", "in a page 0.4")
BITS: Final = 48
_KEPT: Final = 0.85  # of the pairs
_RIDGE: Final = 0.02  # of the mean variance
_FLATTEST: Final = 8.0  # standard deviation of luminance

_KEYPOINTS: Final = 1200
_RATIO: Final = 0.8
_TOLERANCE: Final = 3.0  # pixels
_LEAST_INLIERS: Final = 12
_NEAR: Final = 0.012  # of the longer side
_ZOOM: Final = 0.16  # natural logarithm of a scale
_TURN: Final = 0.35  # radians


class Lie(NamedTuple):
    """z → turn · (−conj(z) if mirrored else z) + shift, in longer sides of both pictures."""

    mirrored: bool
    turn: complex
    shift: complex


class Pairs(NamedTuple):
    """(n, 63) frequencies of patches and of the same ones in copies; (m, 63) of all patches."""

    ours: NDArray[np.float32]
    theirs: NDArray[np.float32]
    everything: NDArray[np.float32]


def lie(original: NDArray[np.uint8], copy: NDArray[np.uint8]) -> Lie | None:
    """Find how a picture lies on its copy; None where SIFT can't tell."""
    straight, flipped = _aligned(original, copy), _aligned(original[:, ::-1], copy)
    (inliers, matrix), mirrored = max((straight, False), (flipped, True), key=lambda one: one[0][0])
    if inliers < _LEAST_INLIERS or matrix is None or not matrix[:, :2].any():
        return None
    longer, theirs = max(original.shape), max(copy.shape)
    turn = complex(matrix[0, 0], matrix[1, 0]) * longer / theirs
    shift = complex(matrix[0, 2], matrix[1, 2]) / theirs
    # A flipped picture's places are counted from its right.
    return Lie(mirrored, turn, shift + turn * original.shape[1] / longer * mirrored)


def _aligned(
    original: NDArray[np.uint8], copy: NDArray[np.uint8]
) -> tuple[int, NDArray[np.float64] | None]:
    sift = cv2.SIFT.create(_KEYPOINTS)
    empty = np.empty((0, 0), np.uint8)
    points, ours = sift.detectAndCompute(np.ascontiguousarray(original), empty)
    others, theirs = sift.detectAndCompute(copy, empty)
    if min(len(points), len(others)) < _LEAST_INLIERS:
        return 0, None
    found = cv2.BFMatcher().knnMatch(ours, theirs, 2)
    good = [one for one, next_best in found if one.distance < _RATIO * next_best.distance]
    if len(good) < _LEAST_INLIERS:
        return 0, None
    source = np.array([points[one.queryIdx].pt for one in good])
    target = np.array([others[one.trainIdx].pt for one in good])
    matrix, inliers = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=_TOLERANCE)
    return int(inliers.sum()), np.asarray(matrix, np.float64)


def same(ours: Patches, theirs: Patches, lies: Lie) -> NDArray[np.int64]:
    """(n, 2) indices of patches that are the same."""
    place = ours.x + 1j * ours.y
    turn = ours.angle.astype(np.float64)
    if lies.mirrored:
        place, turn = -place.conj(), np.pi - turn
    missed = np.abs((lies.turn * place + lies.shift)[:, None] - (theirs.x + 1j * theirs.y)[None])
    zooms = np.log(local.SCALES)
    zoom = (zooms[ours.scale] + np.log(abs(lies.turn)))[:, None] - zooms[theirs.scale][None]
    turned = np.exp(1j * (turn + np.angle(lies.turn)))[:, None] * np.exp(-1j * theirs.angle)[None]
    alike = (missed < _NEAR) & (np.abs(zoom) < _ZOOM) & (np.abs(np.angle(turned)) < _TURN)
    flips = ours.mirrored[:, None] != theirs.mirrored[None]
    return np.argwhere(alike & (flips == lies.mirrored))


def pairs(corpus: Path, copies: Copies, step: int) -> Pairs:
    """Collect pairs of patches of every `step`-th picture of the tune half and its copies."""
    ours, theirs, everything = [], [], []
    attacks = [one for one in SUITE.attacks if one.label in ATTACKS]
    for original in [one for one in SUITE.originals(Half.TUNE, corpus) if is_picture(one)][::step]:
        picture = _luminance(original.path)
        found = None if picture is None else local.patches(picture)
        if picture is None or found is None:
            continue
        everything.append(found.frequencies)
        for attack in attacks:
            copy = _luminance(copies.of(original, attack))
            other = None if copy is None else local.patches(copy)
            lies = None if copy is None else lie(picture, copy)
            if other is None or lies is None:
                continue
            chosen = same(found, other, lies)
            ours.append(found.frequencies[chosen[:, 0]])
            theirs.append(other.frequencies[chosen[:, 1]])
    return Pairs(*(np.concatenate(some) for some in (ours, theirs, everything)))


def _luminance(path: Path) -> NDArray[np.uint8] | None:
    try:
        with path.open("rb") as source:
            luminance = decode(source, Limits()).luminance
    except FingerprintError:
        return None
    return luminance if float(luminance.std()) >= _FLATTEST else None


def learned(found: Pairs) -> NDArray[np.float16]:
    """(65, 48): projections as columns, what to subtract, and how much copies differ."""
    ours, theirs, everything = (some / local.contrasts(some) for some in found)
    apart = ((ours - theirs) ** 2).sum(axis=1)
    kept = apart < np.quantile(apart, _KEPT)
    differences = (ours - theirs)[kept]
    middle = np.where(local.ODD, 0, everything.mean(axis=0))
    directions = sorted(_directions(differences, everything - middle), key=lambda one: -one[0])
    projection = np.stack([direction for _, direction in directions[:BITS]], axis=1)
    projected = (ours - theirs) @ projection
    apart = (projected**2).sum(axis=1)
    noise = projected[apart < np.quantile(apart, _KEPT)].std(axis=0)
    return np.concatenate([projection, [middle @ projection], [noise]]).astype("<f2")


def _directions(
    differences: NDArray[np.float32], everything: NDArray[np.float32]
) -> Iterator[tuple[float, NDArray[np.float64]]]:
    """Yield how many times as much all patches vary as copies do, and in which direction."""
    for part in (~local.ODD, local.ODD):
        within = differences[:, part].T @ differences[:, part] / len(differences) / 2
        among = everything[:, part].T @ everything[:, part] / len(everything)
        ridge = _RIDGE * np.trace(within) / len(within) * np.eye(len(within))
        # By Cholesky's root of the one, generalised eigenvectors are ordinary ones of the other.
        root = np.linalg.inv(np.linalg.cholesky((within + ridge).astype(np.float64)))
        ratios, vectors = np.linalg.eigh(root @ among @ root.T)
        for ratio, vector in zip(ratios.tolist(), (root.T @ vectors).T, strict=True):
            direction = np.zeros(local.ODD.size)
            direction[part] = vector / np.linalg.norm(vector)
            yield ratio, direction


def main() -> None:
    """Write the projection, and say what it was learned from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of the media")
    parser.add_argument("--copies", type=Path, help="a folder that keeps copies between runs")
    parser.add_argument("--step", type=int, default=1, help="use every so many-th picture only")
    parser.add_argument("file", type=Path, help="the .npy to write")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        copies = Copies(options.copies or Path(scratch), SUITE.modality)
        found = pairs(options.corpus, copies, options.step)
    np.save(options.file, learned(found), allow_pickle=False)
    print(f"{len(found.ours)} pairs, {len(found.everything)} patches")


if __name__ == "__main__":
    main()
