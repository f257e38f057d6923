from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.discovery.engines import access
from crawlers.discovery.errors import EngineNotSet, UnknownEngine, UnknownScope
from crawlers.discovery.queries import Search, asked_by, next_page, queries
from crawlers.discovery.scope import scope_named, works_sought
from crawlers.discovery.templates import template
from crawlers.discovery.words import titles_alone, titles_of, titles_with_words
from index.documents import Channel, Work, WorkKind, work_id
from index.errors import NotFound
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records

SITE = template("https://a.example/s?q={title}&page={page}")
BRAVE = access("brave", key="k")
BAIDU = access("baidu", key="k")


def work(
    title: str,
    kind: WorkKind = WorkKind.LITERATURE,
    *,
    holder: str = "甲社",
    aliases: tuple[str, ...] = (),
    creators: tuple[str, ...] = (),
) -> Work:
    return Work(
        id=work_id(kind, title, holder),
        title=title,
        category=kind,
        holder=holder,
        aliases=aliases,
        creators=creators,
        registered_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


BOOK = work("三体", aliases=("三體", "The Three-Body Problem", "三体 "), creators=("刘慈欣",))
FILM = work("流浪地球", WorkKind.VIDEO, holder="乙社")
SONG = work("晴天", WorkKind.MUSIC)


@pytest.fixture
def records(tmp_path: Path) -> Records:
    kept = open_store(StoreLocation(tmp_path)).records
    for day, one in enumerate((BOOK, FILM, SONG)):
        at = one.registered_at + timedelta(days=day)
        kept.put(one.model_copy(update={"registered_at": at}), expect=None)
    return kept


def test_titles_and_aliases_are_asked_for_once_each() -> None:
    assert titles_of(BOOK) == ("三体", "三體", "The Three-Body Problem")
    assert [one.text for one in titles_alone(BOOK)] == [
        *("三体", "三體", "The Three-Body Problem"),
    ]


def test_the_web_is_asked_with_words_of_offers_and_short_titles_with_their_author() -> None:
    assert [one.text for one in titles_with_words(BOOK)] == [
        *("三体 刘慈欣", "三体 刘慈欣 免费阅读", "三体 刘慈欣 txt 下载", "三体 刘慈欣 百度网盘"),
        *("三体 刘慈欣 epub", "三體 刘慈欣 免费阅读", "The Three-Body Problem 免费阅读"),
    ]
    assert [one.text for one in titles_with_words(FILM)][:2] == ["流浪地球", "流浪地球 在线观看"]


def sought(
    records: Records,
    *scopes: str,
    keys: tuple[str, ...] = (),
    channel: Channel = Channel.WEB,
    skip: int = 0,
) -> list[str]:
    found = works_sought(records, scopes, keys, channel, skip=skip)
    return [one.work.title for one in found]


def test_scopes_say_which_works_and_key_works_come_first(records: Records) -> None:
    assert sought(records) == ["三体", "流浪地球", "晴天"]
    assert sought(records, "all", keys=(SONG.id,)) == ["晴天", "三体", "流浪地球"]
    assert sought(records, "key", keys=(SONG.id, "withdrawn")) == ["晴天"]
    assert sought(records, "kind:video", "holder:甲社") == ["流浪地球", "三体", "晴天"]
    assert sought(records, FILM.id) == ["流浪地球"]
    assert sought(records, FILM.id, keys=(SONG.id,)) == ["流浪地球"]
    assert sought(records, FILM.id, SONG.id, keys=(SONG.id,)) == ["晴天", "流浪地球"]
    assert sought(records, "holder:nobody") == []


def test_a_channel_is_of_some_kinds_of_works(records: Records) -> None:
    assert sought(records, channel=Channel.VIDEO) == ["流浪地球"]
    assert sought(records, "holder:甲社", channel=Channel.MUSIC) == ["晴天"]
    assert sought(records, "kind:music", channel=Channel.VIDEO) == ["晴天"]


def test_crawl_after_crawl_begins_further_on(records: Records) -> None:
    assert sought(records, skip=2) == ["晴天", "三体", "流浪地球"]
    assert sought(records, skip=4, keys=(BOOK.id,)) == ["三体", "流浪地球", "晴天"]


def test_scopes_are_checked_and_completed(records: Records) -> None:
    assert scope_named(records, "kind:music") == "kind:music"
    assert scope_named(records, BOOK.id[:8]) == BOOK.id
    for wrong in ("kind:poem", "holder: ", "site:a"):
        with pytest.raises(UnknownScope):
            scope_named(records, wrong)
    with pytest.raises(NotFound):
        scope_named(records, "nosuchwork")


def test_queries_are_in_order_of_key_works_and_promise(records: Records) -> None:
    search = Search(templates=(SITE,), engines=(BRAVE,), key_works=(SONG.id,), most_queries=9)
    asked = queries(records, search, Channel.WEB)
    assert [(one.words, one.via[:5], one.rank) for one in asked] == [
        *(("晴天", "https", 95), ("晴天", "brave", 95), ("晴天 mp3 下载", "brave", 90)),
        *(("晴天 无损 下载", "brave", 85), ("晴天 百度网盘", "brave", 80)),
        *(("三体", "https", 65), ("三体 刘慈欣", "brave", 65), ("流浪地球", "https", 65)),
        ("流浪地球", "brave", 65),
    ]
    assert len({one.url for one in asked}) == 9


def test_a_query_comes_back_from_the_frontier_as_it_was(records: Records) -> None:
    search = Search(templates=(SITE,), engines=(BRAVE, BAIDU))
    for asked in queries(records, search, Channel.WEB):
        found = asked.discovery(3)
        assert json.loads(json.dumps(dict(found.context))) == found.context
        assert asked_by(found) == asked
        assert (found.role, found.priority, found.depth) == ("query", 10 * (asked.rank + 3), 0)
        assert "k" not in str(found.context.get("key", ""))


def test_further_pages_are_asked_for_as_far_as_is_said(records: Records) -> None:
    search = Search(templates=(SITE,), engines=(BRAVE, BAIDU), works=(FILM.id,), pages=3)
    first = {one.via: one for one in reversed(queries(records, search, Channel.WEB))}
    second = next_page(first["brave"], search)
    assert second is not None
    assert parse_qs(urlsplit(second.url).query)["offset"] == ["1"]
    assert second.rank < first["brave"].rank
    third = next_page(second, search)
    assert third is not None
    assert next_page(third, search) is None
    assert next_page(first["baidu"], search) is None  # it has no second page
    site = next_page(first[SITE.text], search)
    assert site is not None
    assert site.url.endswith("page=2&q=%E6%B5%81%E6%B5%AA%E5%9C%B0%E7%90%83")
    single = Search(templates=(template("https://a.example/?q={title}"),), works=(FILM.id,))
    (only,) = queries(records, single, Channel.WEB)
    assert next_page(only, single) is None


def test_what_is_posted_to_one_address_differs_in_its_fragment(records: Records) -> None:
    posting = template("POST https://a.example/s q={title:gbk}")
    search = Search(templates=(posting,), engines=(BAIDU,), works=(SONG.id, FILM.id))
    asked = queries(records, search, Channel.WEB)
    assert len({one.url for one in asked}) == len(asked)
    assert {one.url.partition("#")[0] for one in asked} == {"https://a.example/s", BAIDU.address}
    assert {json.loads(one.body)["messages"][0]["content"] for one in asked if one.is_engine} > {
        "晴天"
    }


def test_engines_that_are_not_set_up_are_named() -> None:
    with pytest.raises(UnknownEngine, match="baidu, bing"):
        access("altavista")
    with pytest.raises(EngineNotSet, match=r"search\.keys: brave"):
        access("brave")
    with pytest.raises(EngineNotSet, match=r"search\.ids: google"):
        access("google", key="k")
    with pytest.raises(EngineNotSet, match=r"search\.addresses: searxng"):
        access("searxng")
    assert access("searxng", address="https://s.example").header is None
    assert access("baidu", key="k").header == ("Authorization", "Bearer k")
    assert "secret" not in repr(access("brave", key="secret"))
