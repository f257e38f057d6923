"""Targets, schedules and crawls as people and scripts meet them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crawlers.frontier.contract import Budget, Discovery, Politeness
from crawlers.frontier.location import FrontierLocation, open_frontier
from index.contract import Query
from index.documents import Crawl, Event, Work, WorkKind, now
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.program import Ended, Program

if TYPE_CHECKING:
    from pathlib import Path

    from crawlers.frontier.contract import Frontier
    from index.contract import Records

URL = "https://example.com/"


class Desk:
    """Runs `marque` on a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        settings = {"MARQUE_DATA": str(self._data), "MARQUE_ACTOR": "ada"}
        self._program = Program(folder, settings=settings)

    @property
    def records(self) -> Records:
        return open_store(StoreLocation(self._data)).records

    @property
    def frontier(self) -> FrontierLocation:
        return FrontierLocation(self._data / "frontier.db")

    def ask(self, *words: str) -> Ended:
        return self._program.run(*words)

    def do(self, *words: str) -> list[dict[str, Any]]:
        done = self.ask(*words, "--json")
        assert done.code == 0, done.err
        return done.objects

    def events(self, verb: str) -> list[Event]:
        return [one.record for one in scan(self.records, Query(Event, {"verb": verb}))]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_target_takes_a_schedule_and_says_when_it_is_due(desk: Desk) -> None:
    work = Work(id="workofart", title="t", category=WorkKind.VIDEO, holder="h", registered_at=now())
    desk.records.put(work, expect=None)
    (target,) = desk.do(
        *("targets", "add", URL, "--cron", "0 3 * * *", "--blackout", "周一至周五 09:00-18:00"),
        *("--starts-at", "2090-01-01", "--ends-at", "2090-02-01 12:00", "--campaign", "剑网2090"),
        *("--priority", "5", "--key-work", "workof", "--min-interval", "90m"),
        *("--ignore-robots-because", "案件核查", "--max-time", "2h", "--because", "投诉"),
    )
    assert target["time_zone"] == "Asia/Shanghai"
    assert target["starts_at"] == "2089-12-31T16:00:00Z"
    assert target["ends_at"] == "2090-02-01T04:00:00Z"
    assert (target["key_works"], target["cadence"]) == (["workofart"], 4)
    assert (target["min_interval_s"], target["max_seconds"]) == (5400.0, 7200.0)
    (listed,) = desk.do("targets", "list", "--campaign", "剑网2090")
    assert listed["standing"] == "waiting"
    assert listed["due_at"] == "2089-12-31T19:00:00+00:00"
    assert desk.do("targets", "list", "--campaign", "another") == []
    shown = desk.ask("targets", "list", "--language", "en")
    assert "2090-01-01 03:00 CST" in shown.out
    (added,) = desk.events("target_added")
    assert (added.actor, added.details["because"]) == ("ada", "投诉")
    assert added.details["ignore_robots_because"] == "案件核查"


def test_what_is_said_empty_is_taken_back(desk: Desk) -> None:
    (target,) = desk.do(
        *("targets", "add", URL, "--cron", "0 3 * * *", "--blackout", "22:00-06:00"),
        *("--ends-at", "2090-01-01", "--max-pages", "9"),
    )
    (edited,) = desk.do(
        *("targets", "edit", target["id"], "--cron", "", "--blackout", "", "--ends-at", ""),
        *("--max-pages", "0", "--revisit", "adaptive", "--because", "changes seldom"),
    )
    assert (edited["cron"], edited["blackout"], edited["ends_at"]) == ("", [], None)
    assert (edited["max_pages"], edited["revisit"]) == (None, "adaptive")
    (changed,) = desk.events("target_changed")
    assert changed.details["because"] == "changes seldom"
    assert changed.details["before"]["cron"] == "0 3 * * *"  # type: ignore[index,call-overload]


def test_a_schedule_that_makes_no_sense_is_refused_in_both_languages(desk: Desk) -> None:
    wrong = ("targets", "add", URL, "--cron", "0 3 * *")
    refused = desk.ask(*wrong, "--language", "en")
    assert (refused.code, refused.out) == (2, "")
    assert "five fields" in refused.err
    assert "应为五段" in desk.ask(*wrong, "--language", "zh").err
    assert desk.do("targets", "list") == []


def test_a_crawl_is_begun_now_shown_and_stopped(desk: Desk) -> None:
    (target,) = desk.do("targets", "add", URL, "--ignore-robots-because", "案件核查")
    (crawl,) = desk.do("targets", "run", target["id"])
    assert desk.do("targets", "run", target["id"]) == [crawl]
    assert (crawl["state"], crawl["due_at"]) == ("running", None)
    (begun,) = desk.events("crawl_begun")
    assert (begun.actor, begun.details["ignore_robots_because"]) == ("ada", "案件核查")
    (listed,) = desk.do("crawls", "list", "--target", target["id"], "--state", "running")
    assert listed == crawl
    (shown,) = desk.do("crawls", "show", crawl["id"])
    assert shown["frontier"] is None
    assert desk.do("crawls", "dead", crawl["id"]) == []
    (stopped,) = desk.do("crawls", "stop", crawl["id"], "--because", "wrong site")
    assert stopped["state"] == "stopped"
    assert desk.events("crawl_stopped")[0].details == {"because": "wrong site"}
    (told,) = desk.do("targets", "history", target["id"])
    assert (told["state"], told["pages"], told["failed"]) == ("stopped", 0, {})
    assert "已停止" in desk.ask("targets", "history", target["id"], "--language", "zh").out
    assert desk.do("scheduler", "--once") == []


def test_a_paused_target_is_not_run(desk: Desk) -> None:
    (target,) = desk.do("targets", "add", URL, "--revisit", "adaptive")
    desk.do("targets", "pause", target["id"], "--because", "holiday")
    assert desk.ask("targets", "run", target["id"]).code == 2
    assert desk.do("scheduler", "--once") == []
    desk.do("targets", "pause", target["id"], "--off")
    (begun,) = desk.do("scheduler", "--once")
    assert begun["target_id"] == target["id"]
    assert desk.do("scheduler", "--once") == []


def queue_of(desk: Desk, crawl: str) -> str:
    return desk.records.get(Crawl, crawl).record.queue


def give_up(frontier: Frontier, queue: str, codes: dict[str, str]) -> None:
    """Queue addresses and give each up for its reason."""
    frontier.open(queue, politeness=Politeness(delay_s=0), budget=Budget())
    frontier.add(queue, [Discovery(url=url) for url in codes])
    for lease in frontier.lease(queue, worker="w", limit=len(codes), ttl_s=60):
        code = codes[lease.discovery.url]
        frontier.nack(lease, code=code, reason="too slow\x1b[2J", retry_in_s=None)


def test_what_was_given_up_is_tried_again(desk: Desk) -> None:
    (target,) = desk.do("targets", "add", URL, "--delay", "3")
    (crawl,) = desk.do("targets", "run", target["id"])
    assert desk.do("crawls", "retry", crawl["id"]) == []
    slow, gone = f"{URL}slow", f"{URL}gone"
    give_up(
        open_frontier(desk.frontier),
        queue_of(desk, crawl["id"]),
        {slow: "timeout", gone: "not_found"},
    )
    (some,) = desk.do("crawls", "retry", crawl["id"], "--code", "timeout")
    assert (some["urls"], some["delay_s"], some["target_id"]) == ([slow], 3.0, None)
    (every,) = desk.do("crawls", "retry", crawl["id"])
    assert sorted(every["urls"]) == sorted([slow, gone])
    assert desk.do("crawls", "retry", crawl["id"]) == [every]


def test_dead_letters_are_shown_with_their_reasons(desk: Desk) -> None:
    (target,) = desk.do("targets", "add", URL)
    (crawl,) = desk.do("targets", "run", target["id"])
    frontier, queue = open_frontier(desk.frontier), queue_of(desk, crawl["id"])
    give_up(frontier, queue, {URL: "timeout", f"{URL}b": "timeout"})
    (shown,) = desk.do("crawls", "show", crawl["id"])
    assert shown["frontier"]["dead"] == 2
    told = desk.do("crawls", "dead", crawl["id"])
    assert {(one["url"], one["code"], one["attempts"]) for one in told} == {
        (URL, "timeout", 1),
        (f"{URL}b", "timeout", 1),
    }
    shown_to_people = desk.ask("crawls", "dead", crawl["id"])
    assert "too slow" in shown_to_people.out
    assert "\x1b" not in shown_to_people.out
    assert "timeout: no answer in time" in shown_to_people.err
    in_chinese = desk.ask("crawls", "dead", crawl["id"], "--language", "zh")
    assert "timeout：超时未应答" in in_chinese.err
    assert desk.ask("crawls", "dead", "zzzz").code == 4
    frontier.add(queue, [Discovery(url=f"{URL}c")])
    desk.do("crawls", "stop", crawl["id"])
    assert frontier.lease(queue, worker="w", limit=2, ttl_s=60) == []
    (shown,) = desk.do("crawls", "show", crawl["id"])
    assert (shown["frontier"]["waiting"], shown["frontier"]["dead"]) == (0, 2)
