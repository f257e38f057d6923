"""What an archive is, told by the names in it.

Media types as registered at IANA, or else as the freedesktop.org shared MIME database has them.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from fingerprints.archive import rar, sevenzip, tar, wxapkg, zip  # noqa: A004 (its name)
from fingerprints.archive.reading import members, packing
from fingerprints.contract import Limits
from fingerprints.errors import FingerprintError
from fingerprints.media_type import EPUB, UNKNOWN, WXAPKG
from fingerprints.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fingerprints.archive.member import Member

APK: Final = "application/vnd.android.package-archive"
XAPK: Final = "application/xapk-package-archive"
"""An app in several APKs, or with its data: .xapk, .apks and .apkm alike."""
IPA: Final = "application/x-ios-app"
JAR: Final = "application/java-archive"
HAP: Final = "application/x-harmony-hap"
"""An app for HarmonyOS: one module (.hap), or a package of several (.app)."""

_MOST_NAMES: Final = 20_000
_LIMITS: Final = Limits(archive_bytes=64 << 20)  # names in a packed tar lie among what it packs
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."
_LONGEST_TYPE: Final = 128
_PICTURES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"}
)
# What lies beside the pictures of a comic: its description, advertisements, lists of checksums.
_BESIDE_PICTURES: Final = frozenset(
    {".txt", ".xml", ".nfo", ".url", ".html", ".htm", ".json", ".sfv", ".md5", ".acbf", ".db", ""}
)
_MOSTLY: Final = 0.9
_BY_NAME: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), media_type)
    for pattern, media_type in (
        (r"META-INF/container\.xml", EPUB),
        (r"word/document\d*\.xml", f"{_OFFICE}wordprocessingml.document"),
        (r"xl/workbook\.(?:xml|bin)", f"{_OFFICE}spreadsheetml.sheet"),
        (r"ppt/presentation\.xml", f"{_OFFICE}presentationml.presentation"),
        (r"Payload/[^/]+\.app/.+", IPA),
    )
)
_DESCRIPTIONS: Final = frozenset({"module.json", "config.json"})
_OF_HARMONY: Final = re.compile(
    r"pack\.info|(?:[^/]+/)*resources\.index|ets/.*\.abc|assets/[^/]+/resources/.*"
)
_SPLIT: Final = re.compile(r"(?:[^/]+/)?[^/]+\.apk", re.IGNORECASE)
_OF_A_BUNDLE: Final = frozenset(
    {"manifest.json", "info.json", "meta.sai_v1.json", "meta.sai_v2.json", "toc.pb", "base.apk"}
)


class _Form(NamedTuple):
    plain: str
    comic: str


_FORMS: Final = {
    "zip": _Form("application/zip", "application/vnd.comicbook+zip"),
    "rar": _Form("application/vnd.rar", "application/vnd.comicbook-rar"),
    "7z": _Form("application/x-7z-compressed", "application/x-cb7"),
    "tar": _Form("application/x-tar", "application/x-cbt"),
    "packed tar": _Form("application/x-compressed-tar", "application/x-cbt"),
}
_STREAMS: Final = {
    b"\x1f\x8b": "application/gzip",
    b"BZ": "application/x-bzip2",
    b"\xfd7": "application/x-xz",
    b"\x28\xb5": "application/zstd",
}


def kind(source: BinaryIO) -> str:
    """Return the media type of an archive: of a book, an app, a comic … or of the plain archive.

    "application/octet-stream" for what is no archive. A damaged one is what its readable names
    say. The source's place is its start then. It is found out once for each open file: several
    modalities ask, and a packed tar has to be unpacked for it.
    """
    try:
        known = _known.get(source)
        if known is None:
            known = _kind(source)
            _known.keep(source, known)
    finally:
        source.seek(0)
    return known


_known: Final[Opened[str]] = Opened()


def _kind(source: BinaryIO) -> str:
    source.seek(0)
    head = source.read(16)
    listed = _listed(source)
    if head.startswith(zip.MAGIC):
        return _of_zip(listed)
    for magic, form in ((rar.MAGIC, "rar"), (sevenzip.MAGIC, "7z")):
        if head.startswith(magic):
            return _of_others(listed, form)
    if wxapkg.is_wxapkg(head):
        return WXAPKG
    if packing(head) is not None:
        is_tar = bool(listed) and listed[0].size >= 0
        return _of_others(listed, "packed tar") if is_tar else _STREAMS[head[:2]]
    return _of_others(listed, "tar") if tar.is_tar(source) else UNKNOWN


def _listed(source: BinaryIO) -> list[Member]:
    found: list[Member] = []
    try:
        found.extend(
            one for one in islice(members(source, _LIMITS), _MOST_NAMES) if not one.is_junk
        )
    except FingerprintError:
        return found
    return found


def _of_zip(listed: Sequence[Member]) -> str:
    if (told := _told_type(listed)) is not None:
        return told
    paths = {one.path for one in listed}
    if (program := _program(paths)) is not None:
        return program
    for pattern, media_type in _BY_NAME:
        if any(pattern.fullmatch(path) for path in paths):
            return media_type
    if "META-INF/MANIFEST.MF" in paths:
        return JAR
    return _of_others(listed, "zip")


def _program(paths: set[str]) -> str | None:
    """Return the type of a package whose names tell an app for a phone."""
    if "AndroidManifest.xml" in paths:
        return JAR if "classes.jar" in paths else APK
    if "classes.dex" in paths:  # its manifest is lost, or has a name that hides it
        return APK
    if _is_harmony(paths):
        return HAP
    if _OF_A_BUNDLE & paths and any(_SPLIT.fullmatch(path) for path in paths):
        return XAPK
    return None


def _is_harmony(paths: set[str]) -> bool:
    """Tell by the module's description with its code or resources, or by the package's."""
    if "pack.info" in paths and any(path.lower().endswith((".hap", ".hsp")) for path in paths):
        return True
    described = not _DESCRIPTIONS.isdisjoint(paths)
    return described and any(_OF_HARMONY.fullmatch(path) for path in paths)


def _told_type(listed: Sequence[Member]) -> str | None:
    """Read the type that EPUB and OpenDocument files tell in a member of its own."""
    member = next((one for one in listed if one.path == "mimetype"), None)
    if member is None:
        return None
    try:
        told = member.open().read(_LONGEST_TYPE).decode("ascii", "ignore").strip()
    except FingerprintError:
        return None
    return told if told == EPUB or told.startswith(_OPEN_DOCUMENT) else None


def _of_others(listed: Sequence[Member], form: str) -> str:
    return _FORMS[form].comic if _is_comic(listed) else _FORMS[form].plain


def is_picture(member: Member) -> bool:
    """Whether its name is a picture's."""
    return member.suffix in _PICTURES


def _is_comic(listed: Sequence[Member]) -> bool:
    """Whether it holds mostly pictures, small files beside them left out."""
    pictures = sum(map(is_picture, listed))
    others = sum(1 for one in listed if not is_picture(one) and one.suffix not in _BESIDE_PICTURES)
    texts = len(listed) - pictures - others
    return pictures > _MOSTLY * (pictures + others) and pictures > texts
