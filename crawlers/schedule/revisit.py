"""How often a target is worth visiting, from what changed between visits.

The rate of change λ is estimated by maximum likelihood for changes that come as a Poisson process
and of which only "changed since the last visit or not" is seen; half a visit without change is
added against bias. For even intervals t that is λ = -ln((X̄ + 0.5) / (n + 0.5)) / t, X̄ of n
unchanged (J. Cho and H. Garcia-Molina, Estimating Frequency of Change, TOIT 3(3), 2003); for uneven
ones it is the root of Σ changed · t / (e^λt - 1) = Σ unchanged · t + t̄ / 2.

The interval I is the one that costs least when a visit costs as much as ν of waiting and what
changed waits for the next visit, I / 2 on average: min over I of ν / I + w λ I / 2, so
I = √(2ν / (w λ)). A target that matters more, or changes more, is visited more often, but by the
square root, so that no site takes the visits of all others; weights and a price in place of a
budget as in Y. Azar et al., Tractable near-optimal policies for crawling, PNAS 115(32), 2018.
Their measure, freshness, gives up on what changes faster than it can be visited, and that is
where new copies are put up: so it is the delay here that is kept low.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY_S: Final = 86_400.0
_TWICE_THE_PRICE_S: Final = DAY_S
"""2ν: a target of weight 1 that changes once a day is visited once a day."""
_UNKNOWN_RATE: Final = 1.0 / DAY_S
_STEEPEST: Final = 700.0  # e^x is still a number
_HALVINGS: Final = 60


@dataclass(frozen=True, slots=True)
class Observation:
    """Two visits `elapsed_s` apart: of `seen` things, so many were the same as before."""

    elapsed_s: float
    seen: int
    unchanged: int


def rate_of_change(observations: Sequence[Observation]) -> float | None:
    """Return changes a second and thing; None when nothing was seen twice."""
    told = [one for one in observations if one.seen and one.elapsed_s > 0]
    if not told:
        return None
    if all(one.unchanged == one.seen for one in told):
        return 0.0
    seen = sum(one.seen for one in told)
    mean_s = sum(one.seen * one.elapsed_s for one in told) / seen
    quiet_s = mean_s / 2 + sum(one.unchanged * one.elapsed_s for one in told)

    def slope(rate: float) -> float:
        """Return the derivative of the likelihood's logarithm; it falls from +∞ to below 0."""
        return sum(_expected(one, rate) for one in told) - quiet_s

    # By halves: scipy's root finders take seconds to load, and this is done in microseconds.
    least, most = 0.0, 1.0 / mean_s
    while slope(most) > 0:
        least, most = most, 2 * most
    for _ in range(_HALVINGS):
        middle = (least + most) / 2
        least, most = (middle, most) if slope(middle) > 0 else (least, middle)
    return most


def interval_s(
    rates: Sequence[float | None], *, priority: int, shortest_s: float, longest_s: float
) -> float:
    """Return after how many seconds to visit again, by the greatest rate known.

    A step of priority doubles the weight. Of what nothing is known yet is taken to change daily.
    """
    known = [rate for rate in rates if rate is not None]
    rate = max(known) if known else _UNKNOWN_RATE
    weighted = 2.0**priority * rate
    if weighted <= 0:
        return longest_s
    return min(max(math.sqrt(_TWICE_THE_PRICE_S / weighted), shortest_s), longest_s)


def _expected(one: Observation, rate: float) -> float:
    steep = rate * one.elapsed_s
    if steep > _STEEPEST:
        return 0.0
    return (one.seen - one.unchanged) * one.elapsed_s / math.expm1(steep)
