"""What every backend of `Records` must do."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from index.contract import Cursor, Query, R, Range, Version
from index.documents import Event, Grant, Target, Work, WorkKind, content_id
from index.errors import Ambiguous, Conflict, InvalidQuery, NotFound
from index.scan import scan
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from index.contract import Records
    from index.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def work(id: str, title: str = "三国演义", **facts: object) -> Work:
    return Work.model_validate(
        {
            "id": id,
            "title": title,
            "category": WorkKind.LITERATURE,
            "holder": "罗贯中",
            "registered_at": NOON,
            **facts,
        }
    )


def grant(id: str, *, ends_at: datetime | None = None) -> Grant:
    return Grant(
        id=id, grantor="G", grantor_key="g", grantee="h", recorded_at=NOON, ends_at=ends_at
    )


def event(id: str, subject: str = "w", verb: str = "seen") -> Event:
    return Event(
        id=id,
        at=NOON,
        actor="tester",
        verb=verb,
        subject_kind="works",
        subject_id=subject,
        details={"n": 1, "words": "一\u0000二"},
    )


@pytest.fixture
def records(store: Store) -> Records:
    return store.records


def test_what_was_put_is_got_unchanged(records: Records) -> None:
    original = work("w1", title='<b>"三国"\u0000\n演义 🐉', aliases=("a", "乙"))
    records.put(original, expect=None)
    assert records.get(Work, "w1").record == original


def test_unknown_id_is_not_found(records: Records) -> None:
    with pytest.raises(NotFound) as caught:
        records.get(Work, "nothing")
    assert (caught.value.kind, caught.value.id) == ("works", "nothing")


def test_a_new_document_must_be_new(records: Records) -> None:
    records.put(work("w1"), expect=None)
    with pytest.raises(Conflict):
        records.put(work("w1", title="other"), expect=None)
    assert records.get(Work, "w1").record.title == "三国演义"


def test_a_version_is_replaced_once(records: Records) -> None:
    first = records.put(work("w1"), expect=None)
    second = records.put(work("w1", title="second"), expect=first)
    with pytest.raises(Conflict):
        records.put(work("w1", title="late"), expect=first)
    stored = records.get(Work, "w1")
    assert (stored.record.title, stored.version) == ("second", second)


def test_a_document_that_is_gone_is_not_replaced(records: Records) -> None:
    with pytest.raises(Conflict):
        records.put(work("w1"), expect=Version("1"))


def test_several_are_got_at_once_those_that_are_there(records: Records) -> None:
    versions = {id: records.put(work(id), expect=None) for id in ("a", "b")}
    got = records.get_all(Work, ["b", "gone", "a"])
    assert {id: one.version for id, one in got.items()} == versions
    assert {id: one.record for id, one in got.items()} == {"a": work("a"), "b": work("b")}
    assert records.get_all(Work, []) == {}


def test_several_are_put_at_once_each_for_itself(records: Records) -> None:
    first = records.put(work("changes"), expect=None)
    records.put(work("changes", "one"), expect=first)
    second = records.put(work("stands"), expect=None)
    gone = records.put(work("gone"), expect=None)
    records.delete(Work, "gone", expect=gone)
    outcomes = records.put_all(
        [
            (work("new"), None),
            (work("changes", "two"), first),
            (work("stands", "two"), second),
            (work("gone"), gone),
            (grant("g"), None),
        ]
    )
    assert [isinstance(one, Conflict) for one in outcomes] == [False, True, False, True, False]
    stored = records.get_all(Work, ["new", "changes", "stands", "gone"])
    assert {id: one.record.title for id, one in stored.items()} == {
        "new": "三国演义",
        "changes": "one",
        "stands": "two",
    }
    assert outcomes[2] == records.get(Work, "stands").version
    assert records.get(Grant, "g").version == outcomes[4]
    (again,) = records.put_all([(work("new"), None)])
    assert isinstance(again, Conflict)
    assert records.put_all([]) == []


def test_events_are_not_put_among_several(records: Records) -> None:
    with pytest.raises(TypeError):
        records.put_all([(work("w"), None), (event("e"), None)])
    assert records.count(Query(Work)) == 0


def test_delete_wants_the_version(records: Records) -> None:
    first = records.put(work("w1"), expect=None)
    second = records.put(work("w1", title="second"), expect=first)
    with pytest.raises(Conflict):
        records.delete(Work, "w1", expect=first)
    records.delete(Work, "w1", expect=second)
    with pytest.raises(NotFound):
        records.delete(Work, "w1", expect=second)


def test_kinds_do_not_mix(records: Records) -> None:
    records.put(work("same"), expect=None)
    records.put(
        Target(id="same", name="n", urls=("https://example.com/",), created_at=NOON), expect=None
    )
    assert records.get(Work, "same").record.title == "三国演义"
    assert records.get(Target, "same").record.name == "n"


def test_find_by_equality_choice_and_missing(records: Records) -> None:
    for number in range(6):
        records.put(work(f"w{number}", title=f"t{number % 2}"), expect=None)
    records.put(
        Grant(id="open", grantor="g", grantor_key="g", grantee="h", recorded_at=NOON), expect=None
    )
    records.put(
        Grant(
            id="ended", grantor="g", grantor_key="g", grantee="h", recorded_at=NOON, ends_at=NOON
        ),
        expect=None,
    )
    assert ids(records, Query(Work, {"title": "t1"})) == ["w1", "w3", "w5"]
    assert len(ids(records, Query(Work, {"title": ("t0", "t1")}))) == 6
    assert ids(records, Query(Grant, {"ends_at": None})) == ["open"]
    assert ids(records, Query(Grant, {"ends_at": (None, "x")})) == ["open"]
    assert ids(records, Query(Work, {"title": ()})) == []


def test_find_in_a_list(records: Records) -> None:
    records.put(work("w1", aliases=("red", "blue")), expect=None)
    records.put(work("w2", aliases=("blue",)), expect=None)
    records.put(work("w3"), expect=None)
    assert ids(records, Query(Work, {"aliases": "blue"})) == ["w1", "w2"]
    assert ids(records, Query(Work, {"aliases": ("red", "green")})) == ["w1"]
    assert ids(records, Query(Work, {"aliases": None})) == ["w3"]


def test_find_in_a_range_of_time_whatever_the_offset(records: Records) -> None:
    for hour in range(5):
        records.put(work(f"w{hour}", registered_at=NOON + timedelta(hours=hour)), expect=None)
    since = (NOON + timedelta(hours=1)).astimezone()
    between = Range(since, NOON + timedelta(hours=3))
    assert ids(records, Query(Work, {"registered_at": between})) == ["w1", "w2"]
    assert ids(records, Query(Work, {"registered_at": Range(below=since)})) == ["w0"]


@pytest.mark.parametrize(
    "order", ["id", "-id", "title", "-title", "-registered_at", "registered_at"]
)
def test_pages_give_everything_once_in_order(records: Records, order: str) -> None:
    for number in range(23):
        records.put(
            work(
                f"w{number:02}",
                title=f"t{number % 3}",
                registered_at=NOON + timedelta(seconds=number // 4),
            ),
            expect=None,
        )
    query = Query(Work, order=order)
    paged, after = [], None
    while True:
        page = records.find(query, after=after, limit=5)
        paged += [stored.record for stored in page.items]
        after = page.after
        if after is None:
            break
    name = order.lstrip("-")
    keys = [(getattr(record, name), record.id) for record in paged]
    assert len(paged) == 23
    assert keys == sorted(keys, reverse=order.startswith("-"))


@pytest.mark.parametrize("order", ["ends_at", "-ends_at"])
def test_pages_pass_over_missing_values(records: Records, order: str) -> None:
    for number in range(8):
        ends = NOON + timedelta(days=number) if number % 2 else None
        records.put(
            Grant(
                id=f"g{number}",
                grantor="g",
                grantor_key="g",
                grantee="h",
                recorded_at=NOON,
                ends_at=ends,
            ),
            expect=None,
        )
    query = Query(Grant, order=order)
    seen, after = [], None
    while True:
        page = records.find(query, after=after, limit=3)
        seen += [stored.record.id for stored in page.items]
        after = page.after
        if after is None:
            break
    assert sorted(seen) == [f"g{number}" for number in range(8)]


def test_a_page_does_not_move_when_documents_come(records: Records) -> None:
    for number in range(0, 10, 2):
        records.put(work(f"w{number}"), expect=None)
    page = records.find(Query(Work), limit=3)
    records.put(work("w1"), expect=None)
    rest = records.find(Query(Work), after=page.after, limit=10)
    assert [stored.record.id for stored in rest.items] == ["w6", "w8"]


def test_count(records: Records) -> None:
    for number in range(7):
        records.put(work(f"w{number}", title=f"t{number % 2}"), expect=None)
    assert records.count(Query(Work)) == 7
    assert records.count(Query(Work, {"title": "t0"})) == 4


def test_unknown_fields_and_cursors_are_refused(records: Records) -> None:
    for query in (Query(Work, {"nonsense": 1}), Query(Work, order="x'; DROP TABLE works")):
        with pytest.raises(InvalidQuery):
            records.find(query)
    with pytest.raises(InvalidQuery):
        records.find(Query(Work), after=Cursor("rubbish"))
    records.put(work("w1"), expect=None)
    records.put(work("w2"), expect=None)
    after = records.find(Query(Work), limit=1).after
    with pytest.raises(InvalidQuery):
        records.find(Query(Grant), after=after)


def test_shortened_ids(records: Records) -> None:
    for id in ("abcd", "abce", "b", "bb"):
        records.put(work(id), expect=None)
    assert records.resolve(Work, "abcd") == "abcd"
    assert records.resolve(Work, "abcd"[:4]) == "abcd"
    assert records.resolve(Work, "b") == "b"
    with pytest.raises(Ambiguous):
        records.resolve(Work, "ab")
    for missing in ("", "zz", "a%", "ab_d"):
        with pytest.raises(NotFound):
            records.resolve(Work, missing)


def test_events_are_appended_once_and_never_put(records: Records) -> None:
    records.append(event("e1"))
    records.append(event("e1", verb="changed"))
    assert records.get(Event, "e1").record == event("e1")
    with pytest.raises(TypeError):
        records.put(event("e2"), expect=None)


def test_events_come_with_their_document_or_not_at_all(records: Records) -> None:
    records.put(work("w1"), expect=None, events=(event("e1"),))
    with pytest.raises(Conflict):
        records.put(work("w1"), expect=None, events=(event("e2"),))
    assert ids(records, Query(Event, {"subject_id": "w"})) == ["e1"]


def test_a_second_opening_sees_what_the_first_stored(location: StoreLocation) -> None:
    open_store(location).records.put(work("w1"), expect=None)
    assert open_store(location).records.get(Work, "w1").record == work("w1")


def test_many_writers_lose_no_update(location: StoreLocation) -> None:
    open_store(location).records.put(work("shared"), expect=None)
    writers = [
        multiprocessing.get_context("spawn").Process(target=_add_aliases, args=(location, name))
        for name in ("x", "y", "z")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    records = open_store(location).records
    assert len(records.get(Work, "shared").record.aliases) == 60
    assert records.count(Query(Event, {"subject_id": "shared"})) == 60


def _add_aliases(location: StoreLocation, name: str) -> None:
    records = open_store(location).records
    for number in range(20):
        while True:
            stored = records.get(Work, "shared")
            alias = f"{name}{number}"
            changed = stored.record.model_copy(update={"aliases": (*stored.record.aliases, alias)})
            told = event(content_id("event", alias), subject="shared")
            try:
                records.put(changed, expect=stored.version, events=(told,))
            except Conflict:
                continue
            break


def ids(records: Records, query: Query[R]) -> list[str]:
    return [stored.record.id for stored in scan(records, query)]


def test_many_open_a_new_store_at_once(location: StoreLocation) -> None:
    openers = [
        multiprocessing.get_context("spawn").Process(target=_open_often, args=(location,))
        for _ in range(3)
    ]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join()
    assert [opener.exitcode for opener in openers] == [0, 0, 0]


def _open_often(location: StoreLocation) -> None:
    for number in range(40 if location.elasticsearch is None else 3):
        assert open_store(_fresh(location, number)).records.count(Query(Work)) == 0


def _fresh(location: StoreLocation, number: int) -> StoreLocation:
    if location.elasticsearch is None:
        return StoreLocation(location.data / str(number))
    prefix = f"{location.elasticsearch.prefix}-{number}"
    return replace(location, elasticsearch=replace(location.elasticsearch, prefix=prefix))
