from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.schedule.blackout import Blackout
from crawlers.schedule.errors import InvalidBlackout, NeverOpen

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = SHANGHAI) -> datetime:
    """Return a moment of June 2026, whose first day is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("windows", "asked", "opens"),
    [
        (["22:00-06:00"], at(1, 21, 59), at(1, 21, 59)),
        (["22:00-06:00"], at(1, 22), at(2, 6)),
        (["22:00-06:00"], at(2, 5, 59), at(2, 6)),
        (["22:00-06:00"], at(2, 6), at(2, 6)),
        (["Mon-Fri 09:00-18:00"], at(1, 12), at(1, 18)),
        (["Mon-Fri 09:00-18:00"], at(6, 12), at(6, 12)),
        (["周一至周五 09:00-18:00"], at(5, 12), at(5, 18)),
        (["Sat,Sun 00:00-24:00"], at(6, 12), at(8, 0)),
        (["周六、周日 0:00-24:00"], at(6, 12), at(8, 0)),
        (["Fri 22:00-06:00"], at(6, 5), at(6, 6)),
        (["Fri 22:00-06:00"], at(5, 5), at(5, 5)),
        (["Sun-Tue 10:00-11:00"], at(1, 10), at(1, 11)),
        (["22:00-02:00", "02:00-06:00", "05:00-07:00"], at(1, 23), at(2, 7)),
        ([], at(1, 12), at(1, 12)),
    ],
)
def test_a_crawl_waits_until_the_hours_are_over(
    windows: list[str], asked: datetime, opens: datetime
) -> None:
    assert Blackout(windows, SHANGHAI).opens_at(asked) == opens


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    blackout = Blackout(["01:00-04:00"], BERLIN)
    forward = blackout.opens_at(datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
    back = blackout.opens_at(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert forward == datetime(2026, 3, 29, 2, tzinfo=UTC)
    assert back == datetime(2026, 10, 25, 3, tzinfo=UTC)


@settings(deadline=None)
@given(
    st.integers(0, 1439),
    st.integers(1, 1380),
    st.integers(0, 14 * 1440),
)
def test_what_opens_is_open_and_no_earlier(start: int, length: int, later: int) -> None:
    end = (start + length) % 1440
    window = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    blackout = Blackout([window], SHANGHAI)
    moment = at(1, 0) + timedelta(minutes=later)
    opens = blackout.opens_at(moment)
    assert blackout.opens_at(opens) == opens
    assert moment <= opens <= moment + timedelta(minutes=length)
    within = (later - start) % 1440 < length
    assert (opens > moment) == within


@pytest.mark.parametrize(
    "window",
    ["", "22-06", "25:00-06:00", "22:00-24:01", "24:00-06:00", "09:00-09:00", "09:60-10:00",
     "Mo 09:00-10:00", "Mon- 09:00-10:00", "Fri09:00-10:00", "Mon/Tue 09:00-10:00"],
)  # fmt: skip
def test_what_is_no_window_is_refused(window: str) -> None:
    with pytest.raises(InvalidBlackout):
        Blackout([window], SHANGHAI)


@pytest.mark.parametrize(
    "windows", [["00:00-24:00"], ["06:00-22:00", "22:00-06:00"], ["Mon-Sun 00:00-24:00"]]
)
def test_a_week_without_a_free_minute_is_refused(windows: list[str]) -> None:
    with pytest.raises(NeverOpen):
        Blackout(windows, SHANGHAI)
