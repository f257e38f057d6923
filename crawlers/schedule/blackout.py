"""Blackouts: hours of the week in which no crawl begins, as clocks on the wall show them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from crawlers.schedule.errors import InvalidBlackout, NeverOpen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

_NAMES: Final = (
    ("Mon", "一"),
    ("Tue", "二"),
    ("Wed", "三"),
    ("Thu", "四"),
    ("Fri", "五"),
    ("Sat", "六"),
    ("Sun", "日"),
)
_DAYS: Final = {
    name.casefold(): number
    for number, (english, chinese) in enumerate(_NAMES)
    for name in (english, f"周{chinese}", f"星期{chinese}")
} | {"周天": 6, "星期天": 6}
_CLOCK: Final = r"((?:[01]?\d|2[0-4]):[0-5]\d)"
_WINDOW: Final = re.compile(rf"(?:(\S+)\s+)?{_CLOCK}\s*[-–~]\s*{_CLOCK}")
_DAY_MINUTES: Final = 24 * 60
_WEEK: Final = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Window:
    """From one minute of the day to another, on days of the week (0 is Monday).

    One that ends before it starts ends on the next day.
    """

    days: frozenset[int]
    start: int
    end: int

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return when it begins and ends, begun on a day."""
        last = day + timedelta(days=self.end <= self.start)
        return _at(day, self.start, zone), _at(last, self.end, zone)


class Blackout:
    """All windows of a target."""

    def __init__(self, windows: Iterable[str], zone: ZoneInfo) -> None:
        """Read windows; raises `InvalidBlackout` or `NeverOpen`."""
        self._windows = tuple(_read(one) for one in windows)
        self._zone = zone
        self.opens_at(datetime(2001, 1, 1, tzinfo=UTC))

    def opens_at(self, moment: datetime) -> datetime:
        """Return the first moment, from this one on, at which a crawl may begin."""
        opens = moment
        while (end := self._end_at(opens)) is not None:
            opens = end
            if opens - moment > _WEEK:
                raise NeverOpen("blackout", "leaves no time to crawl")
        return opens

    def _end_at(self, moment: datetime) -> datetime | None:
        ends = (end for start, end in self._around(moment) if start <= moment < end)
        return max(ends, default=None)

    def _around(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        today = moment.astimezone(self._zone).date()
        for day in (today - timedelta(days=1), today):
            for window in self._windows:
                if day.weekday() in window.days:
                    yield window.on(day, self._zone)


def _read(text: str) -> Window:
    found = _WINDOW.fullmatch(text.strip())
    if found is None:
        raise InvalidBlackout(text, "write 22:00-06:00, or Mon-Fri 09:00-18:00")
    start, end = _minutes(found[2]), _minutes(found[3])
    if start == end or start >= _DAY_MINUTES or end > _DAY_MINUTES:
        raise InvalidBlackout(text, "no such time of the day")
    return Window(_days(found[1], text), start, end)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)


def _days(named: str | None, text: str) -> frozenset[int]:
    if named is None:
        return frozenset(range(7))
    return frozenset(day for part in re.split("[,，、]", named) for day in _range(part, text))


def _range(part: str, text: str) -> Iterator[int]:
    first, *rest = (_day(name, text) for name in re.split("[-–~至到]", part, maxsplit=1))
    for last in rest or [first]:
        yield from ((first + step) % 7 for step in range((last - first) % 7 + 1))


def _day(name: str, text: str) -> int:
    number = _DAYS.get(name.strip().casefold())
    if number is None:
        raise InvalidBlackout(text, f"{name} is no day: Mon, Tue … Sun, 周一 … 周日")
    return number


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    later, minute = divmod(minute, _DAY_MINUTES)
    clock = time(*divmod(minute, 60))
    return datetime.combine(day + timedelta(days=later), clock, tzinfo=zone).astimezone(UTC)
