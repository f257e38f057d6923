"""Searches on the command line: what is said, changed, previewed and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawlers.schedule.watch import Watch
from index.documents import Work, WorkKind, now
from tests.integration.test_schedule_commands import Desk

if TYPE_CHECKING:
    from pathlib import Path

SEARCH = "https://s.example/s?q={title:gbk}&page={page}"
POSTED = "POST https://f.example/search.php   key={title}"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    for title, kind in (("三体", WorkKind.LITERATURE), ("流浪地球", WorkKind.VIDEO)):
        work = Work(id=title, title=title, category=kind, holder="甲", registered_at=now())
        made.records.put(work, expect=None)
    return made


def test_a_search_is_a_target_like_any_other(desk: Desk) -> None:
    (target,) = desk.do(
        *("targets", "add", "--search", SEARCH, "--search", POSTED, "--works", "holder:甲"),
        *("--works", "三体", "--search-pages", "5", "--search-depth", "0", "--channel", "web"),
    )
    assert target["urls"] == []
    assert target["name"] == SEARCH
    assert target["searches"] == [SEARCH, "POST https://f.example/search.php key={title}"]
    assert target["search_works"] == ["holder:甲", "三体"]
    assert (target["search_pages"], target["search_depth"]) == (5, 0)
    assert desk.ask("targets", "add", "--search", SEARCH, "--works", "holder:甲").code == 0
    again = desk.ask("targets", "add", "--search", SEARCH, "--works", "holder:甲")
    assert again.code == 5
    assert "s.example" in desk.ask("targets", "list").out
    (crawl,) = desk.do("targets", "run", target["id"])
    assert crawl["searches"] == target["searches"]
    assert "s.example" in desk.ask("crawls", "list").out
    (edited,) = desk.do("targets", "edit", target["id"], "--search", SEARCH, "--works", "key")
    assert (edited["searches"], edited["search_works"]) == ([SEARCH], ["key"])
    emptied = desk.ask("targets", "edit", target["id"], "--search", "")
    assert emptied.code == 2
    assert "将没有可采集" in emptied.err


def test_a_search_is_begun_by_its_schedule(desk: Desk) -> None:
    (target,) = desk.do("targets", "add", "--search", SEARCH, "--cron", "* * * * *")
    begun = list(Watch(desk.records).look())
    assert [one.target_id for one in begun] in ([], [target["id"]])
    (listed,) = desk.do("targets", "list")
    assert listed["standing"] in {"waiting", "running", "due"}


def test_what_would_be_asked_is_shown_and_not_asked(desk: Desk) -> None:
    asked = desk.do("discover", "preview", "--search", SEARCH, "--key-work", "流浪地球")
    assert [(one["number"], one["work"], one["rank"], one["url"]) for one in asked] == [
        (1, "流浪地球", 95, "https://s.example/s?page=1&q=%C1%F7%C0%CB%B5%D8%C7%F2"),
        (2, "三体", 65, "https://s.example/s?page=1&q=%C8%FD%CC%E5"),
    ]
    films = desk.do("discover", "preview", "--search", SEARCH, "--channel", "video")
    assert [one["work"] for one in films] == ["流浪地球"]
    few = desk.do("discover", "preview", "--search", SEARCH, "--max-pages", "2")
    assert len(few) == 1
    shown = desk.ask("discover", "preview", "--search", SEARCH, "--language", "zh")
    assert "共 2 条检索，均未发出" in shown.err
    assert "检索词" in shown.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("targets", "add"), "须指定网址或检索方式"),
        (("discover", "preview"), "未指定检索方式"),
        (("targets", "add", "--search", "https://a.example/"), "检索网址模板有误"),
        (("targets", "add", "--engine", "altavista"), "没有这个搜索引擎"),
        (("targets", "add", "--engine", "brave"), "搜索引擎未配置"),
        (("targets", "add", "--search", SEARCH, "--works", "kind:poem"), "检索的作品范围有误"),
        (("sites", "kin", "https://a.example/page"), "不是网站"),
    ],
)
def test_what_makes_no_sense_is_refused_in_both_languages(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    ended = desk.ask(*words, "--language", "zh")
    assert ended.code == 2
    assert said in ended.err
