from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
import pytest

from console.cli import failures
from console.cli.house import House
from console.cli.schedule_options import facts_of, target_options
from crawlers.schedule import errors
from index.documents import Rendering, Revisit


def said(*words: str) -> dict[str, Any]:
    """Return what the options make of words on a command line."""
    heard: dict[str, Any] = {}

    @click.command()
    @target_options
    def command(**options: Any) -> None:  # noqa: ANN401 - as click calls it
        heard.update(options)

    command.main(list(words), standalone_mode=False)
    return facts_of(House(), heard, zone="Asia/Shanghai")


def test_what_is_not_said_is_no_fact() -> None:
    assert said() == {}


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        (("--min-interval", "90m"), {"min_interval_s": 5400.0}),
        (("--max-interval", "1.5d"), {"max_interval_s": 129_600.0}),
        (("--max-time", "2h", "--max-pages", "0"), {"max_seconds": 7200.0, "max_pages": None}),
        (("--max-depth", "-1"), {"max_depth": None}),
        (("--max-depth", "0"), {"max_depth": 0}),
        (("--blackout", "", "--cron", ""), {"blackout": (), "cron": ""}),
        (("--revisit", "adaptive"), {"revisit": Revisit.ADAPTIVE}),
        (("--render", "auto"), {"render": Rendering.AUTO}),
        (("--ends-at", ""), {"ends_at": None}),
        (("--starts-at", "2026-03-01"), {"starts_at": datetime(2026, 2, 28, 16, tzinfo=UTC)}),
        (
            ("--starts-at", "2026-03-01 08:00", "--time-zone", "Europe/Berlin"),
            {"starts_at": datetime(2026, 3, 1, 7, tzinfo=UTC), "time_zone": "Europe/Berlin"},
        ),
        (
            ("--starts-at", "2026-03-01T08:00+00:00"),
            {"starts_at": datetime(2026, 3, 1, 8, tzinfo=UTC)},
        ),
    ],
)
def test_what_is_said_is_a_fact(words: tuple[str, ...], facts: dict[str, Any]) -> None:
    assert said(*words) == facts


@pytest.mark.parametrize(
    "words",
    [
        ("--min-interval", "3 fortnights"),
        ("--min-interval", "10"),
        ("--starts-at", "soon"),
        ("--priority", "10"),
        ("--cadence", "0"),
        ("--revisit", "sometimes"),
    ],
)
def test_what_cannot_be_read_is_a_usage_error(words: tuple[str, ...]) -> None:
    with pytest.raises(click.UsageError):
        said(*words)


@pytest.mark.parametrize("kind", errors.ScheduleError.__subclasses__())
def test_every_error_of_a_schedule_is_told_in_both_languages(
    kind: type[errors.ScheduleError],
) -> None:
    error = kind("given", "reason")
    assert failures.exit_code(error) == failures.USAGE
    assert str(error) == "given: reason"
    told = failures.in_chinese(error)
    assert not told.isascii()
    assert told != failures.in_chinese(errors.ScheduleError("given", "reason"))
