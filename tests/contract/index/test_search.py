"""Search by words and by facets, the same in every backend."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from index.contract import Facet, Query
from index.documents import Crawl, Target, Work, WorkKind
from index.errors import InvalidQuery
from index.scan import scan

if TYPE_CHECKING:
    from index.contract import Records
    from index.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def work(id: str, title: str, *, category: str = "literature", **facts: object) -> Work:
    return Work.model_validate(
        {
            "id": id,
            "title": title,
            "category": WorkKind(category),
            "holder": "H",
            "registered_at": NOON,
            **facts,
        }
    )


WORKS = (
    work("1", "三国演义", aliases=("三國志通俗演義", "Romance of the Three Kingdoms")),
    work("2", "红楼梦", creators=("曹雪芹", "高鹗")),
    work("3", "The Café at Night", category="image", creators=("V. van Gogh",)),
    work("4", "ＦＵＬＬ　ＷＩＤＴＨ三国", category="game", creators=("高鹗",)),
    work("5", "三体", aliases=("国演",), category="video"),
)


@pytest.fixture
def records(store: Store) -> Records:
    for one in WORKS:
        store.records.put(one, expect=None)
    return store.records


def found(records: Records, words: str, **where: str) -> list[str]:
    return [one.record.id for one in scan(records, Query(Work, where, words=words))]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("三国演义", ["1"]),
        ("三国", ["1", "4"]),
        ("国演", ["1", "5"]),
        ("三", ["1", "4", "5"]),
        ("梦", ["2"]),
        ("梦红", []),
        ("kingdoms romance", ["1"]),
        ("KINGDOMS 三国", ["1"]),
        ("kingdom", []),
        ("CAFE night", ["3"]),
        ("the", ["1", "3"]),
        ("full width", ["4"]),
        ("三国 无此", []),
        ('"; DROP TABLE works; -- "', []),
        ("* OR (", []),
        ("!!! …", []),
        ("title:三国", []),
    ],
)
def test_what_words_find(records: Records, words: str, expected: list[str]) -> None:
    assert found(records, words) == expected


def test_words_and_fields_narrow_together(records: Records) -> None:
    assert found(records, "三国", category="game") == ["4"]


def test_no_words_find_everything(records: Records) -> None:
    assert found(records, " ") == ["1", "2", "3", "4", "5"]


def test_a_changed_document_is_found_by_its_new_words(records: Records) -> None:
    old = records.get(Work, "2")
    records.put(old.record.model_copy(update={"title": "石头记"}), expect=old.version)
    assert (found(records, "石头"), found(records, "红楼")) == (["2"], [])


def test_a_deleted_document_is_not_found(records: Records) -> None:
    records.delete(Work, "2", expect=records.get(Work, "2").version)
    assert found(records, "红楼") == []


def test_pages_of_what_words_find_follow_each_other(records: Records) -> None:
    query = Query(Work, words="三", order="-id")
    first = records.find(query, limit=2)
    rest = records.find(query, after=first.after, limit=2)
    assert [one.record.id for one in (*first.items, *rest.items)] == ["5", "4", "1"]
    assert rest.after is None


def test_what_has_no_words_is_not_searched_by_them(records: Records) -> None:
    with pytest.raises(InvalidQuery):
        records.find(Query(Crawl, words="三国"))


def test_facets_count_values(records: Records) -> None:
    assert records.facets(Query(Work), "category")[0] == Facet("literature", 2)
    narrowed = records.facets(Query(Work, words="三"), "category")
    assert sorted((one.value, one.count) for one in narrowed) == [
        ("game", 1),
        ("literature", 1),
        ("video", 1),
    ]


def test_facets_of_a_list_count_its_items_and_what_has_none(records: Records) -> None:
    counted = records.facets(Query(Work), "creators")
    assert [(one.value, one.count) for one in counted[:2]] == [(None, 2), ("高鹗", 2)]
    assert len(records.facets(Query(Work), "creators", limit=1)) == 1


def test_facets_of_a_flag_are_true_and_false(records: Records) -> None:
    for paused in (True, False):
        target = Target(id=f"{paused}", name="n", urls=(), paused=paused, created_at=NOON)
        records.put(target, expect=None)
    counted = records.facets(Query(Target), "paused")
    assert {one.value for one in counted} == {True, False}


def test_facets_of_an_unknown_field_are_refused(records: Records) -> None:
    with pytest.raises(InvalidQuery):
        records.facets(Query(Work), "nothing")
