"""The options that say when a target is crawled, and how they are read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import click

from console.cli.options import options
from console.plans import proxy_of
from crawlers.safety.addresses import AllowedHosts
from crawlers.schedule.rules import HIGHEST_PRIORITY, MOST_CADENCE, time_zone
from index.documents import Rendering, Revisit, Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from console.cli.house import House

_UNITS_S: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")


def _seconds(text: str) -> float:
    """Read a time that has a unit."""
    found = _DURATION.fullmatch(text.strip().casefold())
    if found is None:
        raise click.BadParameter(f"{text}: 90m, 6h, 2d, 1w · 应如 90m、6h、2d、1w")
    return float(found[1]) * _UNITS_S[found[2]]


_ANY_DEPTH: Final = -1
_OPTIONS: Final = (
    click.option("--cron", metavar="EXPRESSION", help='Set times: "0 3 * * *" · 定时采集'),
    click.option("--time-zone", metavar="NAME", help="Time zone, as Asia/Shanghai · 时区"),
    click.option(
        "--blackout",
        multiple=True,
        metavar="HOURS",
        help='No crawl begins: "22:00-06:00", "Mon-Fri 09:00-18:00" · 禁止启动采集的时段',
    ),
    click.option("--starts-at", metavar="TIME", help="Crawl from 2026-03-01 08:00 · 采集开始时间"),
    click.option("--ends-at", metavar="TIME", help="Crawl until · 采集截止时间"),
    click.option("--campaign", metavar="NAME", help="Campaign it is part of · 所属专项行动"),
    click.option(
        "--priority",
        type=click.IntRange(-HIGHEST_PRIORITY, HIGHEST_PRIORITY),
        help="Priority, 0 without · 优先级，默认 0",
    ),
    click.option(
        "--key-work",
        "key_works",
        multiple=True,
        metavar="WORK",
        help="Key work watched for; crawls more often · 重点作品（预警名单），加密采集",
    ),
    click.option(
        "--cadence",
        type=click.IntRange(1, MOST_CADENCE),
        help="Crawls in place of one · 原一次采集改为几次",
    ),
    click.option(
        "--revisit",
        type=click.Choice([one.value for one in Revisit]),
        help="As planned, or as it changes · 按计划或按变化频率复采",
    ),
    click.option(
        "--min-interval",
        "min_interval_s",
        type=_seconds,
        metavar="TIME",
        help="At most so often · 最短间隔",
    ),
    click.option(
        "--max-interval",
        "max_interval_s",
        type=_seconds,
        metavar="TIME",
        help="At least so often · 最长间隔",
    ),
)
_LIMITS: Final = (
    click.option(
        "--delay",
        "delay_s",
        type=click.FloatRange(0),
        help="Seconds between requests · 请求间隔（秒）",
    ),
    click.option(
        "--max-pages", type=click.IntRange(0), help="Most pages, 0: any · 页数上限，0 为不限"
    ),
    click.option(
        "--max-depth",
        type=click.IntRange(-1),
        help="Most steps from the start, -1: any · 链接层数上限，-1 为不限",
    ),
    click.option(
        "--max-bytes",
        type=click.IntRange(0),
        help="Most bytes, 0: any · 流量上限（字节），0 为不限",
    ),
    click.option(
        "--max-time", "max_seconds", type=_seconds, metavar="TIME", help="Longest time · 时长上限"
    ),
    click.option(
        "--render",
        type=click.Choice([one.value for one in Rendering]),
        help="Shown in a browser · 浏览器渲染",
    ),
    click.option(
        "--extractors/--no-extractors",
        default=None,
        help="Read films and songs by yt-dlp's extractors · 音视频使用 yt-dlp 提取器",
    ),
    click.option("--proxy", metavar="NAME", help="Proxy, by its name in the settings · 代理"),
    click.option(
        "--ignore-robots-because",
        metavar="REASON",
        help="Legal reason · 不遵守 robots.txt 的法律依据",
    ),
)


limit_options = options(*_LIMITS)
"""Gives a command the options of a crawl's limits; None: not said."""
target_options = options(*_LIMITS, *_OPTIONS)
"""Gives a command the options of a target's schedule and limits; None: not said."""


def refuse_wrong_hosts(allow: Sequence[str]) -> None:
    """Raise a usage error for what is neither a host nor host:port."""
    try:
        AllowedHosts.parse(allow)
    except ValueError as error:
        raise click.UsageError(f"--allow: {error} · 应为 主机 或 主机:端口") from error


def facts_of(house: House, said: dict[str, Any], *, zone: str) -> dict[str, Any]:
    """Return what was said as a target's fields; an empty text takes back what was set.

    `zone`: the time zone that times are in, where they and the options name none. Raises
    `UnknownProxy`.
    """
    facts = {name: value for name, value in said.items() if value not in (None, ())}
    local = time_zone(facts.get("time_zone", zone))
    for name in ("starts_at", "ends_at"):
        if name in facts:
            facts[name] = _moment(facts[name], local)
    for name in ("max_pages", "max_bytes", "max_seconds"):
        if name in facts:
            facts[name] = facts[name] or None
    if facts.get("max_depth") == _ANY_DEPTH:
        facts["max_depth"] = None
    if "blackout" in facts:
        facts["blackout"] = tuple(filter(None, facts["blackout"]))
    if "key_works" in facts:
        facts["key_works"] = tuple(
            house.store.records.resolve(Work, id) for id in filter(None, facts["key_works"])
        )
    if "revisit" in facts:
        facts["revisit"] = Revisit(facts["revisit"])
    proxy_of(house, facts.get("proxy", ""))
    if "render" in facts:
        facts["render"] = Rendering(facts["render"])
    return facts


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """Read a time, in a time zone where it names none; the start of the day where it is a day."""
    if not text:
        return None
    try:
        said = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"{text}: 2026-03-01 08:00 · 时间应如 2026-03-01 08:00") from error
    return (said if said.tzinfo else said.replace(tzinfo=zone)).astimezone(UTC)
