"""Pages read by profiles that a test writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawlers.profiles.reader import Reader
from crawlers.profiles.shelf import Shelf, parse
from tests.responses import page_of

if TYPE_CHECKING:
    from crawlers.profiles.reading import Reading
    from crawlers.spiders.pages import Page

AT = datetime(2026, 3, 5, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ANY_PAGE = 'name = "{}"\n[site]\nhosts = "*"\n[pages.{}]\nurl = "."\n[pages.{}.fields]\n'


def shelf_of(*profiles: str) -> Shelf:
    return Shelf(tuple(parse(Path("test.toml"), one.encode()) for one in profiles))


def read_by(
    fields: str, markup: str, url: str = "http://a.example/1", kind: str = "other"
) -> Reading:
    """Read a page by fields that any page has."""
    reader = Reader(shelf_of(ANY_PAGE.format("test", kind, kind) + fields))
    return reader.read(page_of(markup, url), AT)


def page_read(profile: str, markup: str, url: str = "http://a.example/1", **more: str) -> Page:
    """Return a page as a crawl with one profile has it."""
    return replace(page_of(markup, url, **more), reader=Reader(shelf_of(profile)))  # type: ignore[arg-type]
