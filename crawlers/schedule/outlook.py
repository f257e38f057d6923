"""Whether a target is due, and when it will be: a pure function of target, past and moment.

A crawl that was missed, because no scheduler ran or blackouts held it up, begins once when it can,
however many moments passed. Moments that come while an earlier crawl of the target runs are
skipped; a single crawl waits for its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from crawlers.schedule.rules import is_single, rules_of
from index.documents import Revisit

if TYPE_CHECKING:
    from crawlers.schedule.cron import Cron
    from crawlers.schedule.past import Past
    from index.documents import Target

_INSTANT: Final = timedelta(microseconds=1)
_EARLY: Final = 0.1
"""A set time may come so much of an adaptive interval too early."""
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Standing(StrEnum):
    """What a target waits for."""

    DUE = "due"
    WAITING = "waiting"
    BLACKOUT = "blackout"
    RUNNING = "running"
    PAUSED = "paused"
    BY_HAND = "by_hand"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a target stands: when it is, or was, due next, and when that crawl may begin.

    Both are None when none is to come, `begins_at` also while it isn't known. `skipped` is the
    latest moment that fell into the crawl that runs.
    """

    standing: Standing
    due_at: datetime | None = None
    begins_at: datetime | None = None
    skipped: datetime | None = None


def outlook(target: Target, past: Past, at: datetime) -> Outlook:
    """Say how a target stands at a moment (UTC). Raises `ScheduleError`."""
    if target.paused:
        return Outlook(Standing.PAUSED)
    rules = rules_of(target)
    if past.running is not None:
        return _running(target, past, rules.cron, at)
    due_at = _in_time(target, _due(target, past, rules.cron, at))
    if due_at is None:
        return Outlook(Standing.OVER if _is_planned(target) else Standing.BY_HAND)
    begins_at = _in_time(target, rules.blackout.opens_at(max(due_at, at)))
    if begins_at is None:
        return Outlook(Standing.OVER)
    if begins_at <= at:
        return Outlook(Standing.DUE, due_at, begins_at)
    standing = Standing.BLACKOUT if due_at <= at else Standing.WAITING
    return Outlook(standing, due_at, begins_at)


def _running(target: Target, past: Past, cron: Cron | None, at: datetime) -> Outlook:
    if cron is None:
        return Outlook(Standing.RUNNING, _in_time(target, _due(target, past, cron, at)))
    latest = cron.latest(at)
    fell_in = (
        latest is not None and latest > _passed(target, past) and latest >= _open(target, past)
    )
    skipped = _in_time(target, latest) if fell_in else None
    later = max(at, _open(target, past) - _INSTANT)
    return Outlook(Standing.RUNNING, _in_time(target, cron.next(later)), skipped=skipped)


def _due(target: Target, past: Past, cron: Cron | None, at: datetime) -> datetime | None:
    """Return the moment that is due, or the next that will be."""
    if cron is not None:
        return _set_time(cron, passed=_passed(target, past), opens=_open(target, past), at=at)
    if target.revisit is Revisit.ADAPTIVE:
        return max(_scheduled(target), _open(target, past))
    if target.starts_at is None or target.starts_at <= max(_scheduled(target), _last_due(past)):
        return None
    return target.starts_at


def _set_time(cron: Cron, *, passed: datetime, opens: datetime, at: datetime) -> datetime | None:
    latest = cron.latest(at)
    if latest is not None and latest > passed and latest >= opens:
        return latest
    return cron.next(max(at, passed, opens - _INSTANT))


def _passed(target: Target, past: Past) -> datetime:
    """Return until when set times no longer count: a crawl, or a new schedule, came after them."""
    moments = [_scheduled(target), _last_due(past)]
    if past.last is not None:
        moments.append(past.last.finished_at or past.last.started_at)
    return max(moments)


def _open(target: Target, past: Past) -> datetime:
    """Return from when the target may be due: its window, and its adaptive interval."""
    starts_at = target.starts_at or _LONG_AGO
    if past.interval_s is None or past.last is None:
        return starts_at
    since = past.last.due_at or past.last.started_at
    early = _EARLY if target.cron else 0.0
    return max(starts_at, since + timedelta(seconds=past.interval_s * (1 - early)))


def _in_time(target: Target, moment: datetime | None) -> datetime | None:
    """Return a moment unless the target's window is over by then."""
    if moment is None or (target.ends_at is not None and moment >= target.ends_at):
        return None
    return moment


def _scheduled(target: Target) -> datetime:
    return target.scheduled_at or target.created_at


def _last_due(past: Past) -> datetime:
    return past.last_due_at or _LONG_AGO


def _is_planned(target: Target) -> bool:
    return bool(target.cron) or target.revisit is Revisit.ADAPTIVE or is_single(target)
