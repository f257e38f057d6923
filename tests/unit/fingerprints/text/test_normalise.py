"""Normalising: what is folded, what vanishes, and the way back."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.text.normalise import CODE_POINTS, normalise


def folded(text: str) -> str:
    return normalise(text).characters.tobytes().decode("utf-32-le")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("《三國演義》，話說天下大勢。", "三国演义话说天下大势"),
        ("裡裏里、爲為为、衆眾众、着著", "里里里为为为众众众着着"),
        ("ＷＷＷ．ωωω．com", "wwwwwwcom"),
        ("⾨⻔門 ⺟⻅⻢", "门门门母见马"),
        ("天\u200b下\u2060大\u202e势\ufe0f", "天下大势"),
        ("天⊥下♂大÷势☆", "天下大势"),
        ("①②㊀Ⅳ½ ℃ ﬁ", "12一iv12cfi"),
        ("é e\u0301 Ｅ́ ŒUVRE", "eeeœuvre"),
        ("ｶﾞ ガ が か\u3099", "力力かか"),
        ("Рrivеt", "privet"),
        ("한글 한글", "한글한글"),
        ("٣ ३ 3", "333"),
        ("\u3164\u115f\ufffd\ue000\x00", ""),
    ],
)
def test_what_it_folds(written: str, read: str) -> None:
    assert folded(written) == read


def test_offsets_lead_back_to_the_text() -> None:
    text = "「㍿天\u200b下」"
    result = normalise(text)
    assert folded(text) == "株式会社天下"
    assert result.offsets.tolist() == [1, 1, 1, 1, 2, 4]


@given(st.text())
def test_offsets_and_characters_belong_together(text: str) -> None:
    result = normalise(text)
    assert result.characters.size == result.offsets.size
    assert (np.diff(result.offsets) >= 0).all()
    for offset in set(result.offsets.tolist()):
        made = result.characters[result.offsets == offset].tobytes().decode("utf-32-le")
        assert made == folded(text[offset])


@given(st.text())
def test_normalising_again_changes_nothing(text: str) -> None:
    once = folded(text)
    assert folded(once) == once


def test_every_character_is_stable_alone() -> None:
    everything = np.arange(CODE_POINTS, dtype=np.uint32)
    everything = everything[(everything < 0xD800) | (everything > 0xDFFF)]
    once = normalise(everything.tobytes().decode("utf-32-le")).characters
    again = normalise(once.tobytes().decode("utf-32-le")).characters
    assert (once == again).all()


@given(st.text())
def test_composed_and_decomposed_writing_agree(text: str) -> None:
    # Hangul is kept in syllables: text in loose jamo is not met in the wild.
    text = "".join(one for one in text if not 0x1100 <= ord(one) <= 0xD7FF or ord(one) < 0xAC00)
    text = "".join(one for one in text if not "\u1100" <= one <= "\u11ff")
    composed = unicodedata.normalize("NFC", text)
    assert folded(composed) == folded(unicodedata.normalize("NFKD", composed))


def test_lone_surrogates_vanish() -> None:
    assert folded("a\ud800b\udfff") == "ab"
