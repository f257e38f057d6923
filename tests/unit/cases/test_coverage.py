from __future__ import annotations

import itertools
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cases.coverage import share, united
from index.documents import Covered, Medium, Work, WorkKind


def covered(*stretches: tuple[float, float], medium: str = "m") -> list[Covered]:
    modality = modality_of(medium)
    return [
        Covered(medium=medium, modality=modality, start=start, end=end) for start, end in stretches
    ]


def modality_of(medium: str) -> str:
    return "image" if medium.startswith("page") else "text"


def work(**extents: float) -> Work:
    return Work(
        id="w",
        title="t",
        category=WorkKind.LITERATURE,
        holder="h",
        registered_at=datetime(2026, 1, 1, tzinfo=UTC),
        media=tuple(
            Medium(
                sha256=name,
                filename=name,
                media_type="text/plain",
                modality=modality_of(name),
                version=1,
                size_bytes=1,
                parts=1,
                extent=extent,
            )
            for name, extent in extents.items()
        ),
    )


def test_what_overlaps_or_touches_is_joined() -> None:
    joined = united(covered((5, 9), (0, 3), (3, 4), (8, 12)))
    assert [(one.start, one.end) for one in joined] == [(0, 4), (5, 12)]


def test_media_stay_apart() -> None:
    both = united([*covered((0, 5), medium="a"), *covered((3, 6), medium="b")])
    assert [(one.medium, one.start, one.end) for one in both] == [("a", 0, 5), ("b", 3, 6)]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=12))
def test_united_covers_the_same_points(stretches: list[tuple[int, int]]) -> None:
    pieces = [(start, start + length) for start, length in stretches]
    joined = united(covered(*pieces))
    points = {point for start, end in pieces for point in range(start, end)}
    assert {point for one in joined for point in range(int(one.start), int(one.end))} == points
    assert united(joined) == joined
    assert all(a.end < b.start for a, b in itertools.pairwise(joined))


def test_share_of_several_media() -> None:
    assert share(work(one=100, two=300), covered((0, 100), medium="two")) == 0.25


def test_the_largest_share_of_any_modality_counts() -> None:
    both = work(text=100, page1=1, page2=1)
    found = [*covered((0, 10), medium="text"), *covered((0, 1), medium="page1")]
    assert share(both, found) == 0.5


def test_more_than_all_is_all() -> None:
    assert share(work(m=10), covered((0, 12))) == 1.0
    assert share(work(), covered((0, 12))) == 0.0
