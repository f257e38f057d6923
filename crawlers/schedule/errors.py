"""What can be wrong with a schedule.

ScheduleError
├── InvalidCron       no cron expression of five fields, or one that never comes
├── UnknownTimeZone   no name of the IANA time zone database
├── InvalidBlackout   not "22:00-06:00" or "Mon-Fri 09:00-18:00"
├── NeverOpen         the blackouts leave no minute of the week
├── InvalidWindow     it ends before it starts, or a single crawl lies in the past
└── OutOfBounds       a number that makes no sense here
"""

from __future__ import annotations


class ScheduleError(Exception):
    """A target can't be scheduled like this. `given` is what was asked for."""

    def __init__(self, given: str, reason: str) -> None:
        super().__init__(f"{given}: {reason}")
        self.given = given
        self.reason = reason


class InvalidCron(ScheduleError):
    """No cron expression of five fields, or one that never comes."""


class UnknownTimeZone(ScheduleError):
    """The time zone database has no such name."""


class InvalidBlackout(ScheduleError):
    """A blackout that can't be read."""


class NeverOpen(ScheduleError):
    """The blackouts leave no minute of the week in which a crawl may begin."""


class InvalidWindow(ScheduleError):
    """The time to crawl in is empty or over."""


class OutOfBounds(ScheduleError):
    """A number that makes no sense here."""
