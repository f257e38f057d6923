"""Which screenshot belongs to an address of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cases.dossier import _shown_page
from index.documents import content_id
from index.store import StoreLocation, open_store
from tests.examiners import sighting

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "http://pirate.example/1.html"


@pytest.mark.parametrize(
    ("media_type", "is_shown_by_it"),
    [("image/jpeg", True), ("application/vnd.comicbook+zip", True), ("text/html", False)],
)
def test_a_medium_is_shown_by_its_page_and_a_page_by_none_but_itself(
    tmp_path: Path, media_type: str, *, is_shown_by_it: bool
) -> None:
    records = open_store(StoreLocation(tmp_path)).records
    shot = {"id": content_id("sighting", "crawl", PAGE), "url": PAGE, "screenshot": "0" * 64}
    page = sighting("page").model_copy(update=shot)
    records.put(page, expect=None)
    led = sighting("led").model_copy(update={"referrer": PAGE, "media_type": media_type})
    assert _shown_page(records, led) == (page if is_shown_by_it else None)
    assert _shown_page(records, page) == page
