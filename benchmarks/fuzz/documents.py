"""Small documents and packages, written as their programs write them."""

from __future__ import annotations

import io
import plistlib
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

import py7zr
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_LINES: Final = 40
_LONGEST_LINE: Final = 70


def documents(words: str, pictures: Sequence[bytes]) -> dict[str, bytes]:
    """Return files of text and pictures by their names."""
    paragraphs = [line for line in words.splitlines() if line.strip()][:_LINES]
    plain = [line.replace("&", "and").replace("<", " ") for line in paragraphs]
    shown = {f"{at}.jpg": content for at, content in enumerate(pictures, 1)}
    html = "<html xmlns='http://www.w3.org/1999/xhtml'><body>" + "".join(
        f"<p>{line}</p>" for line in plain
    )
    return {
        "text.pdf": text_pdf(paragraphs),
        "pages.pdf": _picture_pdf(pictures),
        "comic.cbz": zipped(shown, zipfile.ZIP_STORED),
        "comic.cb7": sevened(shown),
        "book.epub": _epub(f"{html}</body></html>", shown),
        "book.docx": _docx(plain),
        "book.odt": _odt(plain),
        "book.fb2": _fb2(plain),
    }


def text_pdf(lines: Sequence[str]) -> bytes:
    """Write a PDF of one page of text in a standard font, its content deflated."""
    escaped = (one.encode("latin-1", "replace")[:_LONGEST_LINE] for one in lines)
    escaped = (one.translate(None, b"()\\") for one in escaped)
    shown = b"".join(b"(%s) Tj T*\n" % one for one in escaped)
    content = zlib.compress(b"BT /F1 9 Tf 12 TL 40 780 Td\n" + shown + b"ET")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Font<</F1 5 0 R>>>>",
    )
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def ipa(code: bytes) -> bytes:
    """Pack an iOS app around some bytes as its program."""
    facts = {"CFBundleIdentifier": "org.fuzz", "CFBundleShortVersionString": "1", "NSArray": [1]}
    base = "Payload/Fuzz.app/"
    return zipped(
        {
            f"{base}Info.plist": plistlib.dumps(facts, fmt=plistlib.FMT_BINARY),
            f"{base}Fuzz": b"\xcf\xfa\xed\xfe\x0c\0\0\x01\0\0\0\0\x02\0\0\0" + bytes(16) + code,
            f"{base}en.lproj/Localizable.strings": '"a" = "words";'.encode("utf-16"),
            **{f"{base}{at}.json": b'{"level": %d}' % at * 20 for at in range(9)},
        }
    )


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def sevened(members: Mapping[str, bytes]) -> bytes:
    """Pack a 7z."""
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(content, name)
    return out.getvalue()


def _picture_pdf(pictures: Sequence[bytes]) -> bytes:
    first, *others = (Image.open(io.BytesIO(one)) for one in pictures)
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others)
    return out.getvalue()


def _epub(page: str, pictures: Mapping[str, bytes]) -> bytes:
    container = (
        "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
        "<rootfile full-path='book.opf'/></rootfiles></container>"
    )
    items = "".join(
        f"<item id='p{at}' href='{name}' media-type='image/jpeg'/>"
        for at, name in enumerate(pictures)
    )
    package = (
        "<package xmlns='http://www.idpf.org/2007/opf'><manifest>"
        "<item id='c' href='1.xhtml' media-type='application/xhtml+xml'/>"
        f"{items}</manifest><spine><itemref idref='c'/></spine></package>"
    )
    return zipped(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": container.encode(),
            "book.opf": package.encode(),
            "1.xhtml": page.encode(),
            **pictures,
        }
    )


def _docx(lines: Sequence[str]) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    text = f"<w:document xmlns:w='{_WORD}'><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": text.encode()})


def _odt(lines: Sequence[str]) -> bytes:
    body = "".join(f"<text:p>{line}</text:p>" for line in lines)
    text = (
        f"<office:document-content xmlns:office='{_OFFICE}office:1.0'"
        f" xmlns:text='{_OFFICE}text:1.0'><office:body><office:text>{body}</office:text>"
        "</office:body></office:document-content>"
    )
    told = b"application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": told, "content.xml": text.encode()})


def _fb2(lines: Sequence[str]) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    space = "http://www.gribuser.ru/xml/fictionbook/2.0"
    return f"<FictionBook xmlns='{space}'><body>{body}</body></FictionBook>".encode()
