"""Books of running text as PDF, in two halves: many set by one tool in the same format and type.

Such books are the strangers that are hard to tell apart. Each work is some pages; those cut from
one manual share notices and tables and are of one family, else a work's text is in no other work.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pypdfium2 as pdfium

from benchmarks.accuracy.pages import tools
from benchmarks.accuracy.suite import Half, Original
from benchmarks.accuracy.text.originals import _austen, _bible, _three_kingdoms

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGES: Final = 4
"""Of a work: what a preview shows."""


class _Template(NamedTuple):
    """How a series is set: `page` is a paper size with its margin, `type_` font and size."""

    name: str
    page: str
    type_: str


_CHINESE: Final = {
    Half.TUNE: (
        _Template("zh-a5", "A5; margin:15mm", "10pt/1.6 'Noto Serif CJK SC'"),
        _Template("zh-a4", "A4; margin:25mm", "10.5pt/1.5 'Noto Sans CJK SC'"),
    ),
    Half.REPORT: (
        _Template("zh-a4", "A4; margin:30mm 26mm", "12pt/1.5 'Noto Serif CJK SC'"),
        _Template("zh-b5", "B5; margin:18mm", "10pt/1.7 'Noto Sans CJK SC'"),
    ),
}
_ENGLISH: Final = {
    Half.TUNE: (
        _Template("en-a4", "A4; margin:25mm", "11pt/1.25 'Nimbus Roman'"),
        _Template("en-a5", "A5; margin:15mm", "9.5pt/1.4 'DejaVu Sans'"),
    ),
    Half.REPORT: (
        _Template("en-a5", "A5; margin:16mm", "10pt/1.3 'P052'"),
        _Template("en-letter", "letter; margin:25mm", "11pt/1.35 'C059'"),
    ),
}
_MANUALS: Final = {
    Half.TUNE: "debian-reference-zh-cn/usr/share/debian-reference/debian-reference.zh-cn.pdf",
    Half.REPORT: "debian-reference-en/usr/share/debian-reference/debian-reference.en.pdf",
}
_MANUAL_FIRST, _MANUAL_WORKS = 30, 12
_WORKS: Final = 40
"""Of a series."""
_LETTERS: Final = {"zh": 4_500, "en": 14_000}
_STYLE: Final = (
    "@page{{size:{0.page};@top-left{{content:'{1}';font-size:70%}}"
    "@bottom-right{{content:counter(page);font-size:70%}}}}"
    "body{{font:{0.type_};text-align:justify}} p{{text-indent:2em;margin:0}}"
    "h1{{break-before:page;font-size:130%}}"
)


def originals(half: Half, corpus: Path) -> list[Original]:
    """Return the books of one half, printed before or now."""
    folder = _folder(corpus) / half
    manifest = folder / "manifest.json"
    if not manifest.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _bind(half, corpus, folder)
        names = sorted(one.name for one in folder.glob("*.pdf"))
        manifest.write_text(json.dumps(names), encoding="utf-8")
    names = json.loads(manifest.read_text(encoding="utf-8"))
    return [Original(f"{half}/{name}", folder / name, _family(half, name)) for name in names]


def _family(half: Half, name: str) -> str:
    """Both manuals are one, in two languages, with the same commands and listings."""
    return "manual" if name.startswith("manual") else f"{half}/{name}"


def _folder(corpus: Path) -> Path:
    folder = corpus / "layout"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / "marque-benchmark-layout"
    return folder


def _bind(half: Half, corpus: Path, folder: Path) -> None:
    for tongue, templates in (("zh", _CHINESE[half]), ("en", _ENGLISH[half])):
        texts = list(_texts(tongue, half, corpus))
        for at, template in enumerate(templates):
            _series(template, texts[at :: len(templates)][:_WORKS], tongue, folder)
    manual = corpus / "deb" / _MANUALS[half]
    with pdfium.PdfDocument(manual) as whole:
        for number in range(_MANUAL_WORKS):
            first = _MANUAL_FIRST + number * _PAGES
            _cut(whole, range(first, first + _PAGES), folder / f"manual {number:02}.pdf")


def _texts(tongue: str, half: Half, corpus: Path) -> Iterator[str]:
    """Yield texts of some pages each: pieces of novels, and of the Bible."""
    size = _LETTERS[tongue]
    if tongue == "zh":
        whole = [text for _, _, text in _three_kingdoms(corpus)]
        some = whole[:60] if half is Half.TUNE else whole[60:]
    else:
        source = _bible if half is Half.TUNE else _austen
        some = [text for _, _, text in source(corpus)]
    joined = "\n".join(some)
    for start in range(0, len(joined) - size, size):
        yield joined[start : start + size]


def _series(template: _Template, texts: list[str], tongue: str, folder: Path) -> None:
    """Print all in one go, and cut before every title."""
    titles = [f"{template.name} {number:02}" for number in range(len(texts))]
    head = "经典文库 · 内部资料" if tongue == "zh" else "The Classics Library · For study only"
    body = "".join(
        f"<h1>{title}</h1>{_paragraphs(text, tongue)}"
        for title, text in zip(titles, texts, strict=True)
    )
    with tempfile.TemporaryDirectory(prefix="marque-books-") as scratch:
        page, series = Path(scratch) / "series.html", Path(scratch) / "series.pdf"
        style = _STYLE.format(template, head)
        page.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{body}", "utf-8")
        tools.printed(page, series)
        with pdfium.PdfDocument(series) as whole:
            starts = [at for at in range(len(whole)) if _begins(whole[at], template.name)]
            for title, start, end in zip(titles, starts, [*starts[1:], len(whole)], strict=True):
                pages = range(start, min(start + _PAGES, end))
                _cut(whole, pages, folder / f"{title}.pdf")


def _paragraphs(text: str, tongue: str) -> str:
    pieces = text.split("\n\n" if tongue == "en" and "\n\n" in text else "\n")
    joined = (" ".join(piece.split()) for piece in pieces)
    return "".join(f"<p>{escape(piece)}</p>" for piece in joined if piece)


def _begins(page: pdfium.PdfPage, name: str) -> bool:
    text: str = page.get_textpage().get_text_range()
    return f"{name} " in text[:200]


def _cut(whole: pdfium.PdfDocument, pages: range, target: Path) -> None:
    part = pdfium.PdfDocument.new()
    part.import_pages(whole, list(pages))
    part.save(target)
    part.close()
