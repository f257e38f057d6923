"""A target's schedule, read and checked: the rules by which it is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawlers.schedule.blackout import Blackout
from crawlers.schedule.cron import Cron
from crawlers.schedule.errors import InvalidWindow, OutOfBounds, UnknownTimeZone
from index.documents import Revisit

if TYPE_CHECKING:
    from index.documents import Target

_SHORTEST_S: Final = 60.0
_LONGEST_S: Final = 366 * 86_400.0
HIGHEST_PRIORITY: Final = 9
MOST_CADENCE: Final = 48


@dataclass(frozen=True, slots=True)
class Rules:
    """The parts of a schedule that are text in the target."""

    cron: Cron | None
    blackout: Blackout


def rules_of(target: Target) -> Rules:
    """Read a target's schedule. Raises `ScheduleError`."""
    zone = time_zone(target.time_zone)
    cron = Cron(target.cron, zone, target.cadence) if target.cron else None
    return Rules(cron, Blackout(target.blackout, zone))


def check(target: Target) -> None:
    """Refuse a schedule that makes no sense. Raises `ScheduleError`."""
    _in_bounds("priority", target.priority, -HIGHEST_PRIORITY, HIGHEST_PRIORITY)
    _in_bounds("cadence", target.cadence, 1, MOST_CADENCE)
    _in_bounds("longest interval", target.max_interval_s, _SHORTEST_S, _LONGEST_S)
    _in_bounds("shortest interval", target.min_interval_s, _SHORTEST_S, target.max_interval_s)
    rules_of(target)
    _refuse_empty_window(target)


def time_zone(name: str) -> ZoneInfo:
    """Return a time zone by its name. Raises `UnknownTimeZone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZone(name, "no time zone of this name") from error


def is_single(target: Target) -> bool:
    """Tell whether the target is crawled once, at a set moment."""
    return not target.cron and target.revisit is Revisit.FIXED and target.starts_at is not None


def _refuse_empty_window(target: Target) -> None:
    starts, ends = target.starts_at, target.ends_at
    if starts and ends and ends <= starts:
        raise InvalidWindow(ends.isoformat(), f"is not after {starts.isoformat()}")
    if is_single(target) and starts and target.scheduled_at and starts <= target.scheduled_at:
        raise InvalidWindow(starts.isoformat(), "has passed: a single crawl needs a time to come")
    if target.cadence > 1 and not target.cron and target.revisit is Revisit.FIXED:
        raise OutOfBounds("cadence", "needs set times (cron) or adaptive re-visits")


def _in_bounds(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise OutOfBounds(f"{name} {value:g}", f"must be from {least:g} to {most:g}")
