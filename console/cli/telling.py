"""How crawls and schedules are told to people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from console.cli.speech import add_row, table
from crawlers.schedule.errors import UnknownTimeZone
from crawlers.schedule.outlook import Standing
from crawlers.schedule.rules import time_zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from console.cli.house import House
    from crawlers.history import Account
    from crawlers.schedule.outlook import Outlook
    from index.documents import CrawlState, Target

_STANDINGS: Final = {
    Standing.DUE: ("due", "应采集"),
    Standing.WAITING: ("", ""),
    Standing.BLACKOUT: ("blackout", "禁采时段"),
    Standing.RUNNING: ("running", "采集中"),
    Standing.PAUSED: ("paused", "已暂停"),
    Standing.BY_HAND: ("by hand", "手动"),
    Standing.OVER: ("over", "已结束"),
}
_STATES: Final = {"running": "采集中", "finished": "已完成", "stopped": "已停止"}
_KIB: Final = 1024.0


def said_outlook(house: House, target: Target, outlook: Outlook | None) -> str:
    """Return when a target is crawled next, in its time zone, or why it isn't."""
    if outlook is None:
        return house.say("schedule unreadable", "计划有误")
    moment = outlook.begins_at or outlook.due_at
    said = said_moment(moment, target.time_zone) if moment else ""
    return " ".join(filter(None, (house.say(*_STANDINGS[outlook.standing]), said)))


def said_moment(moment: datetime, zone: str) -> str:
    """Return a moment as clocks in a time zone show it; in UTC where there is none of this name."""
    try:
        clock = time_zone(zone)
    except UnknownTimeZone:
        clock = time_zone("UTC")
    return moment.astimezone(clock).strftime("%Y-%m-%d %H:%M %Z")


def said_state(house: House, state: CrawlState) -> str:
    """Return the state of a crawl."""
    return house.say(state.value, _STATES[state.value])


def account_json(account: Account) -> dict[str, Any]:
    """Return what a crawl did as JSON has it."""
    crawl = account.crawl
    return {
        "crawl_id": crawl.id,
        "target_id": crawl.target_id,
        "state": crawl.state.value,
        "due_at": _plain(crawl.due_at),
        "began_at": _plain(crawl.started_at),
        "ended_at": _plain(crawl.finished_at),
        "seconds": account.seconds,
        "pages": account.pages,
        "media": account.media,
        "bytes": account.bytes,
        "failed": dict(account.failed),
        "unexamined": dict(account.unexamined),
        "matches": account.matches,
        "new_matches": account.new_matches,
        "cases": account.cases,
        "complete": account.complete,
    }


def say_accounts(house: House, accounts: Iterable[Account]) -> None:
    """Print what crawls did as a table."""
    rows = table(
        house,
        ("Crawl", "采集"),
        ("State", "状态"),
        ("Began (UTC)", "开始（UTC）"),
        ("Seconds", "用时（秒）"),
        ("Pages", "网页"),
        ("Media", "媒体"),
        ("MiB", "MiB"),
        ("New matches", "新匹配"),
        ("Matches", "匹配"),
        ("Cases", "案件"),
        ("Failed", "失败"),
        ("Not examined", "未检测"),
    )
    for account in accounts:
        crawl, least = account.crawl, "" if account.complete else "≥"
        add_row(
            rows,
            crawl.id,
            said_state(house, crawl.state),
            crawl.started_at.strftime("%Y-%m-%d %H:%M:%S"),
            "" if account.seconds is None else f"{account.seconds:.0f}",
            f"{least}{account.pages}",
            f"{least}{account.media}",
            f"{least}{account.bytes / _KIB / _KIB:.1f}",
            account.new_matches,
            account.matches,
            account.cases,
            _by_code(account.failed),
            _by_code(account.unexamined),
        )
    house.out.print(rows)


def _by_code(counts: Mapping[str, int]) -> str:
    often = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return "\n".join(f"{code} {count}" for code, count in often)


def _plain(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
