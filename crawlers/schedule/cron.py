"""Set times: a cron expression in a time zone, thinned out or made denser by a cadence.

`cronsim` reads expressions as Debian's cron does. Where clocks are put forward, a time that
doesn't exist is kept at the end of the gap; where they are put back, one that comes twice is kept
once. Expressions with a star for minutes or hours (`30 * * * *`) follow the time that passed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import dropwhile
from typing import TYPE_CHECKING, Final

from cronsim import CronSim, CronSimError

from crawlers.schedule.errors import InvalidCron

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_FIELDS: Final = 5
_SECOND: Final = timedelta(seconds=1)
# CronSim drops the fold of a moment, so in the hour that comes twice it may be an hour off.
_MARGIN: Final = timedelta(hours=3)


class Cron:
    """The moments of an expression; with a cadence of n, n evenly spaced ones in place of one."""

    def __init__(self, expression: str, zone: ZoneInfo, cadence: int = 1) -> None:
        """Read the expression; raises `InvalidCron`."""
        if len(expression.split()) != _FIELDS:
            raise InvalidCron(expression, "needs five fields: minute hour day month weekday")
        self._expression, self._zone, self._cadence = expression, zone, cadence
        try:
            never = self._after(datetime(2000, 1, 1, tzinfo=UTC)) is None
        except CronSimError as error:
            raise InvalidCron(expression, str(error)) from error
        if never:
            raise InvalidCron(expression, "never comes")

    def latest(self, until: datetime) -> datetime | None:
        """Return the last moment at or before another."""
        start = self._until(until)
        if start is None or (step := self._step(start, until)) is None:
            return start
        return start + min((until - start) // step, self._cadence - 1) * step

    def next(self, after: datetime) -> datetime | None:
        """Return the first moment later than another."""
        end = self._after(after)
        start = self._until(after)
        if end is None or start is None or (step := self._step(start, after)) is None:
            return end
        number = (after - start) // step + 1
        return end if number >= self._cadence else start + number * step

    def _step(self, start: datetime, moment: datetime) -> timedelta | None:
        """Return how far moments are apart between set times; None: there are none between."""
        end = self._after(moment)
        return (end - start) // self._cadence if end and self._cadence > 1 else None

    def _until(self, moment: datetime) -> datetime | None:
        start = (moment + self._margin(moment)).astimezone(self._zone)
        backwards = CronSim(self._expression, start, reverse=True)
        return _first(dropwhile(lambda at: at > moment, backwards))

    def _after(self, moment: datetime) -> datetime | None:
        start = (moment - self._margin(moment)).astimezone(self._zone)
        forwards = CronSim(self._expression, start)
        return _first(dropwhile(lambda at: at <= moment, forwards))

    def _margin(self, moment: datetime) -> timedelta:
        """Return how far from a moment to begin, so that what is at it is found."""
        around = (moment + side * _MARGIN for side in (-1, 1))
        before, after = (one.astimezone(self._zone).utcoffset() for one in around)
        return _SECOND if before == after else _MARGIN


def _first(moments: dropwhile[datetime]) -> datetime | None:
    found = next(moments, None)
    return found.astimezone(UTC) if found else None
