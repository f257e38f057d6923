"""The text in documents, in the order it is read."""

from __future__ import annotations

import gzip
import io

import pytest

from fingerprints import document
from fingerprints.contract import Limits
from fingerprints.errors import TooLarge, Undecodable, Unsupported
from fingerprints.text import TextModality, read_text
from tests.unit.fingerprints.document import made
from tests.unit.fingerprints.document.made import CHAPTERS, zipped

WHOLE = "\n".join(CHAPTERS)


def text(content: bytes, media_type: str | None = None, limits: Limits | None = None) -> str:
    return document.text(io.BytesIO(content), limits or Limits(), media_type)


def test_pdf() -> None:
    found = text(made.pdf(CHAPTERS))
    assert found.replace("\n", "") == WHOLE.replace("\n", "")
    assert [found.index(one[:20]) for one in CHAPTERS] == sorted(
        found.index(one[:20]) for one in CHAPTERS
    )
    assert text(b"\n\njunk" + made.pdf(CHAPTERS)) == found
    assert text(made.scanned_pdf([made.scene(1)])) == ""


def test_hyphens_at_ends_of_lines_are_taken_out() -> None:
    page = b"BT /F2 12 Tf 50 700 Td (extra-) Tj 0 -14 Td (ordinary story) Tj ET"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792] >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R "
        b"/Resources << /Font << /F2 4 0 R >> >> >>",
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        5: b"<< /Length %d >>\nstream\n%b\nendstream" % (len(page), page),
    }
    assert text(made.pdf_of(objects)) == "extraordinary story"


@pytest.mark.parametrize("head", ["<title/>", '<script src="a.js"/><title>三国</title>'])
def test_epub(head: str) -> None:
    assert text(made.epub(CHAPTERS, head=head)) == WHOLE


def test_epub_without_a_package() -> None:
    files: dict[str, bytes | str] = {"mimetype": "application/epub+zip"}
    files |= {f"c{at}.html": f"<p>{one}</p>" for at, one in enumerate(CHAPTERS)}
    assert text(zipped(files)) == WHOLE


def test_locked_epub() -> None:
    def locked(path: str) -> bytes:
        return zipped(
            {
                "mimetype": "application/epub+zip",
                "META-INF/encryption.xml": f'<e><CipherReference URI="{path}"/></e>',
                "c1.xhtml": CHAPTERS[0],
            }
        )

    with pytest.raises(Undecodable, match="encrypted"):
        text(locked("c1.xhtml"))
    assert text(locked("font.otf")) == CHAPTERS[0]


def test_docx() -> None:
    assert text(made.docx(CHAPTERS)) == f"{WHOLE}\na note"


def test_pptx() -> None:
    slides = [f"{at}. {CHAPTERS[at % 3]}" for at in range(12)]
    assert text(made.pptx(slides)) == "\n".join(slides)


def test_odt() -> None:
    assert text(made.odt(CHAPTERS)) == f"{WHOLE}\na   b"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("media_type", [None, "application/x-fictionbook+xml"])
def test_fb2(charset: str, media_type: str | None) -> None:
    assert text(made.fb2(CHAPTERS, charset=charset), media_type) == WHOLE


@pytest.mark.parametrize(
    "content",
    [
        zipped({"三国/第十回.txt": CHAPTERS[2], "三国/第二回.txt": CHAPTERS[1].encode("gb18030"),
                "三国/第一回.html": f"<html><p>{CHAPTERS[0]}</p>", "a.jpg": b"\xff\xd8\xff",
                "__MACOSX/._第一回.txt": "junk", "code.py": "print()", "x.exe": b"MZ\0\0"}),
        zipped({"1.epub": made.epub(CHAPTERS[:2]), "2.fb2": made.fb2(CHAPTERS[2:])}),
        zipped({"book": zipped({"1": WHOLE.encode("utf-16")})}),
        gzip.compress(WHOLE.encode("gb18030")),
        gzip.compress(zipped({"book.docx": zipped({"word/document.xml":
            "<d>" + "".join(f"<p><t>{one}</t></p>" for one in CHAPTERS) + "</d>"})})),
    ],
    ids=["chapters", "books", "nested", "gz", "docx in zip in gz"],
)  # fmt: skip
def test_archives(content: bytes) -> None:
    assert text(content) == WHOLE


def test_the_text_modality_reads_documents() -> None:
    content = made.epub([one * 3 for one in CHAPTERS])
    for media_type in ("application/epub+zip", "application/zip"):
        source = io.BytesIO(content)
        printed = TextModality().extract(source, limits=Limits(), media_type=media_type)
        read = read_text(io.BytesIO(content), limits=Limits(), media_type=media_type)
        assert read == "\n".join(one * 3 for one in CHAPTERS)
        assert printed.extent == len(read)


def test_one_broken_member_costs_itself_only() -> None:
    content = zipped({"1.txt": CHAPTERS[0], "2.epub": b"PK\x03\x04broken", "3.txt": CHAPTERS[1],
                      "4.pdf": b"%PDF-1.4 broken", "5.txt": bytes(range(256)) * 20})  # fmt: skip
    assert text(content) == "\n".join(CHAPTERS[:2])


def test_a_bomb_beside_a_text_does_not_hide_it() -> None:
    limits = Limits(archive_ratio=2.0, archive_bytes=1 << 20)
    content = zipped({"1.txt": CHAPTERS[0], "2.txt": bytes(2 << 20)})
    assert text(content, limits=limits) == CHAPTERS[0]
    with pytest.raises(TooLarge, match="archive_bytes"):
        text(zipped({"2.txt": b"a" * (2 << 20)}), limits=limits)


def test_depth() -> None:
    content = CHAPTERS[0].encode()
    for depth in range(1, 5):
        content = zipped({"inner.zip" if depth > 1 else "a.txt": content})
        if depth <= 3:
            assert text(content) == CHAPTERS[0]
    with pytest.raises(TooLarge, match="archive_depth"):
        text(content)


@pytest.mark.parametrize(
    "content",
    [made.pdf(CHAPTERS), made.epub(CHAPTERS), made.docx(CHAPTERS), made.fb2(CHAPTERS)],
    ids=["pdf", "epub", "docx", "fb2"],
)
def test_limits(content: bytes) -> None:
    with pytest.raises(TooLarge, match="text_characters"):
        text(content, limits=Limits(text_characters=60))
    with pytest.raises(TooLarge, match="input_bytes"):
        text(content, limits=Limits(input_bytes=len(content) - 1))


def test_of_many_texts_those_that_fit_are_read() -> None:
    content = zipped({f"{at}.txt": one for at, one in enumerate(CHAPTERS)})
    limits = Limits(text_characters=len(CHAPTERS[0]) + len(CHAPTERS[1]) + 2)
    assert text(content, limits=limits) == "\n".join(CHAPTERS[:2])


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", Undecodable),
        (b"%PDF-1.7\n", Undecodable),
        (b"no document", Undecodable),
        (b"PK\x03\x04", Undecodable),
        (zipped({"AndroidManifest.xml": b"", "classes.dex": b""}), Unsupported),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), Undecodable),
    ],
)
def test_named_errors(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        text(content)


def test_encrypted_pdf() -> None:
    objects = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%b> /U <%b> >>" % (b"28" * 32, b"31" * 32)
    content = made.pdf(CHAPTERS).replace(
        b"/Root 1 0 R", b"/Root 1 0 R /Encrypt " + objects + b" /ID [<00> <00>]"
    )
    with pytest.raises(Undecodable, match="encrypted"):
        text(content)


def test_an_archive_without_texts_has_none() -> None:
    assert text(zipped({"a.jpg": made.written(made.scene(1)), "b.mp3": b"ID3"})) == ""
