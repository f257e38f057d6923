"""Which documents a page leads to, and which standards it names."""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from crawlers.spiders.base import SHOWN_FACTS, TITLE
from crawlers.spiders.paged.documents import DocumentsSpider
from crawlers.spiders.paged.files import files_of, names_file
from crawlers.spiders.paged.standards import RegisteredStandards, numbers_in
from index.documents import Identifier, Work, WorkKind, now
from index.store import StoreLocation, open_store
from tests.responses import page_of

if TYPE_CHECKING:
    from pathlib import Path

HERE = "http://lib.example/view/1.html"
PDF = "http://lib.example/files/a.pdf"
HIDDEN = base64.b64encode(PDF.encode()).decode()

FORMS = {
    "link": "<a href=/files/a.pdf>a</a>",
    "query": "<a href='/down.php?name=a.pdf'>a</a>",
    "pdf.js": f"<iframe src='/pdfjs/web/viewer.html?file={quote('/files/a.pdf', safe='')}'>",
    "pdf.js relative": "<iframe src='/pdfjs/web/viewer.html?file=../../files/a.pdf#page=2'>",
    "pdf.js link": "<a href='/pdfjs/web/viewer.html?file=/files/a.pdf'>read</a>",
    "office viewer": f"<iframe src='https://view.officeapps.live.com/op/embed.aspx?src={quote(PDF)}'>",
    "google viewer": f"<iframe src='https://docs.google.com/gview?embedded=true&url={quote(PDF)}'>",
    "embed": "<embed src=/files/a.pdf type=application/pdf>",
    "embed without an ending": "<embed src=/files/1 type=application/pdf>",
    "object": "<object data=/files/a.pdf></object>",
    "lazy frame": "<iframe data-src=/files/a.pdf></iframe>",
    "PDFObject": "<script>PDFObject.embed('/files/a.pdf', '#v')</script>",
    "getDocument": '<script>pdfjsLib.getDocument({url: "\\/files\\/a.pdf"})</script>',
    "default": "<script>var DEFAULT_URL = '/files/a.pdf';</script>",
    "base64": f"<script>load('{HIDDEN}')</script>",
    "data": "<div data-pdf=/files/a.pdf></div>",
    "button elsewhere": "<a href=http://cdn.example/d/1>下载PDF</a>",
}
LEADS = {
    "query": "http://lib.example/down.php?name=a.pdf",
    "embed without an ending": "http://lib.example/files/1",
    "button elsewhere": "http://cdn.example/d/1",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_leads_to_the_document(form: str) -> None:
    urls = [url for url, _ in files_of(page_of(f"<html>{FORMS[form]}", HERE))]
    assert LEADS.get(form, PDF) in urls


def test_pages_are_no_documents() -> None:
    markup = "<a href=/doc/2.html>x</a><iframe src=/?url=/a.html></iframe><a href=/d/1>下载</a>"
    assert list(files_of(page_of(f"<html>{markup}", HERE))) == []
    assert not names_file("http://a.example/?next=/x/a.pdf")


def test_what_a_document_is_called_goes_with_it() -> None:
    spider = DocumentsSpider()
    spider.plan = SimpleNamespace(ignore_robots_because="")  # type: ignore[assignment]
    markup = "<h1>GB/T 1234-2020 某标准</h1><a href=/files/a.pdf>PDF</a>"
    (found,) = (one for one in spider.downloads(page_of(f"<html>{markup}", HERE)))
    assert (found.url, found.role, found.referrer) == (PDF, "media", HERE)
    assert found.context == {
        TITLE: "PDF GB/T 1234-2020 某标准",
        SHOWN_FACTS: ["standard:GB/T 1234-2020"],
    }


@pytest.mark.parametrize(
    ("text", "is_preview"),
    [
        ("共 12 页", True),
        ("页数：120", True),
        ("35 pages", True),
        ("在线预览", True),
        ("第 3 页", False),
        ("一篇新闻", False),
    ],
)
def test_which_page_shows_a_document(text: str, is_preview: bool) -> None:  # noqa: FBT001
    assert DocumentsSpider().is_chapter(page_of(f"<html><p>{text}</p>", HERE)) is is_preview


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("GB/T 1234.1—2020", "GB/T 1234.1-2020"),
        ("ＧＢ／Ｔ　12345－2021", "GB/T 12345-2021"),
        ("GBT19001-2016.pdf", "GB/T 19001-2016"),
        ("GB_T 19001-2016", "GB/T 19001-2016"),
        ("gb 50016-2014(2018年版)", "GB 50016-2014"),
        ("GBZ 2.1-2019", "GBZ 2.1-2019"),
        ("GB/Z 2.1-2019", "GB/Z 2.1-2019"),
        ("HJ 212-2017", "HJ 212-2017"),
        ("DL/T 645-2007", "DL/T 645-2007"),
        ("T/CECS 123-2019", "T/CECS 123-2019"),
        ("DB11/T 1004-2013", "DB11/T 1004-2013"),
        ("JGJ 79-91", "JGJ 79-1991"),
        ("ISO 9001:2015", "ISO 9001:2015"),
        ("ISO/IEC 27001:2022", "ISO/IEC 27001:2022"),
        ("IEC 60601-1", "IEC 60601-1"),
    ],
)
def test_numbers_of_standards(text: str, number: str) -> None:
    assert list(numbers_in(f"标准 {text} 的规定")) == [number]


@pytest.mark.parametrize(
    "text",
    ["GB 12", "SAMSUNG 12-2020", "16GB 2020-2021", "ISO 100", "EN 50", "T/A 1-2020", "A" * 9],
)
def test_what_is_no_number_of_a_standard(text: str) -> None:
    assert list(numbers_in(text)) == []


def test_hostile_text_ends() -> None:
    assert list(numbers_in("GB/T " * 100_000)) == []
    assert list(numbers_in("T/" + "A" * 300_000)) == []


def test_works_are_found_by_the_number_they_carry(tmp_path: Path) -> None:
    records = open_store(StoreLocation(tmp_path)).records
    number = Identifier(scheme="标准号", raw="GB/T1234—2020", value="GB/T1234—2020")
    works = [
        Work(id="a", title="某标准", category=WorkKind.STANDARD, holder="H", registered_at=now(),
             identifiers=(number,)),
        Work(id="b", title="HJ 212-2017 另一标准", category=WorkKind.STANDARD, holder="H",
             registered_at=now()),
        Work(id="c", title="GB/T 1234-2020", category=WorkKind.LITERATURE, holder="H",
             registered_at=now()),
    ]  # fmt: skip
    for work in works:
        records.put(work, expect=None)
    known = RegisteredStandards(records)
    assert known.works_of(["GB/T 1234-2020", "HJ 212-2017", "HJ 1-2000"]) == ["a", "b"]
