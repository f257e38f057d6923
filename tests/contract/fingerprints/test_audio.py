"""The audio modality keeps the contract, on made-up music in real codecs."""

from __future__ import annotations

import numpy as np
import pytest

from fingerprints.audio import AudioModality
from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable
from tests.contract.fingerprints.suite import ModalitySuite, NearDuplicate, Refused, Sample
from tests.unit.fingerprints.audio.sound import cut, encoded, faster, music, noisy, wav

SONG, TUNE, LONG = music(1, 30), music(2, 25), music(3, 150)
FIVE = cut(SONG, 12, 5)


class TestAudio(ModalitySuite):
    modality = AudioModality()
    symmetric = False  # a copy is asked by more of its peaks than a work is registered by

    originals = (
        Sample("song", wav(SONG), "audio/wav"),
        Sample("tune", encoded(TUNE, "ogg", "flac"), "audio/ogg"),
        Sample("long", encoded(LONG, "mp3", "libmp3lame"), "audio/mpeg"),
    )
    near_duplicates = (
        NearDuplicate("5 s as mp3", Sample("5 s", encoded(FIVE, "mp3", "libmp3lame")), of="song"),
        NearDuplicate("opus", Sample("opus", encoded(cut(TUNE, 5, 12), "ogg", "libopus")), "tune"),
        NearDuplicate("noise", Sample("noisy", wav(noisy(cut(SONG, 3, 12), 10))), of="song"),
        NearDuplicate("faster", Sample("faster", wav(faster(cut(LONG, 80, 15), 1.2))), of="long"),
        NearDuplicate("slower", Sample("slower", wav(faster(cut(LONG, 50, 12), 0.85))), of="long"),
        NearDuplicate(
            "the sound of a film",
            Sample("film", encoded(cut(TUNE, 2, 20), "mp4", "aac", picture=True), "video/mp4"),
            of="tune",
        ),
    )
    strangers = (
        Sample("other music", wav(music(4, 20))),
        Sample("noise alone", wav(noisy(music(5, 20) * 0.001, -40))),
    )
    refused = (
        Refused(Sample("nothing", b""), Undecodable),
        Refused(Sample("text", b"no sound at all, only words. " * 50, "audio/mpeg"), Undecodable),
        Refused(Sample("silence", wav(np.zeros(220_500))), NothingToPrint),
        Refused(Sample("too short", wav(cut(SONG, 0, 0.5))), NothingToPrint),
        Refused(Sample("too long", wav(SONG)), TooLarge, Limits(duration_s=29.5)),
    )

    def test_spans_say_where_it_comes_from(self) -> None:
        copy = self.extract(Sample("", wav(cut(LONG, 61.7, 15))))
        (span,) = self.modality.verify(copy, self.extract(self.originals[2])).spans
        assert np.allclose(span.copy, (0, 15), atol=0.5)
        assert np.allclose(np.subtract(span.work, span.copy), 61.7, atol=0.2)

    def test_spans_say_how_much_faster_it_is_played(self) -> None:
        copy = self.extract(Sample("", wav(faster(cut(LONG, 80, 20), 1.15))))
        (span,) = self.modality.verify(copy, self.extract(self.originals[2])).spans
        factor = (span.work[1] - span.work[0]) / (span.copy[1] - span.copy[0])
        assert factor == pytest.approx(1.15, rel=0.01)

    def test_a_medley_has_a_span_for_each_stretch(self) -> None:
        stretches = (cut(LONG, 100, 12), cut(TUNE, 3, 12), cut(LONG, 20, 12))
        copy = self.extract(Sample("", wav(np.concatenate(stretches))))
        spans = self.modality.verify(copy, self.extract(self.originals[2])).spans
        assert [round(span.work[0] - span.copy[0]) for span in spans] == [100, -4]
        assert spans[0].copy == pytest.approx((0, 12), abs=1.5)
        assert spans[1].copy == pytest.approx((24, 36), abs=1.5)

    def test_a_minute_costs_few_terms(self) -> None:
        printed = self.extract(self.originals[2])
        assert sum(part.terms.size for part in printed.parts) < 1500 * printed.extent / 55
        assert sum(len(part.signature) for part in printed.parts) < 24_000 * printed.extent / 55
