from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest

from crawlers.discovery.asking import AS, RESULT
from crawlers.discovery.engines import access
from crawlers.discovery.queries import Search, asked_by, queries
from crawlers.discovery.ranking import Ranking
from crawlers.discovery.ranks import rank_of
from crawlers.discovery.templates import template
from crawlers.errors import SearchUnreadable
from crawlers.frontier.contract import Budget
from crawlers.sightings import OFFERED_ON
from crawlers.spiders.base import SHOWN_FACTS, TITLE
from index import grants
from index.documents import Channel, Work, WorkKind
from index.store import StoreLocation, open_store
from tests.responses import page_of

if TYPE_CHECKING:
    from pathlib import Path

    from crawlers.discovery.queries import Asked
    from crawlers.frontier.contract import Discovery
    from crawlers.plan import CrawlPlan
    from index.contract import Records

WORK = Work(
    id="work",
    title="斗破苍穹前传",
    category=WorkKind.LITERATURE,
    holder="甲社",
    registered_at=datetime(2026, 1, 1, tzinfo=UTC),
)
SITE = template("https://s.example/s?q={title}&page={page}")
POSTED = template("POST https://s.example/s q={title}")
BRAVE = access("brave", key="k")
RESULTS = [
    {"url": "https://about.com/", "title": "斗破苍穹前传 影评", "description": ""},
    {"url": "https://licensed.com/1", "title": "斗破苍穹前传 全文", "description": ""},
    {"url": "https://other.com/", "title": "凡人修仙传 全文下载", "description": ""},
    {"url": "https://files.com/1.txt", "title": "斗破苍穹前传 txt 全文下载", "description": "免费"},
    {"url": "https://pan.quark.cn/s/0123456789ab", "title": "斗破苍穹前传", "description": ""},
    {"url": "https://pirate.com/1", "title": "斗破苍穹前传 全文下载", "description": "免费"},
    {"url": "javascript:alert(1)", "title": "斗破苍穹前传", "description": ""},
]
ANSWER = json.dumps({"web": {"results": RESULTS}}).encode()
MARKUP = "".join(f"<a href={one['url']}>{one['title']}</a>" for one in RESULTS)


class Plan:
    """What ranking reads of a plan."""

    channel = Channel.LITERATURE
    priority = 3

    def __init__(self, search: Search | None, budget: Budget) -> None:
        self.search = search
        self.budget = budget


@pytest.fixture
def records(tmp_path: Path) -> Records:
    kept = open_store(StoreLocation(tmp_path)).records
    kept.put(WORK, expect=None)
    grants.record(kept, actor="a", grantor="甲社", grantee="乙", sites=("licensed.com",))
    return kept


def ranked(
    records: Records, body: bytes | str, search: Search, *, budget: Budget | None = None
) -> list[Discovery]:
    (asked, *_) = queries(records, search, Channel.LITERATURE)
    plan = cast("CrawlPlan", Plan(search, budget or Budget()))
    media_type = "application/json" if isinstance(body, bytes) else "text/html"
    page = page_of(body, asked.url, role="query", headers={"Content-Type": media_type})
    return list(Ranking(records, plan).results(page, asked))


def test_the_likeliest_come_first_and_sites_with_permission_last(records: Records) -> None:
    found = ranked(records, ANSWER, Search(engines=(BRAVE,)))
    assert [one.url.partition("://")[2] for one in found[:-1]] == [
        *("files.com/1.txt", "pirate.com/1", "pan.quark.cn/s/0123456789ab", "about.com/"),
        "licensed.com/1",
    ]
    ranks = [rank_of(one.priority) - Plan.priority for one in found[:-1]]
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[-1] == 1
    further: Asked | None = asked_by(found[-1])
    assert further is not None
    assert (further.page, further.via) == (2, "brave")


def test_what_a_result_is_goes_along_with_it(records: Records) -> None:
    engine = {one.url: one for one in ranked(records, ANSWER, Search(engines=(BRAVE,)))}
    file, page = engine["https://files.com/1.txt"], engine["https://pirate.com/1"]
    share = engine["https://pan.quark.cn/s/0123456789ab"]
    assert (file.role, file.referrer, file.depth) == ("media", None, 0)
    assert file.context[OFFERED_ON] == "files.com"
    assert str(file.context[SHOWN_FACTS]).startswith("['found_by:https://api.search.brave.com/")
    assert (page.role, page.context[RESULT], page.context[TITLE]) == (
        *("page", {}, "斗破苍穹前传 全文下载"),
    )
    assert page.referrer is not None
    assert share.context[RESULT] == {AS: "cloudshare"}


def test_a_file_on_a_sites_own_search_is_offered_there(records: Records) -> None:
    by_page = {one.url: one for one in ranked(records, MARKUP, Search(templates=(SITE,)))}
    file = by_page["https://files.com/1.txt"]
    assert OFFERED_ON not in file.context
    assert file.referrer is not None
    assert file.referrer.startswith("https://s.example/s?page=1&q=")
    posted = {one.url: one for one in ranked(records, MARKUP, Search(templates=(POSTED,)))}
    assert posted["https://files.com/1.txt"].referrer is None
    assert "#q=" in str(posted["https://pirate.com/1"].referrer)


def test_where_pages_are_counted_none_are_for_sites_with_permission(records: Records) -> None:
    search = Search(engines=(BRAVE,), pages=1)
    found = ranked(records, ANSWER, search, budget=Budget(max_pages=9))
    assert not [one for one in found if "licensed.com" in one.url]


def test_without_anything_likely_there_is_no_second_page(records: Records) -> None:
    assert ranked(records, "<a href=/x>凡人修仙传</a>", Search(templates=(SITE,))) == []
    assert ranked(records, b'{"web": {"results": []}}', Search(engines=(BRAVE,))) == []


def test_an_answer_that_is_none_is_a_failure_of_its_own(records: Records) -> None:
    with pytest.raises(SearchUnreadable):
        ranked(records, b"<html>captcha", Search(engines=(BRAVE,)))
