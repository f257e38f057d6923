"""What bytes show themselves to be, whatever their sender said."""

from __future__ import annotations

import mimetypes
import re
from typing import Final
from urllib.parse import urlsplit

UNKNOWN: Final = "application/octet-stream"
EPUB: Final = "application/epub+zip"
FB2: Final = "application/x-fictionbook+xml"
MOBI: Final = "application/x-mobipocket-ebook"
RTF: Final = "application/rtf"
WXAPKG: Final = "application/x-wxapkg"
"""A mini-program of WeChat."""
MARKUP: Final = frozenset({"text/html", "application/xhtml+xml"})
"""Pages."""
PLAIN: Final = frozenset({"text/plain", "text/markdown", "text/vtt"})
"""Texts without markup of pages; vtt is subtitles."""
RSS: Final = "application/rss+xml"
ATOM: Final = "application/atom+xml"
JSON: Final = "application/json"
CARRIERS: Final = frozenset({RSS, ATOM, JSON})
"""Feeds and answers of interfaces, which carry texts and pieces of pages."""
COMICS: Final = frozenset(
    {
        "application/vnd.comicbook+zip",
        "application/vnd.comicbook-rar",
        "application/x-cb7",
        "application/x-cbt",
    }
)
ARCHIVES: Final = frozenset(
    {
        "application/zip",
        "application/vnd.rar",
        "application/x-7z-compressed",
        "application/x-tar",
        "application/x-compressed-tar",
        "application/gzip",
        "application/x-bzip2",
        "application/x-xz",
        "application/zstd",
    }
)
"""Plain archives: what they are besides, their contents tell (`archive.kind`)."""

# Each of them with enough of its header that no prose begins like it ("BMW …", "ID3 tags …").
_MAGIC: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(magic, re.DOTALL), media_type)
    for magic, media_type in (
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF.{4}WEBP", "image/webp"),
        (rb"BM.{4}\0\0\0\0.{2}\0\0[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", "image/bmp"),
        (rb"II\*\0|MM\0\*", "image/tiff"),
        (rb"\0\0.{2}ftyp(avi[fs]|(mif1|msf1).{4}(.{4})*?avi[fs])", "image/avif"),
        (rb"\0\0.{2}ftyp(hei[cx]|hev[cx]|mif1|msf1)", "image/heic"),
        (rb"\0\0.{2}ftypM4[AB] ", "audio/mp4"),
        (rb"\0\0.{2}ftypqt  |.{4}(moov|mdat|wide|free|skip)", "video/quicktime"),
        (rb"\0\0.{2}ftyp3g", "video/3gpp"),
        (rb"\0\0.{2}ftyp", "video/mp4"),
        (rb"\x1aE\xdf\xa3.{,64}matroska", "video/x-matroska"),
        (rb"\x1aE\xdf\xa3", "video/webm"),
        (rb"OggS\0.{23,}?(\x80theora|BBCD\0|\x01video)", "video/ogg"),
        (rb"OggS\0", "audio/ogg"),
        (rb"RIFF.{4}AVI ", "video/x-msvideo"),
        (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
        (rb"FLV\x01", "video/x-flv"),
        (rb"\.RMF\0", "application/vnd.rn-realmedia"),
        (rb"\0\0\x01[\xba\xb3]", "video/mpeg"),
        (rb"\x47.{187}\x47.{187}\x47", "video/mp2t"),
        (rb".{4}\x47.{191}\x47.{191}\x47", "video/mp2t"),
        (rb"fLaC\0", "audio/flac"),
        (rb"ID3[\x02-\x04]\0|\xff[\xe2\xe3\xf2-\xf5\xfa-\xfd][^\xff]", "audio/mpeg"),
        (rb"\xff[\xf0\xf1\xf8\xf9][^\xff]", "audio/aac"),
        (rb"(RIFF|RF64).{4}WAVE", "audio/wav"),
        (rb"FORM.{4}AIF[FC]", "audio/aiff"),
        (rb"MAC \x96\x0f", "audio/x-ape"),
        (rb"wvpk.{4}[\x02-\x10]\x04", "audio/x-wavpack"),
        (rb"#!AMR(-WB)?\n", "audio/amr"),
        (rb"%PDF-", "application/pdf"),
        (rb"\{\\rtf", RTF),
        (rb"PK(\x03\x04|\x05\x06)", "application/zip"),
        (rb"\x1f\x8b\x08", "application/gzip"),
        (rb"BZh[1-9]1AY&SY", "application/x-bzip2"),
        (rb"\xfd7zXZ\0", "application/x-xz"),
        (rb"\x28\xb5\x2f\xfd", "application/zstd"),
        (rb".{257}ustar", "application/x-tar"),
        (rb"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (rb"Rar!\x1a\x07", "application/vnd.rar"),
        (rb"MZ.{58}.{2}\0\0", "application/vnd.microsoft.portable-executable"),
        (rb"\x7fELF[\x01\x02]", "application/x-elf"),
        (rb"dex\n03\d\0", "application/x-dex"),
        (rb"\xbe\0\0\0.\0.{7}\xed", WXAPKG),
        (rb".{60}(BOOKMOBI|TEXtREAd)", MOBI),
    )
)
COMPOUND_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Of files of Office before 2007 and of others: what wrote them, their streams tell."""
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_MARKUP = re.compile(
    rb"<(!doctype\s+html|html|head|body|title|script|style|meta|link|div|p|span|a|h[1-6]|table|ul"
    rb"|br|img|article|section|main)\b",
    re.IGNORECASE,
)
_XHTML = re.compile(rb"<html[^>]+xmlns\s*=", re.IGNORECASE)
_FICTION_BOOK = re.compile(
    rb"[\xef\xbb\xbf\xff\xfe\s]*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<FictionBook\b", re.DOTALL
)
_FEED = re.compile(
    rb"\s*+(?:<\?[^>]{0,500}>\s*+|<!--(?:(?!-->).){0,2000}+-->\s*+|"
    rb"<!DOCTYPE[^>]{0,300}>\s*+)*+<(?:rss|rdf:RDF|(?P<atom>(?:atom:)?feed))[\s>]",
    re.IGNORECASE | re.DOTALL,
)
JSON_BEGINS: Final = (
    r"\s*+(?:(?:/\*\*/\s*+)?[\w$.]{1,100}+\(\s*+)?"
    r"(?:(?:\[\s*+){0,3}+\{\s*+(?:\"(?:[^\"\\]|\\.){0,300}+\"\s*+:|\})"
    r"|\[\s*+\"(?:[^\"\\]|\\.)*+(?:\"\s*+[,\]]|\Z))"
)
"""How JSON begins: an object, or a list of objects or texts; a function may be called with it."""
_JSON = re.compile(JSON_BEGINS.encode(), re.DOTALL)
_XML_TYPES = frozenset({"text/xml", "application/xml", "application/xhtml+xml"})
# Han, kana, Hangul, their punctuation and full-width signs; ASCII and what ends lines.
_EAST_ASIAN = re.compile(
    "[\t\n\r -~\u2010-\u2026\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff00-\uff5e]"
)
_PUNCTUATION = re.compile("[\n，。、：！？的]")
_MOSTLY = 0.97
_PUNCTUATED = 0.01
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r\x1b") + b"\x7f"
_MOST_CONTROLS = 0.02
_ZEROS_OF_UTF16 = 0.3


def sniff(head: bytes, *, declared: str | None = None, filename: str | None = None) -> str:
    """Return the media type that the first bytes of a file show; a few thousand bytes suffice.

    Magic numbers come first, then what text looks like; only where the bytes leave it open do the
    name (or URL) and the declaration decide. A binary that is declared as text is not text.
    """
    for magic, media_type in _MAGIC:
        if magic.match(head):
            return media_type
    claimed = [one for one in (_named(filename), essence(declared)) if one]
    if _is_text(head):
        return _text_type(head, claimed)
    return next((one for one in claimed if not _textual(one)), UNKNOWN)


def essence(declared: str | None) -> str:
    """Return a media type without its parameters (MIME Sniffing §2), "" where none is declared."""
    return (declared or "").partition(";")[0].strip().lower()


def shows_markup(head: bytes) -> bool:
    """Tell whether there is markup of pages in the first bytes of a text."""
    return _MARKUP.search(head.replace(b"\0", b"")) is not None


def _text_type(head: bytes, claimed: list[str]) -> str:
    unzeroed = head.replace(b"\0", b"")
    if _FICTION_BOOK.match(unzeroed):
        return FB2
    bare = unzeroed.lstrip(_BLANK)
    if feed := _FEED.match(bare):
        return ATOM if feed["atom"] else RSS
    if _JSON.match(bare):
        return JSON
    is_markup = bare.startswith(b"<")
    if _MARKUP.search(unzeroed):
        # Prose may talk of markup; a page says so, or begins with it.
        if "text/plain" in claimed and not is_markup:
            return "text/plain"
        return "application/xhtml+xml" if _XHTML.search(unzeroed) else "text/html"
    fitting = (one for one in claimed if _textual(one) and (is_markup or one not in _XML_TYPES))
    return next(fitting, "text/plain")


def _is_text(head: bytes) -> bool:
    if not head:
        return True
    if head.startswith(_BYTE_ORDER_MARKS):
        return True
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls <= _MOST_CONTROLS * len(head) or _is_utf16(head) or _is_east_asian(head)


def _is_utf16(head: bytes) -> bool:
    """Tell whether zeros stand in every second place only, as in Latin text in UTF-16."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    most, least = max(even, odd), min(even, odd)
    rest = head.replace(b"\0", b"")
    clean = len(rest.translate(None, _CONTROLS)) == len(rest)
    return clean and least == 0 and most >= _ZEROS_OF_UTF16 * len(head) / 2


def _is_east_asian(head: bytes) -> bool:
    """Tell whether it is Chinese, Japanese or Korean in UTF-16 without a byte order mark."""
    for name in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(name, "replace")
        is_written = len(_EAST_ASIAN.findall(text)) >= _MOSTLY * len(text)
        if is_written and len(_PUNCTUATION.findall(text)) >= _PUNCTUATED * len(text):
            return True
    return False


def _textual(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type in {
        "application/xhtml+xml",
        "application/json",
        "application/javascript",
        "application/xml",
    }


def _named(filename: str | None) -> str | None:
    if filename is None:
        return None
    path = urlsplit(filename).path if "://" in filename else filename
    return mimetypes.guess_type(path, strict=False)[0]
