from __future__ import annotations

import pytest

from console.places import place


@pytest.mark.parametrize(
    ("modality", "span", "said"),
    [
        ("text", (120.0, 360.0), "[120, 360)"),
        ("text", (1_234_567.0, 2_345_678.0), "[1234567, 2345678)"),
        ("audio", (61.5, 3725.4), "0:01:01.5–1:02:05.4"),
        ("image", (0.0, 1.0), "p. 1"),
        ("image", (2.0, 5.0), "pp. 3–5"),
        ("gone", (0.0, 1.0), "[0, 1)"),
    ],
)
def test_places_are_told_in_the_unit_of_the_modality(
    modality: str, span: tuple[float, float], said: str
) -> None:
    assert place(modality, span) == said


def test_a_member_of_an_archive_comes_first() -> None:
    assert place("audio", (0.0, 9.0), member="cd 2.zip/03.mp3").startswith("cd 2.zip/03.mp3 · 0:00")


def test_of_a_program_the_kind_of_content_is_told() -> None:
    assert place("app", (0.2, 0.26), content="strings") == "代码中的字符串 words in the code"
    assert place("app", (0.2, 0.26), content="of a later version") == "of a later version"
