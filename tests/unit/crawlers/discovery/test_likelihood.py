from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawlers.discovery.engines.contract import Found
from crawlers.discovery.forms import form_of
from crawlers.discovery.likelihood import LEAST, LICENSED, likelihood, likeness
from crawlers.discovery.standing import Standing, Standings
from index import grants
from index.documents import Case, CaseState, Channel, Work, WorkKind, content_id
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records

AT = datetime(2026, 1, 1, tzinfo=UTC)


def work(title: str, *aliases: str, author: str = "", holder: str = "甲社") -> Work:
    return Work(
        id=content_id(title),
        title=title,
        category=WorkKind.LITERATURE,
        holder=holder,
        aliases=aliases,
        creators=(author,) if author else (),
        registered_at=AT,
    )


LONG = work("斗破苍穹前传", "Battle Through", author="天蚕土豆")
SHORT = work("活着", author="余华")
LETTER = work("It", author="Stephen King")


def score(
    title: str,
    snippet: str = "",
    url: str = "https://p.example/1",
    standing: Standing = Standing.UNKNOWN,
) -> int:
    return likelihood(
        Found(url, title, snippet),
        likeness(LONG, title, snippet),
        form=form_of(url, Channel.LITERATURE),
        channel=Channel.LITERATURE,
        standing=standing,
    )


@pytest.mark.parametrize(
    ("one", "title", "snippet", "alike"),
    [
        (LONG, "斗破苍穹前传", "", 1.0),
        (LONG, "斗破苍穹前传最新章节_全文免费阅读", "", 1.0),
        (LONG, "斗破苍穹 前传 txt 下载", "", 1.0),
        (LONG, "BATTLE THROUGH epub", "", 1.0),
        (LONG, "battlethroughput benchmarks", "", 0.0),
        (LONG, "小说下载", "本书《斗破苍穹前传》", 0.8),
        (LONG, "小说下载", "斗破苍穹前传", 0.6),
        (LONG, "凡人修仙传", "", 0.0),
        (SHORT, "《活着》 全文", "", 1.0),
        (SHORT, "活着就是希望", "", 0.7),
        (SHORT, "活着 余华", "", 1.0),
        (SHORT, "家常菜谱", "我们都活着", 0.42),
        (LETTER, "kitchen fittings", "", 0.0),
        (LETTER, "make it happen", "", 0.3),
        (LETTER, "Stephen King - It (epub)", "", 1.0),
    ],
)
def test_likeness_goes_by_how_surely_a_title_is_meant(
    one: Work, title: str, snippet: str, alike: float
) -> None:
    assert likeness(one, title, snippet) == pytest.approx(alike, abs=0.01)


def test_likelier_results_rank_higher() -> None:
    ordered = [
        score("《斗破苍穹前传》txt全文下载 百度网盘", standing=Standing.KNOWN_TO_HOLDER),
        score("《斗破苍穹前传》txt全文下载 百度网盘", standing=Standing.KNOWN),
        score("《斗破苍穹前传》txt全文下载 百度网盘"),
        score("斗破苍穹前传 免费"),
        score("斗破苍穹前传"),
        score("斗破苍穹前传 书评"),
        score("斗破苍穹前传 豆瓣 书评", standing=Standing.DISMISSED),
        score("凡人修仙传 txt全文下载"),
    ]
    assert ordered == sorted(ordered, reverse=True)
    assert len(set(ordered)) == len(ordered)
    assert ordered[0] <= 100
    assert ordered[-4] >= LEAST > ordered[-2]
    assert ordered[-1] == 0


def test_sites_with_permission_come_last_whatever_they_say() -> None:
    said = "《斗破苍穹前传》txt全文下载 百度网盘"
    assert score(said, standing=Standing.LICENSED) == LICENSED
    assert score("凡人修仙传", standing=Standing.LICENSED) == 0


def test_what_has_the_form_of_a_copy_ranks_higher() -> None:
    page = score("斗破苍穹前传", url="https://p.example/1.html")
    file = score("斗破苍穹前传", url="https://p.example/1.txt")
    share = score("斗破苍穹前传", url="https://pan.quark.cn/s/0123456789ab")
    assert page < share <= file


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return open_store(StoreLocation(tmp_path)).records


def filed(records: Records, site: str, state: CaseState, holder: str = "甲社") -> None:
    case = Case(
        id=content_id(site, state.value, holder),
        work_id="w",
        title="t",
        category=WorkKind.LITERATURE,
        holder=holder,
        site=site,
        state=state,
        opened_at=AT,
        first_seen=AT,
        last_seen=AT,
    )
    records.put(case, expect=None)


def test_a_site_stands_by_its_cases_and_grants(records: Records) -> None:
    filed(records, "pirate.example", CaseState.LEAD)
    filed(records, "others.example", CaseState.CONFIRMED, holder="乙社")
    filed(records, "honest.example", CaseState.DISMISSED)
    filed(records, "honest.example", CaseState.DISMISSED, holder="乙社")
    filed(records, "honest.example", CaseState.LEAD, holder="丙社")
    grants.record(records, actor="a", grantor="甲社", grantee="乙网", sites=("licensed.example",))
    grants.record(
        records,
        actor="a",
        grantor="甲社",
        grantee="丁网",
        sites=("was.example",),
        ends_at=datetime.now(UTC) - timedelta(days=1),
    )
    grants.record(records, actor="a", grantor="甲社", grantee="戊公司")  # names no site
    standings = Standings(records)
    assert {
        site: standings.of(f"https://{site}/1", LONG)
        for site in ("pirate.example", "others.example", "honest.example", "new.example",
                     "licensed.example", "was.example")
    } == {
        "pirate.example": Standing.KNOWN_TO_HOLDER,
        "others.example": Standing.KNOWN,
        "honest.example": Standing.DISMISSED,
        "new.example": Standing.UNKNOWN,
        "licensed.example": Standing.LICENSED,
        "was.example": Standing.UNKNOWN,
    }  # fmt: skip
    assert standings.of("https://licensed.example/", work("x", holder="乙社")) is Standing.UNKNOWN
