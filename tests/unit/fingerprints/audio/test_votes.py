from itertools import pairwise

import pytest

from fingerprints.audio import peaks, votes
from tests.unit.fingerprints.audio.sound import music, samples
from tests.unit.fingerprints.audio.test_chains import changed

WORK = peaks.find(samples(music(8, 60)))
PASSAGE = WORK.where((WORK.times >= 20_000) & (WORK.times < 32_000))


@pytest.mark.parametrize(
    ("speed", "cents"), [(1.0, 300), (1.0, -300), (1.25, 386), (0.8, -386), (0.9, 0), (1.2, 0)]
)
def test_the_lie_of_a_passage_is_voted_for(speed: float, cents: int) -> None:
    copy = changed(PASSAGE, speed, cents)
    best = next(votes.by_chains(votes.asked(copy), [votes.held(WORK)], 6))
    middle = best.middle
    assert best.lie.cents == pytest.approx(-cents, abs=5)
    assert best.lie.factor == pytest.approx(speed, abs=0.01)
    assert float(best.lie.times(middle)) == pytest.approx(middle * speed, abs=100)


def test_too_few_peaks_vote_for_nothing() -> None:
    few = WORK.where(slice(0, 3))
    assert not list(votes.by_chains(votes.asked(few), [votes.held(WORK)], 6))
    assert not list(votes.by_chains(votes.asked(WORK), [], 6))


def test_votes_that_say_the_same_are_one() -> None:
    copy = changed(PASSAGE, 1.1, 0)
    found = list(votes.by_chains(votes.asked(copy), [votes.held(WORK)], 6))
    right = [one for one in found if one.lie.factor == pytest.approx(1.1, abs=0.01)]
    places = sorted(float(one.lie.times(one.middle) - 1.1 * one.middle) for one in right)
    assert all(after - before > 100 for before, after in pairwise(places))


@pytest.mark.parametrize("cells", [1, 2_000_000])
def test_single_peaks_vote_for_an_offset(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    monkeypatch.setattr(votes, "_MOST_CELLS", cells)
    copy = PASSAGE._replace(times=PASSAGE.times - 20_000)
    best = next(votes.by_peaks(copy, WORK, 6))
    assert best.lie.offset == pytest.approx(20_000, abs=50)


@pytest.mark.parametrize("length_ms", [200, 1_000, 4_000])
def test_a_short_work_is_voted_on(length_ms: int) -> None:
    short = WORK.where(WORK.times < WORK.times[0] + length_ms)
    assert len(list(votes.by_peaks(WORK, short, 6))) <= 6
