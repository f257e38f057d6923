from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from index import grants
from index.contract import Query
from index.documents import Event, Work, WorkKind
from index.errors import Conflict
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://read.example.com/1"


def work(id: str = "w", holder: str = "H") -> Work:
    return Work(id=id, title="t", category=WorkKind.LITERATURE, holder=holder, registered_at=NOON)


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return open_store(StoreLocation(tmp_path)).records


def grant(records: Records, **facts: object) -> str:
    return grants.record(records, actor="a", **{"grantor": "H", "grantee": "G"} | facts).id


def covers(
    records: Records,
    *,
    at: datetime = NOON,
    url: str = URL,
    of: Work | None = None,
    place: str = "",
) -> bool:
    found = grants.covering_grant(records, of or work(), url=url, seen_at=at, place=place)
    return found is not None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, True),
        ({"grantor": "another"}, False),
        ({"grantor": " ｈ "}, True),
        ({"right": "复制权"}, False),
        ({"works": ("w", "x")}, True),
        ({"works": ("x",)}, False),
        ({"sites": ("example.com",)}, True),
        ({"sites": ("other.com",)}, False),
        ({"starts_at": NOON}, True),
        ({"starts_at": NOON + DAY}, False),
        ({"ends_at": NOON}, False),
        ({"ends_at": NOON + DAY}, True),
        ({"sites": ("example.com",), "works": ("w",), "starts_at": NOON - DAY}, True),
    ],
)
def test_what_a_grant_covers(records: Records, facts: dict[str, object], expected: bool) -> None:  # noqa: FBT001
    grant(records, **facts)
    assert covers(records) is expected


def test_a_revoked_grant_covered_what_was_seen_before(records: Records) -> None:
    id = grant(records)
    assert covers(records, at=datetime.now(UTC))
    revoked = grants.revoke(records, id, actor="a", reason="unpaid")
    assert revoked.revoked_at is not None
    assert not covers(records, at=revoked.revoked_at)
    assert covers(records, at=revoked.revoked_at - DAY)
    with pytest.raises(Conflict):
        grants.revoke(records, id, actor="a", reason="again")


def test_the_same_grant_is_recorded_once_but_again_after_revocation(records: Records) -> None:
    first = grant(records)
    assert grant(records) == first
    grants.revoke(records, first, actor="a", reason="r")
    second = grant(records)
    assert second != first
    assert covers(records, at=datetime.now(UTC))


def test_each_step_is_in_the_audit_trail(records: Records) -> None:
    id = grant(records)
    grants.revoke(records, id, actor="boss", reason="unpaid")
    page = records.find(Query(Event, {"subject_id": id}, order="at"))
    told = [(one.record.verb, one.record.actor) for one in page.items]
    assert told == [("grant_recorded", "a"), ("grant_revoked", "boss")]


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("weibo.com", True),
        ("weibo.com/u/1", True),
        ("weibo.com/u/2", False),
        ("sinaimg.cn", True),
        ("example.com", False),
    ],
)
def test_a_grant_covers_where_a_work_is_offered_or_lies(
    records: Records,
    site: str,
    expected: bool,  # noqa: FBT001
) -> None:
    grant(records, sites=(site,))
    url = "https://wx1.sinaimg.cn/large/a.jpg"
    assert covers(records, url=url, place="weibo.com/u/1") is expected
