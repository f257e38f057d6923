from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fingerprints.audio import alignment, peaks, votes
from fingerprints.audio.lie import Lie
from fingerprints.audio.segment import Segment
from tests.unit.fingerprints.audio.sound import music, samples
from tests.unit.fingerprints.audio.test_chains import changed

if TYPE_CHECKING:
    from fingerprints.audio.peaks import Peaks

SONG = peaks.find(samples(music(8, 60)))
PASSAGE = SONG.where((SONG.times >= 20_000) & (SONG.times < 32_000))
WORK = alignment.work(SONG, [SONG])


@pytest.mark.parametrize("speed", [0.8, 0.9, 0.97, 1.03, 1.1, 1.2])
def test_a_passage_at_another_tempo_is_found_at_that_tempo(speed: float) -> None:
    copy = alignment.sky(changed(PASSAGE, speed, 0))
    best = max(alignment.segments(copy, WORK), key=lambda one: one.evidence)
    assert best.factor == pytest.approx(speed, abs=0.005)
    assert best.span[1] - best.span[0] > 8 / speed


@pytest.mark.parametrize(("factor", "offset_ms", "is_new"), [(1.1, -500, True), (1.0, 0, False)])
def test_a_vote_is_pursued_where_it_only_crosses_a_segment(
    monkeypatch: pytest.MonkeyPatch, factor: float, offset_ms: float, *, is_new: bool
) -> None:
    found = Segment(9.0, (0.0, 10.0), 1.0, 0.0, 0.5, 0.0)
    pursued: list[votes.Vote] = []

    def grown(copy: alignment.Sky, work: Peaks, vote: votes.Vote, promising: float) -> Segment:
        del copy, work, promising
        pursued.append(vote)
        return found

    first = votes.Vote(Lie(0.0, 1.0, 0.0), 0.0, 10_000.0, 9)
    second = votes.Vote(Lie(0.0, factor, offset_ms), 0.0, 10_000.0, 8)
    monkeypatch.setattr(votes, "by_peaks", lambda *_: [first])
    monkeypatch.setattr(votes, "by_chains", lambda *_: [second])
    monkeypatch.setattr(alignment, "_grown", grown)
    assert list(alignment.segments(alignment.sky(PASSAGE), WORK))
    assert (second in pursued) is is_new
