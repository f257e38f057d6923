"""Small documents of every kind, made by hand."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHAPTERS = (
    "话说天下大势，分久必合，合久必分。周末七国分争，并入于秦。",
    "及秦灭之后，楚、汉分争，又并入于汉。汉朝自高祖斩白蛇而起义，一统天下。",
    "后来光武中兴，传至献帝，遂分为三国。推其致乱之由，殆始于桓、灵二帝。",
)


def scene(number: int, width: int = 300, height: int = 400) -> Image.Image:
    """A picture unlike those of other numbers."""
    rng = np.random.default_rng(number)
    coarse = Image.fromarray(rng.integers(0, 256, (9, 7, 3)).astype(np.uint8))
    return coarse.resize((width, height), Image.Resampling.BICUBIC)


def written(picture: Image.Image, form: str = "jpeg") -> bytes:
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def pdf(texts: Sequence[str] = (), *, media_box: str = "0 0 612 792", extra: bytes = b"") -> bytes:
    """A page for each text, in a font that every reader of PDF has; `extra` begins each page."""
    count = len(texts)
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(count))
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {count} /MediaBox [{media_box}] >>".encode(),
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H "
        b"/DescendantFonts [4 0 R] >>",
        4: b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
    }
    for at, text in enumerate(texts):
        shown = " T* ".join(
            f"<{text[start : start + 30].encode('utf-16-be').hex()}> Tj"
            for start in range(0, len(text), 30)
        )
        stream = extra + f" BT /F1 12 Tf 14 TL 50 700 Td {shown} ET".encode()
        objects[10 + 2 * at] = (
            f"<< /Type /Page /Parent 2 0 R /Contents {11 + 2 * at} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        ).encode()
        objects[11 + 2 * at] = (
            f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream"
        )
    return pdf_of(objects)


def pdf_of(objects: Mapping[int, bytes]) -> bytes:
    """A file of those objects; number 1 is its catalogue."""
    out = b"%PDF-1.7\n"
    places = {}
    for number, content in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {max(objects) + 1}\n0000000000 65535 f \n".encode()
    for number in range(1, max(objects) + 1):
        kind = "n" if number in places else "f"
        out += f"{places.get(number, 0):010} 00000 {kind} \n".encode()
    trailer = f"trailer\n<< /Size {max(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    return out + trailer.encode()


def scanned_pdf(pictures: Sequence[Image.Image]) -> bytes:
    out = io.BytesIO()
    pictures[0].save(out, "pdf", save_all=True, append_images=list(pictures[1:]))
    return out.getvalue()


def epub(
    chapters: Sequence[str], pictures: Mapping[str, bytes] | None = None, head: str = "<title/>"
) -> bytes:
    """The spine goes against the order of names; chapter n shows the n-th picture."""
    names = [f"c{len(chapters) - at}.xhtml" for at in range(len(chapters))]
    shown = list(pictures or {})
    items = "".join(f'<item id="i{at}" href="Text/{name}"/>' for at, name in enumerate(names))
    refs = "".join(f'<itemref idref="i{at}"/>' for at in range(len(names)))
    files: dict[str, bytes | str] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OEBPS/a%20b.opf"/>'
        "</rootfiles></container>",
        "OEBPS/a b.opf": f"<package><manifest>{items}</manifest><spine>{refs}</spine></package>",
    }
    for at, (name, chapter) in enumerate(zip(names, chapters, strict=True)):
        image = f'<img alt="" src="../Images/{shown[at]}"/>' if at < len(shown) else ""
        files[f"OEBPS/Text/{name}"] = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
            f"<head>{head}</head><body>{image}<a id='p'/><p>{escape(chapter)}</p></body></html>"
        )
    for name, content in (pictures or {}).items():
        files[f"OEBPS/Images/{name}"] = content
    return zipped(files)


_WORD = 'xmlns:w="urn:w" xmlns:a="urn:a" xmlns:r="urn:r" xmlns:mc="urn:mc"'


def docx(paragraphs: Sequence[str], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Each paragraph in two runs, after deleted words; picture n after paragraph n."""
    shown = list(pictures or {})
    body = ""
    for at, one in enumerate(paragraphs):
        half = len(one) // 2
        image = f'<a:blip r:embed="rId{at}"/>' if at < len(shown) else ""
        body += (
            f"<w:p><w:del><w:r><w:t>deleted</w:t></w:r></w:del><w:r><w:t>{one[:half]}</w:t></w:r>"
            f"<w:r><w:t>{one[half:]}</w:t><w:instrText>PAGE</w:instrText></w:r>"
            f"<mc:AlternateContent><mc:Choice>{image}</mc:Choice><mc:Fallback><w:t>again</w:t>"
            "</mc:Fallback></mc:AlternateContent></w:p>"
        )
    relations = "".join(
        f'<Relationship Id="rId{at}" Target="media/{name}"/>' for at, name in enumerate(shown)
    )
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {_WORD}><w:body>{body}</w:body></w:document>",
        "word/footnotes.xml": f"<w:footnotes {_WORD}><w:p><w:t>a note</w:t></w:p></w:footnotes>",
        "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>",
    }
    for name, content in (pictures or {}).items():
        files[f"word/media/{name}"] = content
    return zipped(files)


def pptx(slides: Sequence[str]) -> bytes:
    files: dict[str, bytes | str] = {"ppt/presentation.xml": "<p/>"}
    for at, one in enumerate(slides):
        files[f"ppt/slides/slide{at + 1}.xml"] = f"<s><p><r><t>{one}</t></r></p></s>"
    return zipped(files)


def odt(paragraphs: Sequence[str], pictures: Mapping[str, bytes] | None = None) -> bytes:
    shown = list(pictures or {})
    body = "<t:tracked-changes><t:p>deleted</t:p></t:tracked-changes>"
    for at, one in enumerate(paragraphs):
        image = f'<d:image x:href="Pictures/{shown[at]}"/>' if at < len(shown) else ""
        body += f"<t:p>{one[:5]}<t:span>{one[5:]}</t:span>{image}</t:p>"
    files: dict[str, bytes | str] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": '<o xmlns:t="urn:t" xmlns:d="urn:d" xmlns:x="urn:x"><t:scripts/>'
        f"{body}<t:p>a<t:s t:c='3'/>b</t:p></o>",
    }
    for name, content in (pictures or {}).items():
        files[f"Pictures/{name}"] = content
    return zipped(files)


def fb2(
    paragraphs: Sequence[str], pictures: Mapping[str, bytes] | None = None, charset: str = "utf-8"
) -> bytes:
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    images = "".join(f'<image l:href="#{name}"/>' for name in reversed(list(pictures or {})))
    binaries = "".join(
        f'<binary id="{name}">{base64.encodebytes(content).decode()}</binary>'
        for name, content in (pictures or {}).items()
    )
    return (
        f'<?xml version="1.0" encoding="{charset}"?><FictionBook '
        'xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" xmlns:l="urn:l">'
        "<description><p>about</p></description>"
        f"<body><section>{body}{images}</section></body>{binaries}</FictionBook>"
    ).encode(charset)
