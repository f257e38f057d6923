"""The watch of a crawl: what pages lack is counted, and looked into before the crawl is over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from crawlers.profiles.standing import conclude
from crawlers.profiles.watch import Watch
from index.store import StoreLocation, open_store
from tests.responses import page_of
from tests.unit.crawlers.profiles.test_standing import SITE, begin, see

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records

OWN = """
name = "own"
[site]
marks = "by-own"
[pages.chapter]
url = '^/\\d+$'
has = "#c"
[pages.chapter.fields]
body = { from = "#c", required = true }
"""


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return open_store(StoreLocation(tmp_path)).records


def watch(records: Records, folder: Path, crawl_id: str) -> Watch:
    browser = SimpleNamespace(time_zone="Asia/Shanghai")
    plan: Any = SimpleNamespace(crawl_id=crawl_id, profiles=folder, browser=browser)
    return Watch(plan, records)


def visit(one: Watch, number: int, markup: str) -> str:
    page = replace(page_of(f"<html>{markup}", f"http://{SITE}/{number}"), reader=one.reader)

    async def seen() -> None:
        await one.before(page)
        await one.after(page)

    asyncio.run(seen())
    return page.reading.name


def counted(outcome: str) -> float:
    labels = {"profile": "own", "outcome": outcome}
    return REGISTRY.get_sample_value("marque_profile_pages_total", labels) or 0.0


def test_a_change_is_noticed_after_four_pages(records: Records, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    first = begin(records)
    here = watch(records, tmp_path, first.id)
    see(records, first, 4, profile="own/chapter")
    complete, lacking = counted("complete"), counted("lacking")
    assert [visit(here, n, "by-own<p id=c>text") for n in range(4)] == ["own/chapter"] * 4
    assert (counted("complete"), counted("lacking")) == (complete + 4, lacking)
    conclude(records, here.shelf, first.id)

    other = begin(records, f"http://{SITE}/0")
    later = watch(records, tmp_path, other.id)
    broken = {"profile": "own"}
    before = REGISTRY.get_sample_value("marque_profile_breaks_total", broken) or 0.0
    with capture_logs() as logged:
        for number in range(5):
            see(records, other, 1, "body", profile="own/chapter")
            assert visit(later, number, "all is otherwise") == "own/chapter"
            assert len(logged) == (number >= 3)
    assert [(one["event"], one["pages"]) for one in logged] == [("profile_broken", 4)]
    assert counted("lacking") == lacking + 5
    assert REGISTRY.get_sample_value("marque_profile_breaks_total", broken) == before + 1
