"""Examples: pages of a profile's sites as they were, and what is to be read of them.

A folder each: `input.html`, `page.json` (`url`, `at`, `content_type`) and `expected.json`, as
`told` makes it. So a change of a profile, or of what reads it, shows what else it changes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from scrapy.http import Response

from crawlers.frontier.contract import Discovery, Lease
from crawlers.links import canonical
from crawlers.profiles.errors import InvalidExample
from crawlers.profiles.form import GroupField, PlainField, is_many
from crawlers.profiles.reader import Reader
from crawlers.spiders.pages import Page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawlers.profiles.reading import Reading
    from crawlers.profiles.shelf import Shelf

INPUT: Final = "input.html"
PAGE: Final = "page.json"
EXPECTED: Final = "expected.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A page as it came. `at`: when, by the site's clock."""

    url: str
    body: bytes
    content_type: str
    at: datetime

    def page(self) -> Page:
        """Return it as a crawl would have it. Raises `ValueError` where its address is none."""
        url = canonical(self.url)
        if url is None:
            raise ValueError(f"{self.url!r} is no http(s) address")
        lease = Lease(
            crawl_id="",
            token="",
            discovery=Discovery(url=url),
            attempt=1,
            expires_at=0.0,
        )
        headers = {"Content-Type": self.content_type or "text/html"}
        return Page(Response(self.url, body=self.body, headers=headers), lease)

    def read(self, shelf: Shelf) -> Reading:
        """Return what the profiles of a shelf say of it."""
        return Reader(shelf).read(self.page(), self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An example of which something else was read than expected."""

    folder: Path
    expected: dict[str, Any]
    read: dict[str, Any]


def told(reading: Reading) -> dict[str, Any]:
    """Return what a reading says, as JSON: only fields that yield something."""
    fields: dict[str, Any] = {}
    for name, field in reading.fields().items():
        if isinstance(field, GroupField):
            fields[name] = [
                {
                    key: _said(key, field.item[key], [one.text for one in found])
                    for key, found in item.items()
                }
                for item in reading.items(name)
            ]
        else:
            fields[name] = _said(name, field, reading.every(name))
    said = {name: value for name, value in fields.items() if value not in ("", [])}
    return {"profile": reading.name, "missing": list(reading.missing), "fields": said}


def examples(folder: Path) -> list[Path]:
    """Return the folders below one, or itself, that are examples."""
    return sorted(file.parent for file in folder.rglob(INPUT))


def load(folder: Path) -> tuple[SavedPage, dict[str, Any]]:
    """Return an example's page and what is expected. Raises `InvalidExample`."""
    try:
        said = json.loads((folder / PAGE).read_text("utf-8"))
        page = SavedPage(
            url=str(said["url"]),
            body=(folder / INPUT).read_bytes(),
            content_type=str(said.get("content_type", "")),
            at=datetime.fromisoformat(said["at"]),
        )
        expected: dict[str, Any] = json.loads((folder / EXPECTED).read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidExample(folder, repr(error)) from error
    return page, expected


def keep(folder: Path, page: SavedPage, reading: Reading) -> None:
    """Write an example; what is there of one is written over."""
    folder.mkdir(parents=True, exist_ok=True)
    said = {"url": page.url, "at": page.at.isoformat(), "content_type": page.content_type}
    (folder / INPUT).write_bytes(page.body)
    _write(folder / PAGE, said)
    _write(folder / EXPECTED, told(reading))


def differences(folder: Path, shelf: Shelf) -> Iterator[Difference]:
    """Yield the examples below a folder that are read otherwise. Raises `InvalidExample`."""
    for one in examples(folder):
        page, expected = load(one)
        read = told(page.read(shelf))
        if read != expected:
            yield Difference(folder=one, expected=expected, read=read)


def _said(name: str, field: PlainField, texts: list[str]) -> str | list[str]:
    return texts if is_many(name, field) else next(iter(texts), "")


def _write(file: Path, said: dict[str, Any]) -> None:
    file.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")
