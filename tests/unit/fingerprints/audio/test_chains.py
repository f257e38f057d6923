import numpy as np

from fingerprints.audio import chains, peaks
from fingerprints.audio.peaks import Peaks
from tests.unit.fingerprints.audio.sound import music, samples

FOUND = peaks.find(samples(music(8, 60)))


def changed(found: Peaks, speed: float, cents: int) -> Peaks:
    """As played at that speed, and that much higher."""
    times = np.round(found.times / speed).astype(np.int64)
    return found._replace(times=times, cents=found.cents + cents)


def shared(copy: Peaks) -> float:
    """Share of the work's terms that the copy is looked up by."""
    held = np.unique(chains.terms(chains.of_work(FOUND, chains.FOURS)).terms)
    return float(np.isin(held, chains.near_terms(chains.of_copy(copy, chains.FOURS)).terms).mean())


def test_terms_are_few_and_positive() -> None:
    held = chains.terms(chains.of_work(FOUND, chains.FOURS)).terms
    assert 200 < held.size <= 60 * 15
    assert (held >= 0).all()
    assert (held < 1 << 57).all()


def test_terms_stay_at_any_speed_and_pitch() -> None:
    assert shared(FOUND) > 0.4
    for speed, cents in ((0.82, -300), (0.95, 120), (1.1, 0), (1.22, 280), (1.0, 300)):
        assert shared(changed(FOUND, speed, cents)) > 0.2, (speed, cents)


def test_other_music_has_other_terms() -> None:
    assert shared(peaks.find(samples(music(9, 60)))) < 0.1


def test_a_work_is_looked_up_by_its_own_terms() -> None:
    linked = chains.of_work(FOUND, chains.FOURS)
    exact, near = chains.terms(linked), chains.near_terms(linked)
    assert np.isin(exact.terms, near.terms).all()
    assert (np.unique(near.rows) == exact.rows).all()


def test_too_few_peaks_give_no_chain() -> None:
    few = FOUND.where(slice(0, 3))
    assert chains.terms(chains.of_work(few, chains.FOURS)).terms.size == 0
    assert chains.near_terms(chains.of_copy(peaks.together([]), chains.FOURS)).terms.size == 0
