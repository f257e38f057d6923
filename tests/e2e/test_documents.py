"""Documents: from a target to a case, with a real standard in the forms that sites hand it out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from index.contract import Query
from index.documents import Match, Sighting, Work
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.channels.papers import looks, paragraphs, standard
from tests.e2e.program import Program
from tests.servers import Site, content, page
from tests.unit.fingerprints.document.made import docx, zipped
from tests.unit.fingerprints.layout.set_pages import jpeg
from tests.unit.fingerprints.layout.set_pages import page as set_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.store import Store
    from tests.servers import Line

    Routes = dict[str, Callable[[Line], None]]

NUMBER = "GB/T 31234-2020"
SHOWN = (2, 3, 4)
"""Which pages of the standard the preview shows, from 0."""
OTHERS = [set_page(f"other {number}") for number in range(4)]


def pirate() -> Routes:
    """Return a library that has the standard in three forms."""
    pdf = standard()
    # Written anew by another tool: other bytes, the same content.
    copied = pdf.replace(b"%PDF-1.7", b"%PDF-1.6") + b"\n% downloaded from library.example\n"
    previews = looks(pdf, SHOWN)
    shown = "".join(
        f"<div class=doc-page><img src=/s.gif data-src=/p/9/{at}.jpg></div>"
        for at in range(len(previews))
    )
    others = "".join(f"<img class=doc src=/q/{at}.jpg>" for at in range(len(OTHERS)))
    word = docx(list(paragraphs()[:12]))
    return {
        "/": page(
            "<a href=/view/1.html>GB/T 31234—2020 建筑数据集</a><a href=/doc/9.html>预览</a>"
            "<a href=/soft/3.html>下载</a><a href=/other/9.html>另一标准</a>"
        ),
        "/view/1.html": page(
            "<h1>GB/T 31234—2020 建筑数据集</h1><p>下载量：1.2万 价格：5元 页数：8</p>"
            "<iframe src='/pdfjs/web/viewer.html?file=%2Ffiles%2Fa1b2.pdf'></iframe>"
        ),
        "/pdfjs/web/viewer.html?file=%2Ffiles%2Fa1b2.pdf": page("<div id=viewer></div>"),
        "/files/a1b2.pdf": content(copied, "application/pdf"),
        "/doc/9.html": page(
            f"<h1>建筑数据集</h1><p>浏览：345 共 8 页，预览前 3 页</p><div id=pages>{shown}</div>"
        ),
        **{f"/p/9/{at}.jpg": content(one, "image/jpeg") for at, one in enumerate(previews)},
        "/soft/3.html": page("<h1>资料</h1><a href='/down.php?id=3'>下载附件</a>"),
        "/other/9.html": page(f"<h1>另一标准</h1><p>共 4 页</p>{others}"),
        **{f"/q/{at}.jpg": content(jpeg(one), "image/jpeg") for at, one in enumerate(OTHERS)},
        "/down.php?id=3": content(zipped({"资料/全文.docx": word}), "application/zip"),
    }


@dataclass(frozen=True)
class Library:
    """What a crawl of the library brought."""

    store: Store
    cases: list[dict[str, Any]]
    paths: list[str]

    def matched(self, modality: str) -> dict[str, Match]:
        found = scan(self.store.records, Query(Match, {"modality": modality}))
        return {urlsplit(one.record.url).path: one.record for one in found}

    def sighting(self, path: str) -> Sighting:
        (found,) = (
            one.record
            for one in scan(self.store.records, Query(Sighting))
            if urlsplit(one.record.url).path == path
        )
        return found


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    at = tmp_path_factory.mktemp("library")
    (at / "standard.pdf").write_bytes(standard())
    program, data = Program(at), ("--data", str(at / "data"), "--json")
    about = ("--kind", "standard", "--title", "建筑数据集", "--holder", "某出版社")
    numbered = ("--identifier", f"standard:{NUMBER}")
    added = program.run("works", "add", "standard.pdf", *about, *numbered, *data)
    assert added.code == 0, added.err
    with Site(pirate()) as site:
        how = ("--channel", "documents", "--allow", site.host, "--delay", "0")
        ended = program.run("crawl", site.url("/"), *how, *data)
        assert ended.code == 0, ended.err
        paths = site.paths()
    listed = program.run("cases", "list", *data)
    return Library(open_store(StoreLocation(at / "data")), listed.objects, paths)


def test_every_form_is_in_one_case(library: Library) -> None:
    (case,) = library.cases
    assert (case["title"], case["channels"], case["url_count"]) == ("建筑数据集", ["documents"], 3)
    assert set(library.matched("text")) == {"/files/a1b2.pdf", "/down.php"}
    assert "pages_shown:4" in library.sighting("/other/9.html").shown_facts
    assert set(library.matched("layout")) == {"/files/a1b2.pdf", "/doc/9.html"}


def test_the_pages_of_a_preview_are_those_of_the_standard(library: Library) -> None:
    match = library.matched("layout")["/doc/9.html"]
    assert [(span.copy_span, span.work_span) for span in match.spans] == [
        ((float(at), at + 1.0), (float(number), number + 1.0)) for at, number in enumerate(SHOWN)
    ]
    gathered = library.sighting("/doc/9.html").gathered
    assert gathered is not None
    record = json.loads(library.store.blobs.path(gathered).read_bytes())
    assert [urlsplit(one["url"]).path for one in record["taken"]] == [
        "/p/9/0.jpg",
        "/p/9/1.jpg",
        "/p/9/2.jpg",
    ]
    assert library.paths.count("/p/9/0.jpg") == 1


def test_numbers_and_counters_are_facts_and_name_the_work(library: Library) -> None:
    (work,) = (one.record for one in scan(library.store.records, Query(Work)))
    number, named = f"standard:{NUMBER}", f"names_work:{work.id}"
    seen = set(library.sighting("/view/1.html").shown_facts)
    assert {number, named, "downloads:12000", "price:5元", "pages:8"} <= seen
    assert {number, named} <= set(library.sighting("/files/a1b2.pdf").shown_facts)
    preview = set(library.sighting("/doc/9.html").shown_facts)
    assert {"views:345", "pages:8", "pages_shown:3"} <= preview
    assert named not in preview
