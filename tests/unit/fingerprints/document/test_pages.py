"""The pictures in documents, in the order they are looked at."""

from __future__ import annotations

import io
import tarfile
import zlib

import numpy as np
import py7zr
import pytest
from PIL import Image

from fingerprints import document
from fingerprints.contract import Limits
from fingerprints.document import pictures
from fingerprints.errors import TooLarge, Undecodable
from fingerprints.image.decode import LONG_SIDE, Picture
from tests.unit.fingerprints.document import made
from tests.unit.fingerprints.document.made import CHAPTERS, scene, written, zipped

SCENES = [scene(number) for number in range(4)]
FILES = {f"{number * 5 + 1}.jpg": written(one) for number, one in enumerate(SCENES)}

FIRST_TWO = {name: FILES[name] for name in ("1.jpg", "6.jpg")}


def pages(content: bytes, limits: Limits | None = None) -> list[Picture]:
    return list(document.pages(io.BytesIO(content), limits or Limits()))


def likeness(page: Picture, picture: Image.Image) -> float:
    """Correlation of what is seen."""
    grey = np.asarray(picture.convert("L").resize((48, 64)), float)
    seen = np.asarray(Image.fromarray(page.luminance).resize((48, 64)), float)
    if seen.std() == 0:
        return 0.0
    return float(np.corrcoef(grey.ravel(), seen.ravel())[0, 1])


def assert_shows(found: list[Picture], scenes: list[Image.Image]) -> None:
    assert [
        max(range(len(SCENES)), key=lambda at: likeness(page, SCENES[at])) for page in found
    ] == [SCENES.index(one) for one in scenes]
    assert all(likeness(page, one) > 0.97 for page, one in zip(found, scenes, strict=True))
    assert all(max(page.luminance.shape) <= LONG_SIDE for page in found)


def test_scanned_pdf() -> None:
    assert_shows(pages(made.scanned_pdf(SCENES)), SCENES)


def test_pages_of_text_are_drawn() -> None:
    first, second, third = pages(made.pdf(CHAPTERS))
    assert first.luminance.shape == (LONG_SIDE, round(LONG_SIDE * 612 / 792))
    assert first.luminance.min() < 200 < first.luminance.max()
    assert (first.luminance != second.luminance).any()
    assert (second.luminance != third.luminance).any()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in FILES.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def seven_zipped() -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        for name, content in FILES.items():
            archive.writestr(content, name)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        zipped(dict(sorted(FILES.items()))),  # 1, 11, 16, 6
        zipped({f"vol/{name}": one for name, one in FILES.items()} | {"a.txt": "x", "b.url": "x"}),
        tarred(),
        seven_zipped(),
        made.epub(CHAPTERS, FILES),
        made.docx(CHAPTERS, dict(list(FILES.items())[:3])),
        made.odt(CHAPTERS, dict(list(FILES.items())[:3])),
        zipped({"2.pdf": made.scanned_pdf(SCENES[2:]), "1.cbz": zipped(FIRST_TWO)}),
    ],
    ids=["cbz", "folders", "cbt", "cb7", "epub", "docx", "odt", "nested"],
)  # fmt: skip
def test_pictures_in_order(content: bytes) -> None:
    found = pages(content)
    assert_shows(found, SCENES[: len(found)])
    assert len(found) >= 3


def test_fb2() -> None:
    assert_shows(pages(made.fb2(CHAPTERS, FILES)), SCENES[::-1])


def test_numbers_of_pages_stay_right() -> None:
    files = dict(FILES)
    files["6.jpg"] = b"broken"
    files["11.jpg"] = written(Image.new("RGB", (300, 400), "white"))
    found = pages(zipped(files))
    assert len(found) == 4
    assert_shows([found[0], found[3]], [SCENES[0], SCENES[3]])
    assert all(page.luminance.std() == 0 for page in found[1:3])


def test_bullets_and_rules_are_no_pages() -> None:
    bullet = written(scene(9, 16, 16), "png")
    found = pages(made.epub(CHAPTERS, {"bullet.png": bullet, "11.jpg": FILES["11.jpg"]}))
    assert_shows(found, [SCENES[2]])


@pytest.mark.parametrize(
    "media_box", ["0 0 1000000000 1000000000", "0 0 1 1000000", "0 0 0 0", "9 9 1 1", "0 0 nan -1"]
)
def test_sizes_of_pages_are_not_believed(media_box: str) -> None:
    for page in pages(made.pdf(CHAPTERS[:1], media_box=media_box)):
        assert max(page.luminance.shape) <= LONG_SIDE


def test_count_of_pages_is_not_believed() -> None:
    content = made.pdf(CHAPTERS).replace(b"/Count 3", b"/Count 900000000")
    assert len(pages(content)) < 1000


def test_most_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PAGES", 2)
    assert len(pages(zipped(dict(FILES)))) == 2


def huge_picture(side: int) -> bytes:
    """A page with a picture that says it is so large, drawn many times."""
    draw = b"q 100 0 0 100 0 0 cm /I Do Q " * 50
    return made.pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792] >>",
            3: b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R "
            b"/Resources << /XObject << /I 4 0 R >> >> >>",
            4: b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 "
            b"/ColorSpace /DeviceGray /Length 0 >>\nstream\n\nendstream" % (side, side),
            5: b"<< /Length %d >>\nstream\n%b\nendstream" % (len(draw), draw),
        }
    )


def test_pages_too_costly_are_not_drawn() -> None:
    (page,) = pages(huge_picture(30_000))
    assert page.luminance.std() == 0
    found = pages(made.scanned_pdf(SCENES), Limits(image_pixels=300 * 400 - 1))
    assert [page.luminance.std() for page in found] == [0] * 4


def test_pictures_that_cost_too_much_all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 3)
    limits = Limits(image_pixels=300 * 400)
    for content in (made.scanned_pdf(SCENES), zipped(dict(FILES))):
        assert_shows(pages(content, limits), SCENES[:3])


def resourced(page: bytes, resources: bytes, objects: dict[int, bytes]) -> bytes:
    """A page with those instructions; `objects` from number 10 on."""
    return made.pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792] >>",
            3: b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << %b >> >>" % resources,
            5: stream(b"", page),
            **objects,
        }
    )


def stream(dictionary: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content)
    head = b"<< %b /Filter /FlateDecode /Length %d >>\nstream\n" % (dictionary, len(packed))
    return head + packed + b"\nendstream"


def test_instructions_that_unpack_to_too_much() -> None:
    content = resourced(b"0 0 m 9 9 l S " * 3_000_000, b"", {})
    assert len(content) < 200_000
    with pytest.raises(TooLarge, match="archive_bytes"):
        pages(content)


def test_forms_that_draw_forms() -> None:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 999 999] "
    form += b"/Resources << /XObject << /X %d 0 R >> >>"
    forms = {10 + at: stream(form % (11 + at), b"/X Do " * 10) for at in range(9)}
    forms[19] = stream(form % 19, b"0 0 m 9 9 l S")
    with pytest.raises(TooLarge, match="pdf_forms"):
        pages(resourced(b"/X Do", b"/XObject << /X 10 0 R >>", forms))
    circle = {10: forms[10], 11: stream(form % 10, b"/X Do " * 10)}
    with pytest.raises(TooLarge, match="pdf_forms"):
        pages(resourced(b"/X Do", b"/XObject << /X 10 0 R >>", circle))


def test_tiles_too_small_to_see() -> None:
    pattern = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] "
    pattern += b"/XStep %b /YStep %b /Resources << >>"
    draw, resources = b"/Pattern cs /P scn 0 0 600 700 re f", b"/Pattern << /P 10 0 R >>"
    for step in (b"0.0001", b".3", b"9"):
        tile = stream(pattern % (step, step), b"0 0 5 5 re f")
        content = resourced(draw, resources, {10: tile})
        if step == b"9":
            assert pages(content)[0].luminance.std() > 0
        else:
            with pytest.raises(TooLarge, match="pdf_forms"):
                pages(content)


def test_named_errors() -> None:
    for content in (b"", b"%PDF-1.7", b"PK\x03\x04", b"<html>"):
        with pytest.raises(Undecodable):
            pages(content)


def test_a_text_has_no_pages() -> None:
    assert pages(zipped({"a.txt": CHAPTERS[0]})) == []


def test_pages_are_decoded_once_for_all_who_look() -> None:
    source = io.BytesIO(zipped(FILES))
    limits = Limits()
    first = list(document.pages(source, limits))
    assert all(a is b for a, b in zip(first, document.pages(source, limits), strict=True))
    with pytest.raises(TooLarge):
        list(document.pages(source, Limits(input_bytes=1)))
