from __future__ import annotations

import pytest

from console.places import clock, place


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.0, "0:00:00.0"), (65.44, "0:01:05.4"), (59.96, "0:01:00.0"), (3725.4, "1:02:05.4")],
)
def test_clock_times(seconds: float, expected: str) -> None:
    assert clock(seconds) == expected


def test_places_are_said_in_the_unit_of_the_modality() -> None:
    assert place("text", (12.0, 1_234_567.0)) == "[12, 1234567)"
    assert place("image", (0.0, 1.0)) == "p. 1"
    assert place("image", (4.0, 9.0)) == "pp. 5–9"


def test_a_modality_of_a_newer_version_is_no_stumbling_block() -> None:
    assert place("scent", (1.0, 2.5)) == "[1, 2.5)"
