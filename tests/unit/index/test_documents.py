from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from index.documents import RECORDS, Record, Work, WorkKind, content_id, work_id

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.kind)
def test_every_field_says_what_it_means_in_both_languages(kind: type[Record]) -> None:
    meanings = kind.meanings()
    assert list(meanings) == list(kind.model_fields)
    for meaning in meanings.values():
        assert meaning.english.isascii()
        assert not meaning.chinese.isascii()


def test_kinds_are_named_differently() -> None:
    assert len({kind.kind for kind in RECORDS}) == len(RECORDS)


def test_content_ids_are_framed() -> None:
    assert content_id("ab", "c") != content_id("a", "bc")
    assert len(content_id("x")) == 20


def test_the_same_work_whatever_the_width_and_spacing() -> None:
    one = work_id(WorkKind.LITERATURE, "Ｔhe  Title", "Holder")
    assert one == work_id(WorkKind.LITERATURE, "the title ", "HOLDER")
    assert one != work_id(WorkKind.MUSIC, "the title", "holder")
    assert one != work_id(WorkKind.LITERATURE, "the title", "another")


def test_moments_are_in_utc_and_never_naive() -> None:
    facts = {"id": "w", "title": "t", "category": "music", "holder": "h"}
    local = datetime(2026, 3, 1, 8, tzinfo=SHANGHAI)
    assert Work(**facts, registered_at=local).registered_at == datetime(2026, 3, 1, tzinfo=UTC)
    with pytest.raises(ValidationError):
        Work(**facts, registered_at=datetime(2026, 3, 1, 8))  # noqa: DTZ001
