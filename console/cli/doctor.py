"""`marque doctor`: what is installed, reachable and set."""

from __future__ import annotations

import locale
import platform
import sqlite3
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from shutil import which
from typing import TYPE_CHECKING

import click

from console.cli import failures
from console.cli.house import House, common_options, pass_house
from console.cli.renewal import DUE, is_due
from console.cli.speech import add_row, table
from console.plans import frontier_of
from crawlers.browser.options import BrowserOptions
from crawlers.browser.trial import tried
from index.contract import Query
from index.documents import RECORDS, Rendering, Target
from index.errors import StoreError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGES = (
    *("scrapy", "numpy", "opencv-python-headless", "pillow", "imagehash", "rapidfuzz"),
    *("av", "pypdfium2", "py7zr", "rarfile"),
)
_RAR_PROGRAMS = ("unrar", "unar", "7z", "bsdtar")
_EXTRACTORS = (
    "optional, for targets with --extractors: pip install 'marque[extractors]'",
    "可选，用于 --extractors：pip install 'marque[extractors]'",
)
_RAR = ("optional: unpacks rar archives", "可选：解压 rar 压缩包")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` says what to do, and is empty where all is well."""

    what: str
    state: str
    ok: bool = True
    remedy: str = ""


@click.command("doctor")
@common_options
@pass_house
def command(house: House) -> int:
    """What is installed, reachable and set · 运行环境检查."""
    findings = [
        *_program(),
        *_optional(house),
        _browser(house),
        *_settings(house),
        *_store(house),
        *_blobs(house),
        *_frontier(house),
    ]
    if house.as_json:
        house.emit([asdict(finding) for finding in findings])
    else:
        rows = table(house, ("", ""), ("What", "项目"), ("State", "状态"), ("Remedy", "处理"))
        for finding in findings:
            add_row(rows, "ok" if finding.ok else "!!", finding.what, finding.state, finding.remedy)
        house.out.print(rows)
    return failures.OK if all(finding.ok for finding in findings) else failures.SERVICE_DOWN


def _program() -> Iterator[Finding]:
    yield Finding("marque", version("marque"))
    yield Finding("python", f"{platform.python_version()} ({sys.executable})")
    yield Finding("sqlite", sqlite3.sqlite_version)
    for package in _PACKAGES:
        try:
            yield Finding(package, version(package))
        except PackageNotFoundError:
            yield Finding(package, "missing", ok=False, remedy="pip install")
    encoding = locale.getpreferredencoding(do_setlocale=False)
    yield Finding(
        "encoding", encoding, ok=True, remedy="" if "UTF" in encoding else "LC_ALL=C.UTF-8"
    )


def _optional(house: House) -> Iterator[Finding]:
    """What does some things better or at all, where it is installed."""
    place = next(filter(None, map(which, _RAR_PROGRAMS)), None)
    remedy = "" if place else house.say(*_RAR)
    yield Finding("unrar", place or house.say("not there", "未安装"), remedy=remedy)
    try:
        yield Finding("yt-dlp", version("yt-dlp"))
    except PackageNotFoundError:
        yield Finding("yt-dlp", house.say("not there", "未安装"), remedy=house.say(*_EXTRACTORS))


def _browser(house: House) -> Finding:
    """Start the browser once. Unless it is set or targets want it, it need not be there."""
    options = BrowserOptions(**house.settings.browser.model_dump())
    try:
        return Finding("chromium", tried(options))
    except Unavailable as error:
        return Finding(
            "chromium",
            error.reason,
            ok=options.executable is None and not _is_wanted(house),
            remedy=house.say(
                "shows pages that scripts build, for targets with `render`: docs/rendering.md",
                "用于渲染由脚本生成的页面（目标的 render 选项），见 docs/rendering.md",
            ),
        )


def _is_wanted(house: House) -> bool:
    records = house.store.records
    try:
        shown = (Rendering.AUTO, Rendering.ALWAYS)
        return any(records.count(Query(Target, {"render": how.value})) for how in shown)
    except StoreError:
        return False


def _settings(house: House) -> Iterator[Finding]:
    contact = house.settings.contact
    yield Finding(
        "User-Agent",
        house.user_agent,
        remedy=""
        if contact
        else house.say(
            "set MARQUE_CONTACT, so that site owners can reach you",
            "设置 MARQUE_CONTACT，便于网站管理者联系",
        ),
    )


def _store(house: House) -> Iterator[Finding]:
    name = "elasticsearch_url" if house.settings.elasticsearch_url else "data"
    place = f"{name} ({house.loaded.origins[name]})"
    try:
        counts = {kind.kind: house.store.records.count(Query(kind)) for kind in RECORDS}
    except StoreError as error:
        yield Finding(place, str(error), ok=False, remedy=house.say(f"see {name}", f"检查 {name}"))
        return
    yield Finding(place, house.settings.elasticsearch_url or str(house.settings.data))
    if is_due(house):
        yield Finding("prints", "outdated", ok=False, remedy=house.say(*DUE))
    yield Finding("records", ", ".join(f"{kind} {count}" for kind, count in counts.items()))


def _blobs(house: House) -> Iterator[Finding]:
    """Keep a few bytes in the shared place, if there is one, and always the same."""
    url = house.settings.blobs.url
    if not url:
        return
    place = f"blobs.url ({house.loaded.origins['blobs.url']})"
    try:
        house.store.blobs.put(b"marque doctor")
    except StoreError as error:
        remedy = house.say("see docs/blobs.md", "见 docs/blobs.md")
        yield Finding(place, str(error), ok=False, remedy=remedy)
    else:
        yield Finding(place, url)


def _frontier(house: House) -> Iterator[Finding]:
    redis = frontier_of(house).redis
    if redis is None:
        return
    from crawlers.frontier.redis.condition import inspect  # noqa: PLC0415 - its client is slow to load

    place = f"redis_url ({house.loaded.origins['redis_url']})"
    try:
        condition = inspect(redis)
    except StoreError as error:
        remedy = house.say("see redis_url", "检查 redis_url")
        yield Finding(place, str(error), ok=False, remedy=remedy)
        return
    yield Finding(place, f"{redis.url} (Redis {condition.version})")
    used = f"{condition.used_bytes / 2**20:,.0f} MiB"
    most = f" / {condition.most_bytes / 2**20:,.0f} MiB" if condition.most_bytes else ""
    yield Finding("redis memory", used + most)
    for risk in condition.risks:
        yield Finding("redis", condition.state, ok=False, remedy=house.say(*risk))
