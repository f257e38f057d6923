"""What is made of a text that was found: words, lines, a number, a moment, an address."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawlers.spiders.pages import Page

LONGEST: Final = 200_000
_LONGEST_MOMENT: Final = 80
_AGO: Final = re.compile(
    r"(\d{1,4}|an?|半)\s?(?:个|個)?\s?(秒|分钟|分鐘|分|小时|小時|天|周|週|星期|月|年"
    r"|seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?)(?:钟|鐘)?\s?(?:前|之前|ago)",
    re.IGNORECASE,
)
_DAY: Final = re.compile(
    r"(今天|昨天|前天|today|yesterday)(?:\D{0,8}(\d{1,2}):(\d{2}))?", re.IGNORECASE
)
_WITHOUT_YEAR: Final = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?(?:\s{1,3}(\d{1,2}):(\d{2}))?")
_ENGLISH: Final = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?\s{1,2})?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
    r"\.?(?:\s{1,2}(\d{1,2})(?:st|nd|rd|th)?)?,?\s{1,2}(\d{4})(?:\D{1,6}(\d{1,2}):(\d{2})\s?([ap]m)?)?",
    re.IGNORECASE,
)
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_DAYS_BACK: Final = {"今天": 0, "today": 0, "昨天": 1, "yesterday": 1, "前天": 2}
_NOON: Final = 12
_SECONDS: Final = {
    **dict.fromkeys(("秒", "second"), 1),
    **dict.fromkeys(("分钟", "分鐘", "分", "minute", "min"), 60),
    **dict.fromkeys(("小时", "小時", "hour"), 3_600),
    **dict.fromkeys(("天", "day"), 86_400),
    **dict.fromkeys(("周", "週", "星期", "week"), 7 * 86_400),
    **dict.fromkeys(("月", "month"), 30 * 86_400),
    **dict.fromkeys(("年", "year"), 365 * 86_400),
}
_COUNT: Final = re.compile(r"\d{1,3}(?:[,，]\d{3}){1,4}|\d{1,12}(?:\.\d{1,2})?")


def words(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text[:LONGEST].split())


def lines(text: str) -> str:
    """Return a text in lines, without empty ones."""
    said = (" ".join(line.split()) for line in text[:LONGEST].split("\n"))
    return "\n".join(line for line in said if line)


def number(text: str) -> str:
    """Return the first number of a text in digits (`阅读 1.2万+` is 12000), "" for none."""
    from crawlers.spiders.tracing import counted_in  # noqa: PLC0415  spiders are read by profiles

    found = _COUNT.search(text[:_LONGEST_MOMENT])
    if found is None:
        return ""
    with_unit = text[found.start() : found.end() + 2].strip()
    return (
        counted_in(with_unit) or counted_in(with_unit[: -1 or None].strip()) or counted_in(found[0])
    )


def moment(text: str, at: datetime) -> str:
    """Return when a text says that something was, in ISO 8601; "" where it says nothing.

    `at` is when it says so: "3 hours ago" is before that. What it shows no zone of, has none.
    """
    from crawlers.spiders.social.posts import moment_in  # noqa: PLC0415  as above

    text = words(text)[:_LONGEST_MOMENT]
    return moment_in(text) or _since(text, at.replace(tzinfo=None, microsecond=0))


def _since(text: str, at: datetime) -> str:
    if (found := _AGO.search(text)) is not None:
        return _ago(found, at)
    if (found := _DAY.search(text)) is not None:
        day = (at - timedelta(days=_DAYS_BACK[found[1].lower()])).date().isoformat()
        return f"{day}T{int(found[2]):02}:{found[3]}:00" if found[2] else day
    if (found := _ENGLISH.search(text)) is not None:
        return _named(found)
    if (found := _WITHOUT_YEAR.search(text)) is not None:
        return _of_the_year(found, at)
    return ""


def _ago(found: re.Match[str], at: datetime) -> str:
    count = int(found[1]) if found[1].isdecimal() else 0.5 if found[1] == "半" else 1
    unit = found[2].lower()
    seconds = _SECONDS.get(unit) or _SECONDS[unit.removesuffix("s")]
    try:
        then = at - timedelta(seconds=count * seconds)
    except OverflowError:
        return ""
    return then.date().isoformat() if seconds >= _SECONDS["天"] else then.isoformat()


def _named(found: re.Match[str]) -> str:
    """Read `Mar 5, 2024, 1:02 pm` and `5 March 2024`."""
    hour, minute = int(found[5] or 0), int(found[6] or 0)
    if found[7]:
        hour = hour % _NOON + (_NOON if found[7].lower() == "pm" else 0)
    day = int(found[1] or found[3] or 1)
    return _iso(
        int(found[4]), _MONTHS.index(found[2].lower()) + 1, day, hour, minute, timed=found[5]
    )


def _of_the_year(found: re.Match[str], at: datetime) -> str:
    """Read a day without its year: the last such day there was."""
    month, day = int(found[1]), int(found[2])
    year = at.year if (month, day) <= (at.month, at.day) else at.year - 1
    return _iso(year, month, day, int(found[3] or 0), int(found[4] or 0), timed=found[3])


def _iso(year: int, month: int, day: int, hour: int, minute: int, *, timed: str | None) -> str:
    try:
        then = datetime(year, month, day, hour, minute)  # noqa: DTZ001  no zone is shown
    except ValueError:
        return ""
    return then.isoformat() if timed else then.date().isoformat()


def link(text: str, page: Page) -> str:
    """Return the canonical form of an address on a page, "" for none."""
    return page.link(text.strip()) or ""
