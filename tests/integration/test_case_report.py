"""The report of a case: pages of comics and documents stand beside the work's, to be looked at."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from cases.dossier import dossier
from console.files import FileToRegister, Registrar
from console.report.case_report import case_report
from crawlers.examination.examiner import Examiner
from fingerprints.contract import Limits
from index.contract import Query
from index.documents import Case, Channel, Match, Sighting, WorkKind, content_id, now
from index.registration import WorkFacts
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.channels.books import cbz, comic_pages, copied, jpeg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.store import Store

    Bind = Callable[[Sequence[Image.Image]], bytes]

LIMITS = Limits()
PAGES = comic_pages(6)
PICTURE = re.compile(r'<img src="data:image/jpeg;base64,([^"]+)"')
CAPTION = re.compile(r'<small class="quiet">(?:网页 Copy|作品 Work) (p\. \d+)?</small>')


def as_pdf(pictures: Sequence[Image.Image]) -> bytes:
    made = io.BytesIO()
    pictures[0].save(made, "pdf", save_all=True, append_images=list(pictures[1:]))
    return made.getvalue()


def as_comic(pictures: Sequence[Image.Image]) -> bytes:
    return cbz([Image.open(io.BytesIO(copied(one))) for one in pictures], 60)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = open_store(StoreLocation(tmp_path / "data"))
    path = tmp_path / "星海.cbz"
    path.write_bytes(cbz(PAGES))
    facts = WorkFacts(category=WorkKind.COMIC, title="星海", holder="holder", identifiers=())
    assert Registrar(found, LIMITS)(FileToRegister(path=path, facts=facts, actor="test")).work
    return found


def seen(
    store: Store,
    body: bytes,
    media_type: str,
    *,
    site: str = "pirate.example",
    offered_on: str = "",
) -> Match:
    """Examine a file and return what its pictures matched."""
    sighting = Sighting(
        id=content_id("sighting", hashlib.sha256(body).hexdigest()),
        crawl_id="crawl",
        url="https://pirate.example/file",
        site=site,
        offered_on=offered_on,
        channel=Channel.COMICS,
        seen_at=now(),
        status=200,
        media_type=media_type,
        size_bytes=len(body),
        payload=store.blobs.put(body),
    )
    assert Examiner(store, LIMITS, 0.5)(sighting).matches
    found = (one.record for one in scan(store.records, Query(Match, {"modality": "image"})))
    return next(found)


def reported(store: Store) -> str:
    (case,) = (one.record for one in scan(store.records, Query(Case)))
    return case_report(store, dossier(store, case.id))


def pictures_in(report: str) -> list[Image.Image]:
    return [Image.open(io.BytesIO(base64.b64decode(one))) for one in PICTURE.findall(report)]


@pytest.mark.parametrize(
    ("bind", "media_type"),
    [(as_comic, "application/vnd.comicbook+zip"), (as_pdf, "application/pdf")],
)
def test_pages_of_a_copy_are_shown_beside_those_of_the_work(
    store: Store, bind: Bind, media_type: str
) -> None:
    match = seen(store, bind(PAGES[2:5]), media_type)
    pairs = [(int(one.copy_span[0]), int(one.work_span[0])) for one in match.spans]
    assert pairs == [(0, 2), (1, 3), (2, 4)]
    report = reported(store)
    captions = [one for one in CAPTION.findall(report) if one]
    assert captions[:6] == ["p. 1", "p. 3", "p. 2", "p. 4", "p. 3", "p. 5"]
    pictures = pictures_in(report)
    assert len(pictures) == len(captions)
    assert all(max(one.size) > 300 for one in pictures)
    assert "无法显示" not in report


def test_a_picture_that_browsers_show_is_shown_itself(store: Store) -> None:
    body = jpeg(PAGES[3])
    (span,) = seen(store, body, "image/jpeg").spans
    assert (span.copy_picture, bool(span.work_picture)) == ("", True)
    report = reported(store)
    assert base64.b64encode(body).decode() in report
    assert [one for one in CAPTION.findall(report) if one][:1] == ["p. 4"]
    assert "also involved" not in report


def test_whoever_hosts_a_copy_of_another_site_is_involved(store: Store) -> None:
    seen(store, jpeg(PAGES[3]), "image/jpeg", site="cdn.example", offered_on="pirate.example")
    assert "pirate.example（另涉 also involved: cdn.example）" in reported(store)


def test_matches_without_pictures_are_told_of_by_their_pages(store: Store) -> None:
    match = seen(store, as_comic(PAGES[2:5]), "application/vnd.comicbook+zip")
    for one in match.spans:
        for digest in (one.copy_picture, one.work_picture):
            store.blobs.path(digest).unlink(missing_ok=True)
    report = reported(store)
    assert "<td>p. 1</td><td>p. 3</td>" in report
    assert pictures_in(report) == []
