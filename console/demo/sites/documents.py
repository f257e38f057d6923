"""A site for documents that users upload: previews of pages as pictures, scans, a viewer."""

from __future__ import annotations

import html
from io import BytesIO
from typing import TYPE_CHECKING, Final

import pypdfium2

from console.demo.disguise.pictures import written
from console.demo.sites import markup
from console.demo.sites.contract import Resource
from console.demo.sites.markup import items, link
from console.demo.sites.portals import Portal
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

    from console.demo.productions import Production, Shelf
    from console.demo.sites.contract import Site

_SCALE: Final = 1.5
_QUALITY: Final = 60
_PDF: Final = "application/pdf"

_PORTAL = Portal(
    name="documents",
    chinese="演示文库",
    english="Demo Documents",
    menu='<a href="/">最新上传</a>',
    notice="文档由用户上传，如有侵权请联系删除 · Documents are uploaded by users",
    channel=Channel.DOCUMENTS,
    plays=True,
)


def document_site(standards: Shelf) -> Site:
    """Build the site: works as pictures of their pages, others as the files that they are."""
    shown = [*standards.works, *standards.others]
    rows = [link(f"/p-{number}.html", one.title) for number, one in enumerate(shown, 1)]
    resources = {
        "/": _PORTAL.page("最新上传 Newest", f"<ul class='list'>{items(*rows)}</ul>"),
    }
    for number, one in enumerate(shown, 1):
        is_work = one in standards.works
        resources |= dict(_previewed(number, one) if is_work else _viewed(number, one))
    return _PORTAL.site(resources)


def _previewed(number: int, one: Production) -> Iterator[tuple[str, Resource]]:
    """Show all pages as pictures, and offer a scan: a PDF that has no words."""
    carries = frozenset({one.title})
    pages = _rendered(one.content)
    files = [f"/preview/{number}/{page}.jpg" for page in range(1, len(pages) + 1)]
    for file, page in zip(files, pages, strict=True):
        yield file, Resource(written(page, "JPEG", _QUALITY).content, "image/jpeg", carries)
    shown = "\n".join(f'<img data-src="{file}" src="{markup.BLANK}" alt="">' for file in files)
    scan = f"/upload/{number:04d}.pdf"
    facts = f"页数：{len(pages)} · 格式：PDF · 上传者：文档达人"
    body = f"""<h1>{html.escape(one.title)}</h1><p>{facts}</p>
<div class="reading">{shown}</div><p>{link(scan, "下载PDF全文")}</p>"""
    yield f"/p-{number}.html", _PORTAL.page(f"{one.title} 在线预览", body, carries)
    yield scan, Resource(_scanned(pages), _PDF, carries)


def _viewed(number: int, one: Production) -> Iterator[tuple[str, Resource]]:
    """Show a document in a viewer (PDF.js), which is told the file."""
    file = f"/upload/{number:04d}.pdf"
    frame = f'<iframe src="/pdfjs/web/viewer.html?file={file}" width="900" height="700"></iframe>'
    yield f"/p-{number}.html", _PORTAL.page(one.title, f"<h1>{html.escape(one.title)}</h1>{frame}")
    yield "/pdfjs/web/viewer.html", _PORTAL.page("PDF.js viewer", "<div id='viewer'></div>")
    yield file, Resource(one.content, _PDF)


def _rendered(content: bytes) -> list[Image.Image]:
    with pypdfium2.PdfDocument(content) as document:
        return [page.render(scale=_SCALE).to_pil().convert("L") for page in document]


def _scanned(pages: list[Image.Image]) -> bytes:
    file = BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=108)
    return file.getvalue()
