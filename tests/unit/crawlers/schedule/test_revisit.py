from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.schedule.revisit import DAY_S, Observation, interval_s, rate_of_change

HOUR_S = 3600.0
observations = st.lists(
    st.builds(
        lambda elapsed, seen, share: Observation(elapsed, seen, round(seen * share)),
        st.floats(60, 30 * DAY_S),
        st.integers(0, 1000),
        st.floats(0, 1),
    ),
    max_size=10,
)


@settings(deadline=None)
@given(st.integers(1, 200), st.data(), st.floats(60, 30 * DAY_S))
def test_even_visits_give_the_formula_of_the_paper(
    visits: int, data: st.DataObject, elapsed_s: float
) -> None:
    unchanged = data.draw(st.integers(0, visits))
    seen = [Observation(elapsed_s, 1, int(number < unchanged)) for number in range(visits)]
    expected = -math.log((unchanged + 0.5) / (visits + 0.5)) / elapsed_s
    found = rate_of_change(seen)
    assert found is not None
    if unchanged == visits:
        assert found == 0.0
    else:
        assert found == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("per_day", [0.02, 0.3, 1.0, 5.0, 24.0])
def test_the_rate_of_changes_at_random_is_found(per_day: float) -> None:
    """Visits at uneven intervals to pages that change as a Poisson process."""
    dice = random.Random(20260329)  # noqa: S311 - no secret
    rate = per_day / DAY_S
    seen = []
    for _ in range(60):
        elapsed_s = dice.uniform(0.2, 2.0) / rate
        quiet = sum(dice.random() < math.exp(-rate * elapsed_s) for _ in range(100))
        seen.append(Observation(elapsed_s, 100, quiet))
    few = rate_of_change(seen[:3])
    many = rate_of_change(seen)
    assert few == pytest.approx(rate, rel=0.25)
    assert many == pytest.approx(rate, rel=0.06)


def test_estimates_come_closer_with_the_visits() -> None:
    """Over 200 targets the error shrinks about as the square root of the number of visits."""
    dice = random.Random(7)  # noqa: S311 - no secret
    rate = 1.0 / DAY_S

    def error(visits: int) -> float:
        squares = 0.0
        for _ in range(200):
            seen = [
                Observation(DAY_S, 1, int(dice.random() < math.exp(-1.0))) for _ in range(visits)
            ]
            squares += ((rate_of_change(seen) or 0.0) / rate - 1) ** 2
        return math.sqrt(squares / 200)

    errors = [error(visits) for visits in (10, 40, 160)]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.15


@settings(deadline=None)
@given(observations)
def test_a_rate_is_finite_and_never_negative(seen: list[Observation]) -> None:
    rate = rate_of_change(seen)
    if not any(one.seen for one in seen):
        assert rate is None
    else:
        assert rate is not None
        assert 0 <= rate < math.inf
        assert (rate == 0) == all(one.unchanged == one.seen for one in seen)


@settings(deadline=None)
@given(observations, st.integers(-9, 8), st.floats(60, DAY_S), st.floats(1, 100))
def test_the_interval_keeps_its_bounds_and_falls_with_priority(
    seen: list[Observation], priority: int, shortest_s: float, times: float
) -> None:
    rate = rate_of_change(seen)
    longest_s = shortest_s * times

    def interval(priority: int) -> float:
        return interval_s([rate], priority=priority, shortest_s=shortest_s, longest_s=longest_s)

    assert shortest_s <= interval(priority) <= longest_s
    assert interval(priority + 1) <= interval(priority)


def test_what_changes_daily_is_visited_daily() -> None:
    def interval(*rates: float | None, priority: int = 0) -> float:
        return interval_s(rates, priority=priority, shortest_s=60.0, longest_s=30 * DAY_S)

    assert interval(1 / DAY_S) == pytest.approx(DAY_S)
    assert interval(None) == pytest.approx(DAY_S)
    assert interval(4 / DAY_S) == pytest.approx(DAY_S / 2)
    assert interval(1 / DAY_S, priority=2) == pytest.approx(DAY_S / 2)
    assert interval(0.0) == 30 * DAY_S
    assert interval(0.0, 4 / DAY_S) == pytest.approx(DAY_S / 2)
    assert interval(24 / DAY_S) == pytest.approx(math.sqrt(DAY_S * HOUR_S))
