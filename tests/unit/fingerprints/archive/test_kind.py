"""What an archive is, by the names in it."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

import py7zr
import pytest

from fingerprints.archive import kind

if TYPE_CHECKING:
    from collections.abc import Sequence

APK = "vnd.android.package-archive"
OFFICE = "application/vnd.openxmlformats-officedocument."
ODT = "application/vnd.oasis.opendocument.text"
PAGES = [f"vol 1/{number:03}.jpg" for number in range(12)]


def zipped(names: Sequence[str], mimetype: str | None = None) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, b"content")
    return out


@pytest.mark.parametrize(
    ("names", "mimetype", "expected"),
    [
        (["AndroidManifest.xml", "classes.dex", "res/a.png"], None, APK),
        (["META-INF/MANIFEST.MF", "AndroidManifest.xml"], None, APK),
        (["AndroidManifest.xml", "classes.jar", "R.txt"], None, "java-archive"),
        (["META-INF/MANIFEST.MF", "classes.dex", "classes2.dex"], None, APK),
        (["manifest.json", "com.game.apk", "icon.png"], None, "xapk-package-archive"),
        (["base.apk", "split_config.en.apk"], None, "xapk-package-archive"),
        (["toc.pb", "splits/base-master.apk"], None, "xapk-package-archive"),
        (["Payload/Game.app/Info.plist"], None, "x-ios-app"),
        (["META-INF/MANIFEST.MF", "a/B.class"], None, "java-archive"),
        (["META-INF/container.xml", "OEBPS/1.xhtml"], "application/epub+zip", "epub+zip"),
        (["META-INF/container.xml", "OEBPS/1.xhtml"], None, "epub+zip"),
        (["content.xml"], ODT, ODT),
        (["[Content_Types].xml", "word/document.xml"], None, OFFICE + "wordprocessingml.document"),
        (["[Content_Types].xml", "xl/workbook.xml"], None, OFFICE + "spreadsheetml.sheet"),
        (["ppt/presentation.xml"], None, OFFICE + "presentationml.presentation"),
        ([*PAGES, "ComicInfo.xml", "广告.url", "__MACOSX/._001.jpg"], None, "vnd.comicbook+zip"),
        ([*PAGES[:1]], None, "vnd.comicbook+zip"),
        ([*PAGES, "a.txt", "b.mp4", "c.mp4"], None, "zip"),
        (["novel.txt", "cover.jpg"], None, "zip"),
        (["mimetype.txt"], "text/html", "zip"),
        ([], None, "zip"),
    ],
)
def test_zips(names: list[str], mimetype: str | None, expected: str) -> None:
    source = zipped(names, mimetype)
    assert kind(source).removeprefix("application/") == expected.removeprefix("application/")
    assert source.tell() == 0


def test_a_zip_cut_short_is_still_what_it_was() -> None:
    content = zipped(["AndroidManifest.xml", "classes.dex"]).getvalue()
    cut = content[: content.index(b"PK\x01\x02")]
    assert kind(io.BytesIO(cut)) == "application/vnd.android.package-archive"


def tarred(names: Sequence[str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name))
    return out.getvalue()


def test_others() -> None:
    seven = io.BytesIO()
    with py7zr.SevenZipFile(seven, "w") as archive:
        for name in PAGES:
            archive.writestr(b"page", name)
    kinds = {
        "application/x-cb7": seven.getvalue(),
        "application/x-cbt": tarred(PAGES),
        "application/x-tar": tarred(["a.txt"]),
        "application/x-compressed-tar": gzip.compress(tarred(["a.txt"])),
        "application/gzip": gzip.compress(b"a text"),
        "application/zip": b"PK\x03\x04 and nothing more",
        "application/vnd.rar": b"Rar!\x1a\x07\x01\x00 broken",
        "application/x-7z-compressed": b"7z\xbc\xaf\x27\x1c broken",
        "application/octet-stream": b"something else",
    }
    assert {expected: kind(io.BytesIO(content)) for expected, content in kinds.items()} == {
        one: one for one in kinds
    }
