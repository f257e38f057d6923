"""Chains of two to four peaks in order of time, and the terms that stand for them.

A chain of three or four is the same at any speed, tempo and pitch: its term holds the steps of
pitch in logarithmic frequency, where the inner peaks lie in time between the outer ones, and,
coarsely enough for the changes that pirates make, how long it lasts and where in pitch it begins.
After J. Six and M. Leman: "Panako: a scalable acoustic fingerprinting system" (2014), J. Six:
"Panako 2.0" (2022), whose chains have three peaks, and R. Sonnleitner and G. Widmer: "Robust
Quad-Based Audio Fingerprinting" (2016), whose have four. The terms of three agree too often by
chance to be looked up among millions; more of them survive, so they vote within one work.

A pair survives most of all, under speech and noise, but holds pitch and length as they are. After
A. Wang: "An Industrial-Strength Audio Search Algorithm" (2003).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.audio.peaks import Peaks

_STEP_CENTS: Final = (70, 1080)
_WORK_WINDOW_MS: Final = 5000
_COPY_WINDOW_MS: Final = 2500
_FEWEST: Final = 2  # of a window

# Cell and uncertainty of each number of a term; an uncertain one is looked up on both sides.
_PITCH: Final = (1200 / 36, 7.0)
_PLACE: Final = (0.07, 0.018)
_LENGTH: Final = (0.66, 0.33)  # octaves
_START: Final = (600.0, 300.0)
_FINE_PITCH: Final = (15.0, 5.0)
_FINE_LENGTH: Final = (24.0, 8.0)
_CELLS: Final = 128  # below zero


@dataclass(frozen=True, slots=True)
class Shape:
    """Which chains there are: of so many peaks, each at most so many milliseconds after another.

    A work's chains are of its peaks of a rank or above, the strongest few a second; a copy's of
    more peaks, over steps wider by `slack`.
    """

    peaks: int
    step_ms: tuple[int, int]
    work_rank: int
    work_rate: float
    copy_rank: int
    copy_rate: float
    slack: float = 1.25


FOURS: Final = Shape(4, (40, 1000), work_rank=3, work_rate=14, copy_rank=2, copy_rate=75)
PAIRS: Final = Shape(2, (200, 2000), 3, work_rate=8, copy_rank=1, copy_rate=200, slack=1.02)
VOTING_THREES: Final = Shape(3, (40, 1000), work_rank=2, work_rate=40, copy_rank=2, copy_rate=150)


class Chains(NamedTuple):
    """`times`, `cents`: (n, k) of the peaks."""

    times: NDArray[np.int64]
    cents: NDArray[np.int64]


class Keys(NamedTuple):
    """`terms`: (m,) int64 below 2**56; `rows`: (m,) the chain that each is of."""

    terms: NDArray[np.int64]
    rows: NDArray[np.int64]


def of_work(peaks: Peaks, shape: Shape) -> Chains:
    """Return a work's chains of a shape."""
    chosen = peaks.where(peaks.ranks >= shape.work_rank)
    linked = _linked(chosen, shape, 1.0)
    return _strongest(chosen, linked, _WORK_WINDOW_MS, shape.work_rate)


def of_copy(peaks: Peaks, shape: Shape, rate: float | None = None) -> Chains:
    """Return a copy's chains of a shape, fewer where a lower rate is given."""
    chosen = peaks.where(peaks.ranks >= shape.copy_rank)
    linked = _linked(chosen, shape, shape.slack)
    rate = shape.copy_rate if rate is None else min(rate, shape.copy_rate)
    window_ms = max(_COPY_WINDOW_MS, round(_FEWEST * 1000 / rate))
    return _strongest(chosen, linked, window_ms, rate)


def terms(chains: Chains) -> Keys:
    """Return the one term of each chain."""
    keys = np.zeros(len(chains.times), np.int64)
    base = _base(chains)
    for number, (cell, _) in _numbers(chains):
        keys = keys * base + np.floor(number / cell).astype(np.int64) + _CELLS
    return Keys(keys, np.arange(keys.size))


def near_terms(chains: Chains) -> Keys:
    """Return the terms of each chain and of the cells that it may be in after some distortion."""
    keys = np.zeros(len(chains.times), np.int64)
    rows = np.arange(keys.size)
    base = _base(chains)
    for number, (cell, doubt) in _numbers(chains):
        low, high = (
            np.floor((number[rows] + side) / cell).astype(np.int64) for side in (-doubt, doubt)
        )
        twice = high != low
        keys = np.concatenate([keys * base + low, keys[twice] * base + high[twice]]) + _CELLS
        rows = np.concatenate([rows, rows[twice]])
    return Keys(keys, rows)


def _numbers(chains: Chains) -> Iterator[tuple[NDArray[np.float64], tuple[float, float]]]:
    """Yield what a term is made of, each with its cell and uncertainty."""
    steps = np.diff(chains.cents, axis=1)
    begin, length = chains.times[:, 0], chains.times[:, -1] - chains.times[:, 0]
    if is_fixed(chains):
        yield chains.cents[:, 0].astype(np.float64), _FINE_PITCH
        yield steps[:, 0].astype(np.float64), _FINE_PITCH
        yield length.astype(np.float64), _FINE_LENGTH
        return
    for step in steps.T:
        yield step.astype(np.float64), _PITCH
    for inner in chains.times.T[1:-1]:
        yield (inner - begin) / length, _PLACE
    yield np.log2(length), _LENGTH
    yield chains.cents[:, 0].astype(np.float64), _START


def is_fixed(chains: Chains) -> bool:
    """Tell whether they are pairs, which hold pitch and length as they are."""
    return bool(chains.times.shape[1] == 2)  # noqa: PLR2004 (a pair)


def _base(chains: Chains) -> int:
    return 4096 if is_fixed(chains) else 256


def _linked(peaks: Peaks, shape: Shape, slack: float) -> NDArray[np.int64]:
    """(n, k) numbers of peaks each within a step of the one before."""
    first, second = _steps(peaks, shape.step_ms[0] / slack, shape.step_ms[1] * slack)
    begins = np.searchsorted(first, np.arange(peaks.size + 1))
    chains = np.stack([first, second], axis=1)
    for _ in range(shape.peaks - 2):
        last = chains[:, -1]
        count = begins[last + 1] - begins[last]
        rows = np.repeat(np.arange(len(chains)), count)
        within = np.arange(rows.size) - np.repeat(np.cumsum(count) - count, count)
        chains = np.column_stack([chains[rows], second[begins[last[rows]] + within]])
    return chains


def _steps(peaks: Peaks, least: float, most: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of peaks that may follow each other in a chain, in order."""
    pairs = [np.empty((0, 2), np.int64)]
    for ahead in range(1, peaks.size):
        time = peaks.times[ahead:] - peaks.times[:-ahead]
        if time.min() > most:
            break
        pitch = np.abs(peaks.cents[ahead:] - peaks.cents[:-ahead])
        fits = (time >= least) & (time <= most)
        fits &= (pitch >= _STEP_CENTS[0]) & (pitch <= _STEP_CENTS[1])
        first = np.flatnonzero(fits)
        pairs.append(np.stack([first, first + ahead], axis=1))
    ordered = np.concatenate(pairs)
    ordered = ordered[np.lexsort((ordered[:, 1], ordered[:, 0]))]
    return ordered[:, 0], ordered[:, 1]


def _strongest(peaks: Peaks, chains: NDArray[np.int64], window_ms: int, rate: float) -> Chains:
    """Keep, in each window of time, the chains whose weakest peak rises most."""
    rise = peaks.rises[chains].min(axis=1).astype(np.int64)
    window = peaks.times[chains[:, 0]] // window_ms
    order = np.lexsort((-rise, window))
    begins = np.searchsorted(window[order], window[order])
    kept = np.sort(order[np.arange(order.size) - begins < rate * window_ms / 1000])
    return Chains(peaks.times[chains[kept]], peaks.cents[chains[kept]])
