import io

import av
import numpy as np
import pytest
from PIL import Image

from fingerprints.media_type import UNKNOWN, sniff

PICTURE = Image.fromarray(
    np.arange(48 * 64 * 3, dtype=np.uint32).astype(np.uint8).reshape(48, 64, 3)
)


@pytest.mark.parametrize("name", ["jpeg", "png", "gif", "webp", "bmp", "tiff", "avif"])
def test_pictures_are_known_by_their_bytes(name: str) -> None:
    written = io.BytesIO()
    PICTURE.save(written, name)
    head = written.getvalue()[:4096]
    assert sniff(head) == f"image/{name}"
    assert sniff(head, declared="text/html; charset=utf-8", filename="a.txt") == f"image/{name}"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04\x14\0", "application/zip"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "image/avif"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFF\x24\0\0\0AVI LIST", "video/x-msvideo"),
        (b"RIFF\x24\0\0\0ACON", UNKNOWN),
        (b"\x47" + bytes(187) + b"\x47" + bytes(187) + b"\x47", "video/mp2t"),
        (b"MZ" + bytes(58) + b"\x80\0\0\0", "application/vnd.microsoft.portable-executable"),
        (b"dex\n035\0", "application/x-dex"),
        (b"\xbe\0\0\0\0\0\0\x01\x20\0\0\x40\0\xed", "application/x-wxapkg"),
        (b"ID3\x04\0\0\0\0\0\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
    ],
)
def test_other_binaries(head: bytes, expected: str) -> None:
    assert sniff(head) == expected


@pytest.mark.parametrize(
    ("container", "codec", "expected"),
    [
        ("matroska", "mpeg4", "video/x-matroska"),
        ("webm", "libvpx", "video/webm"),
        ("mp4", "mpeg4", "video/mp4"),
        ("mov", "mpeg4", "video/quicktime"),
        ("avi", "mpeg4", "video/x-msvideo"),
        ("flv", "flv", "video/x-flv"),
        ("mpegts", "mpeg2video", "video/mp2t"),
        ("mpeg", "mpeg2video", "video/mpeg"),
        ("asf", "mpeg4", "video/x-ms-asf"),
    ],
)
def test_films_are_known_by_their_bytes(container: str, codec: str, expected: str) -> None:
    written = io.BytesIO()
    with av.open(written, "w", format=container) as film:
        stream = film.add_stream(codec, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((72, 64), np.uint8), format="yuv420p")
        for number in range(30):
            frame.pts = number
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    assert sniff(written.getvalue()[:4096], declared="text/html") == expected


@pytest.mark.parametrize(
    "prose",
    [b"BMW builds cars.", b"ID3 tags hold titles.", b"PK is short", b"OggSomething", b"RIFF"],
)
def test_prose_that_begins_like_a_magic_number_is_text(prose: bytes) -> None:
    assert sniff(prose) == "text/plain"


def test_markup_is_html_whatever_was_declared() -> None:
    page = b"\n<!DOCTYPE html><html><body><p>text</p></body></html>"
    assert sniff(page) == "text/html"
    assert sniff(page, declared="image/png") == "text/html"
    assert sniff(page, declared="application/octet-stream", filename="cover.jpg") == "text/html"


def test_a_binary_served_as_text_is_not_text() -> None:
    noise = np.random.default_rng(1).bytes(4096)
    assert sniff(b"\x01" + noise, declared="text/html") == UNKNOWN
    assert sniff(b"\x01" + noise, declared="text/html", filename="track.xm") != "text/html"


def test_the_name_comes_before_the_declaration() -> None:
    noise = b"\x01" + np.random.default_rng(2).bytes(64)
    assert sniff(noise, declared="application/pdf", filename="a.iso") != "application/pdf"
    assert sniff(noise, declared="application/x-thing") == "application/x-thing"


def test_text_keeps_a_finer_name() -> None:
    assert sniff("标题\n正文".encode()) == "text/plain"
    assert sniff(b"a,b\n1,2\n", filename="https://a.example/x/table.csv?v=1") == "text/csv"
    assert sniff("文字".encode("utf-16")) == "text/plain"


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-le", "windows-1251"])
def test_a_fiction_book_is_no_web_page(charset: str) -> None:
    book = (
        f'<?xml version="1.0" encoding="{charset}"?>\n<!-- made -->\n<FictionBook '
        "xmlns='http://www.gribuser.ru/xml/fictionbook/2.0'><body><p>text</p></body></FictionBook>"
    ).encode(charset)
    for filename in ("a.txt", "a.html", "a.fb2", None):
        assert sniff(book, filename=filename) == "application/x-fictionbook+xml"


CHINESE = "话说天下大势，分久必合，合久必分。周末七国分争，并入于秦。\n" * 20
JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n" * 20


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-16", "utf-8"])
@pytest.mark.parametrize("text", [CHINESE, JAPANESE], ids=["Chinese", "Japanese"])
def test_east_asian_text_without_a_mark(text: str, charset: str) -> None:
    assert sniff(text.encode(charset), declared="image/jpeg", filename="a.zip") == "text/plain"


@pytest.mark.parametrize("charset", ["gb18030", "shift_jis"])
def test_east_asian_charsets(charset: str) -> None:
    assert sniff(JAPANESE.encode(charset), filename="a.jpg") == "text/plain"
    assert sniff(JAPANESE.encode(charset), declared="text/xml") == "text/plain"


def test_noise_is_no_east_asian_text() -> None:
    for seed in range(50):
        assert sniff(b"\1\2" + np.random.default_rng(seed).bytes(400)) == UNKNOWN


def test_books_of_palm() -> None:
    assert sniff(b"A_title".ljust(60, b"\0") + b"BOOKMOBI") == "application/x-mobipocket-ebook"
